// `npm run code`: opens examples/ in VS Code with this extension on; where there is no desktop VS Code, in code-server.
import { spawnSync } from 'node:child_process';
import { build } from './lib/bundle.mjs';
import { fromRoot, ROOT } from './lib/paths.mjs';
import { setup } from './lib/setup.mjs';

const FOLDER = fromRoot('examples');

/** @returns {boolean} whether a desktop VS Code was there and has been told */
function openInDesktop() {
  // code-server puts a `code` of its own into its terminals that knows no extension under development
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return false;
  return ['code', 'code-insiders', 'codium'].some((name) => {
    const { error, status } = spawnSync(name, [`--extensionDevelopmentPath=${ROOT}`, '--new-window', FOLDER], { stdio: 'ignore',
      shell: process.platform === 'win32' });
    if (error !== undefined || status !== 0) return false;
    console.log(`opened examples/ in ${name} with the extension under development`);
    return true;
  });
}

try {
  await setup();
  await build();
  if (!openInDesktop()) {
    // TypeScript, like the tests' other parts of the same way
    const { status } = spawnSync(process.execPath, ['--import', 'tsx', fromRoot('test/vscode/open-code-server.ts'), FOLDER], { cwd: ROOT,
      stdio: 'inherit' });
    process.exitCode = status ?? 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
