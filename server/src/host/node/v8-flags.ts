import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 wait eight times as long as usual before it optimizes a function. A start runs much code a little: optimizing all of it takes as
 * long as the work itself, on cores that others want (docs/performance.md). Electron is left alone, since flags may be frozen there.
 */
export function delayV8Optimization(): void {
  if ('electron' in process.versions) return;
  const major = Number.parseInt(process.versions.v8, 10);
  setFlagsFromString(major < 12 ? '--interrupt-budget=540672' : '--invocation-count-for-turbofan=24000');
}
