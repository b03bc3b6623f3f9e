/** Runs test/vscode/person: the packed extension in code-server, driven by keyboard and mouse through a headless Chromium. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

const folder = path.join(__dirname, 'person');
const grep = process.env['KMS_HANDSHAKE_GREP'];
const mocha = new Mocha({
  timeout: 120_000,
  color: false,
  forbidOnly: true,
  reporter: path.join(__dirname, '../../scripts/lib/result-reporter.cjs'),
  ...(grep === undefined ? {} : { grep }),
});
for (const name of readdirSync(folder).sort()) if (name.endsWith('.test.ts')) mocha.addFile(path.join(folder, name));
mocha.run((failures) => process.exit(failures > 0 ? 1 : 0));
