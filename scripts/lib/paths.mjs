import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository, absolute. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** @param {...string} parts path below the root */
export const fromRoot = (...parts) => path.join(ROOT, ...parts);

/** Where `npm run package` and the tests put the extension package. */
export const VSIX = fromRoot('out/kms-handshake.vsix');
