/**
 * Prints what the extension costs a window that opens a folder: the time that VS Code counts for its activation, and the processor time of
 * the language server until all files are read (Linux only). `npx tsx test/vscode/measure-activation.ts [RUNS]`; docs/performance.md.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBrowser } from './host/browser';
import { sleep } from './host/cache';
import { pack } from './host/pack';
import { serve, type Served } from './host/serve';
import { workbench } from './person/workbench';

const ROOT = path.resolve(__dirname, '../..');
const FILES = 1000;
/** A server that has used no processor time for so long has read all files. */
const IDLE_MS = 3000;
/** Then VS Code has certainly started what it starts with the window. */
const START_MS = 60_000;
/** The kernel counts processor time in hundredths of a second. */
const TICK_MS = 10;

const FOLDERS: Readonly<Record<string, (folder: string) => void>> = {
  'empty folder': () => undefined,
  [`${FILES} JSON files without policies`]: (folder) => {
    const values = Array.from({ length: 40 }, (_, at) => at);
    for (let n = 0; n < FILES; n += 1) writeFileSync(path.join(folder, `${n}.json`), JSON.stringify({ name: `part ${n}`, values }));
  },
  'examples/': (folder) => cpSync(path.join(ROOT, 'examples'), folder, { recursive: true }),
};

interface Measurement {
  readonly activation: string;
  readonly serverTime: number | undefined;
}

async function measure(vsix: string, workspace: string): Promise<Measurement> {
  const server = await serve({ vsix });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`http://127.0.0.1:${server.port}/?folder=${encodeURIComponent(workspace)}`, { timeout: 120_000 });
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 120_000 });
    const serverTime = await settledProcessorTime(server);
    await workbench(page).palette('Developer: Show Running Extensions');
    const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'KMS Handshake' }).first();
    const activation = await row.locator('.activation-time').innerText();
    return { activation, serverTime };
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Of the language server of this VS Code once it is idle, in milliseconds; undefined where that cannot be seen. */
async function settledProcessorTime(served: Served): Promise<number | undefined> {
  if (!existsSync('/proc')) return undefined;
  const deadline = Date.now() + START_MS;
  for (let before = processorTime(served);; ) {
    await sleep(IDLE_MS);
    const time = processorTime(served);
    if (time !== undefined && time === before || Date.now() > deadline) return time;
    before = time;
  }
}


function processorTime({ folder }: Served): number | undefined {
  const pid = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).find((name) => {
    const command = textOf(`/proc/${name}/cmdline`);
    return command.includes(folder) && command.includes('dist/server.js');
  });
  if (pid === undefined) return undefined;
  // After the name of the program in parentheses: utime and stime are the fields 14 and 15 (proc(5)).
  const fields = textOf(`/proc/${pid}/stat`).replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The process may have ended meanwhile. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function main(runs: number): Promise<void> {
  const vsix = await pack();
  const parent = mkdtempSync(path.join(tmpdir(), 'kms-handshake-activation-'));
  try {
    for (const [name, fill] of Object.entries(FOLDERS)) {
      const workspace = path.join(parent, name.replaceAll(/\W+/g, '-'));
      mkdirSync(workspace);
      fill(workspace);
      for (let run = 0; run < runs; run += 1) {
        const { activation, serverTime } = await measure(vsix, workspace);
        const time = serverTime === undefined ? 'not measured' : `${serverTime} ms of processor time`;
        console.log(`${name}: ${activation.trim()}; language server: ${time}`);
      }
    }
  } finally {
    rmSync(parent, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

main(Number(process.argv[2] ?? 3)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
