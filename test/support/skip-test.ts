import type { Context, Test } from 'mocha';

/**
 * Skips the running test and says why; the closing summary of `npm test` prints the reason.
 * @param context mocha's `this` inside `it(…, function () { … })`
 */
export function skipTest(context: Context, reason: string): never {
  const test: (Test & { skipReason?: string }) | undefined = context.test as Test | undefined;
  if (test !== undefined) test.skipReason = reason;
  return context.skip();
}
