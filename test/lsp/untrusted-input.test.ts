import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { killServers, startClient } from '../support/lsp-client';
import { OWNER } from '../support/fixtures';
import { mismatchedPair, NOT_ALLOWED_CODE } from '../support/policy-pair';

const ROOT = path.resolve(__dirname, '../..');

/** Loaded before the server: whatever would run a program, load code or reach the network is noted instead. */
const WATCH = `
  const write = (line) => require('node:fs').appendFileSync(require('node:path').join(__dirname, 'noted.txt'), line + '\\n');
  const note = (name) => (...given) => { write(name + ' ' + String(given[0])); throw new Error('not here: ' + name); };
  const child = require('node:child_process');
  for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) child[name] = note(name);
  const net = require('node:net');
  for (const name of ['connect', 'createConnection']) net[name] = note('net.' + name);
  net.Socket.prototype.connect = note('net.Socket.connect');
  require('node:vm').runInThisContext = note('vm');
  const workers = require('node:worker_threads');
  workers.Worker = class { constructor(file) { note('Worker')(file); } };
  write('watching');
`;

describe('lsp: a workspace that is not trusted', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('is only read: nothing in it is run, and nothing is sent anywhere', async () => {
    const outside = createTestFolder({ 'watch.cjs': WATCH });
    const folder = createTestFolder({
      ...mismatchedPair(),
      'package.json': { main: 'index.js', scripts: { postinstall: 'exit 1' } }, 'index.js': 'throw new Error("run")',
      '.vscode/settings.json': { 'kmsHandshake.files': ['**/*.json'] },
    });
    const client = await startClient({ folders: [folder.uri], nodeOptions: ['--require', path.join(outside.path, 'watch.cjs')],
      options: { clientCommands: true } });
    const app = folder.uriOf('consumer/app.json');
    const [finding] = await client.waitForCodes(app, NOT_ALLOWED_CODE);
    assert.ok((await client.codeActions(app, finding!)).length > 0);
    const run = (command: string, argument: object): Promise<unknown> =>
      client.connection.sendRequest('workspace/executeCommand', { command: `kmsHandshake.server.${command}`, arguments: [argument] });
    await run('checkAll', {});
    await run('newKeyPolicy', { owner: OWNER });
    await run('cliCommand', { textDocument: { uri: folder.uriOf('producer/key.json') } });
    await run('explain', { textDocument: { uri: app }, position: { line: 5, character: 5 } });
    await client.connection.sendRequest('kmsHandshake/matrix', {});
    assert.equal(await client.stop(), 0);
    assert.equal(readFileSync(path.join(outside.path, 'noted.txt'), 'utf8'), 'watching\n');
  });

  it('would be noticed if something were run', async () => {
    const outside = createTestFolder({ 'watch.cjs': `${WATCH} try { child.spawn('x'); } catch {}` });
    const client = await startClient({ skipWaitForFindings: true, nodeOptions: ['--require', path.join(outside.path, 'watch.cjs')] });
    await client.stop();
    assert.equal(readFileSync(path.join(outside.path, 'noted.txt'), 'utf8'), 'watching\nspawn x\n');
  });

  it('meets a client that starts nothing but the server', () => {
    const sources = ['client', 'server/src'].flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts')).map((name) => ({ name: path.join(folder, name),
          text: readFileSync(path.join(ROOT, folder, name), 'utf8') })
        )
    );
    const ways =
      /node:(?:child_process|vm|worker_threads|net|http|https|dgram|cluster)|\beval\(|new Function\(|createTerminal|tasks\.executeTask|new vscode\.(?:Task|ShellExecution|ProcessExecution)|env\.openExternal|\bfetch\(/;
    assert.ok(sources.length > 300);
    assert.deepEqual(sources.filter(({ text }) => ways.test(text)).map(({ name }) => name), []);
  });
});
