import path from 'node:path';
import Mocha from 'mocha';
import { load } from 'suites-to-run';

/** What VS Code calls in its extension host; a rejection is a failed run. */
export async function run(): Promise<void> {
  const grep = process.env['KMS_HANDSHAKE_GREP'];
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000,
    color: false,
    forbidOnly: true,
    // bundled into out/vscode, so two folders below the root
    reporter: path.resolve(__dirname, '../../scripts/lib/result-reporter.cjs'),
    ...(grep === undefined ? {} : { grep }),
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  load();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${String(failures)} failed`);
}
