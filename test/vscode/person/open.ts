import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBrowser } from '../host/browser';
import { serve } from '../host/serve';
import { workbench, type Workbench } from './workbench';

const ROOT = path.resolve(__dirname, '../../..');

export interface Visit {
  readonly workbench: Workbench;
  /** the copy of the folder that is open, absolute */
  readonly workspace: string;
  end(): Promise<void>;
}

/**
 * A VS Code with nothing but the packed extension installed, open on a copy of a folder.
 * @param folder below the repository, e.g. `examples`
 * @param restricted nobody trusts the folder
 */
export async function visit(folder: string, settings: Readonly<Record<string, unknown>> = {}, restricted = false): Promise<Visit> {
  const vsix = path.join(ROOT, 'out/kms-handshake.vsix');
  if (!existsSync(vsix)) throw new Error(`${path.relative(ROOT, vsix)} is missing: run this suite by npm test -- --only person`);
  const parent = mkdtempSync(path.join(tmpdir(), 'kms-handshake-person-'));
  // the folder's own name stands in the explorer, and so in the pictures
  const workspace = path.join(parent, path.basename(folder));
  cpSync(path.join(ROOT, folder), workspace, { recursive: true });
  const undo: (() => void | Promise<void>)[] = [
    () => {
      rmSync(parent, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  ];
  const end = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const server = await serve({ vsix, settings, restricted });
    undo.push(() => server.stop());
    const browser = await openBrowser();
    undo.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, permissions: ['clipboard-read', 'clipboard-write'] });
    page.setDefaultTimeout(30_000);
    await page.goto(`http://127.0.0.1:${String(server.port)}/?folder=${encodeURIComponent(workspace)}`, { timeout: 120_000 });
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 120_000 });
    return { workbench: workbench(page), workspace, end };
  } catch (error) {
    await end();
    throw error;
  }
}
