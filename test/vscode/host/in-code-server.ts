import { sleep } from './cache';
import { openBrowser } from './browser';
import { serve } from './serve';

export interface HostTests {
  /** folder of the extension under development, absolute */
  readonly extension: string;
  /** module that exports run(), absolute, without `.js` */
  readonly tests: string;
  /** folder or .code-workspace file to open, absolute; the tests may change it */
  readonly workspace: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The workbench's and the server's own remarks, which say nothing about the tests. */
const NOISE =
  /^(Ignoring fetching additional builtin|Resolv(ing|ed) connection token|Creating a socket|\[reconnection-grace-time\]|Updating additional builtin|\[Service Worker\]|\[AgentHost|\[AccountPolicyGate\]|\[ChatModelSelection\]|\[DefaultAccount|getaddrinfo ENOTFOUND|Canceled: |.*Timed out waiting for authentication provider|.*open-vsx)/;

const MINUTES = 10;

/**
 * Runs tests in the extension host of code-server, with the workbench open in a headless browser.
 * @returns exit status as the workbench gives it: 0 when run() resolved
 */
export async function runInCodeServer({ extension, tests, workspace, env }: HostTests): Promise<number> {
  const server = await serve({ tests: true, env });
  try {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, permissions: ['clipboard-read', 'clipboard-write'] });
      const crashed = new Promise<never>((_resolve, reject) => page.once('crash', () => { reject(new Error('the page crashed')); }));
      // Both names are looked up on `window` by the workbench when it loads, so they must be there before the page.
      const ended = new Promise<number>((resolve, reject) => {
        page.exposeFunction('codeAutomationExit', resolve).catch(reject);
      });
      await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
        if (!NOISE.test(String(args[0]))) console.log(...args);
      });
      const remote = (file: string): string => `vscode-remote://127.0.0.1:${String(server.port)}${encodeURI(file)}`;
      const payload = JSON.stringify([
        ['extensionDevelopmentPath', remote(extension)],
        ['extensionTestsPath', remote(tests)],
        ['skipWelcome', 'true'],
        ['skipReleaseNotes', 'true'],
      ]);
      const kind = workspace.endsWith('.code-workspace') ? 'workspace' : 'folder';
      await page.goto(
        `http://127.0.0.1:${String(server.port)}/?${kind}=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(payload)}`,
        { timeout: 120_000 },
      );
      const late = sleep(MINUTES * 60_000).then(() => {
        throw new Error(`the tests did not end within ${String(MINUTES)} minutes; server log:\n${server.log()}`);
      });
      return await Promise.race([ended, crashed, late]);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}
