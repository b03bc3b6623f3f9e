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
  /** where VS Code writes what it keeps, absolute */
  readonly data: string;
}

export interface VisitOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** nobody trusts the folder */
  readonly restricted?: boolean;
  /** without the explorer: room for what a picture is to show */
  readonly wide?: boolean;
}

/** Starting it takes much less, but the first time a whole VS Code is installed, and ten other things may be going on. */
const START_MS = 600_000;
const TEST_MS = 240_000;

/**
 * For a suite: the visit that its tests share. What a test that fails saw is kept as a picture. Its members can be used within tests.
 * @param folder below the repository, e.g. `examples`
 */
export function sharedVisit(folder: string, options: VisitOptions = {}): Visit {
  let here: OpenVisit | undefined;
  const open = (): OpenVisit => {
    if (here === undefined) throw new Error('nothing is open outside of tests');
    return here;
  };
  before(async function () {
    this.timeout(START_MS);
    here = await visit(folder, options);
  });
  beforeEach(function () {
    this.currentTest?.timeout(TEST_MS);
  });
  afterEach(async function() {
    if (this.currentTest?.state === 'failed')
      await here?.workbench.screenshot(`failed-${this.currentTest.fullTitle().replaceAll(/\W+/g, '-')}`);
  });
  after(() => here?.end());
  return {
    get workbench() { return open().workbench; },
    get workspace() { return open().workspace; },
    get data() { return open().data; },
  };
}

interface OpenVisit extends Visit {
  readonly end: () => Promise<void>;
}

/** A VS Code with nothing but the packed extension installed, open on a copy of the folder. */
async function visit(folder: string, { settings = {}, restricted = false, wide = false }: VisitOptions): Promise<OpenVisit> {
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
    const bench = workbench(page);
    if (wide) await bench.palette('View: Close Primary Side Bar');
    return { workbench: bench, workspace, data: path.join(server.folder, 'data'), end };
  } catch (error) {
    await end();
    throw error;
  }
}
