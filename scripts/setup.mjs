// Prepares a fresh clone; `npm start` and `npm test` do the same by themselves.
import { setup } from './lib/setup.mjs';

await setup().catch((/** @type {Error} */ error) => {
  console.error(error.message);
  process.exitCode = 1;
});
