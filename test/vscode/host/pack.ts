import path from 'node:path';
import { program } from './program';

const ROOT = path.resolve(__dirname, '../../..');

/** Packs the extension as it is now. @returns the .vsix, absolute */
export async function pack(): Promise<string> {
  const file = path.join(ROOT, 'out/code.vsix');
  await program(process.execPath, [path.join(ROOT, 'scripts/package.mjs'), '--out', file], { cwd: ROOT });
  return file;
}
