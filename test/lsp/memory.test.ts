import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Log } from '../../server/src/host/contract';
import { nodeHost } from '../../server/src/host/node';
import { abilitiesOf } from '../../server/src/lsp/abilities';
import { memory } from '../../server/src/lsp/memory';
import { DEFAULT_SETTINGS, type Settings } from '../../server/src/lsp/settings';
import { removeTestFolders, testFolder, type TestFolder } from '../support/folder';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { brokenPair, identityPolicy, NOT_ALLOWED } from './pair';

const APP = 'consumer/app.json';
/** What a memory that was tampered with says, so that it can be told from what was worked out. */
const REMEMBERED = 'remembered';

describe('lsp: what was found last time', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('is shown at the next start before everything is judged, and then put right', async () => {
    const { folder, storage } = await workedThrough();
    tamper(storage);
    const client = await started(folder, storage);
    await client.untilCodes(folder.uriOf(APP), NOT_ALLOWED);
    const said = await client.until('what was worked out', () => (messages(client, folder).length > 1 ? messages(client, folder) : undefined));
    assert.deepEqual(said.map((message) => message === REMEMBERED), [true, false]);
    await client.stop();
    assert.ok(!readFileSync(memoryIn(storage), 'utf8').includes(REMEMBERED), 'the memory is put right too');
  });

  it('is told once where it is still true', async () => {
    const { folder, storage } = await workedThrough();
    const client = await started(folder, storage);
    await client.untilCodes(folder.uriOf(APP), NOT_ALLOWED);
    await client.quiet();
    assert.ok(client.logs.some((line) => line.includes('of the last time')), 'it was remembered');
    const files = client.published.map(({ uri }) => folder.nameOf(uri));
    assert.deepEqual([...files].sort(), [...new Set(files)].sort());
  });

  it('is taken back where nothing is found any more', async () => {
    const { folder, storage } = await workedThrough();
    writeFileSync(memoryIn(storage), readFileSync(memoryIn(storage), 'utf8').replaceAll(APP, 'consumer/other.json'));
    const client = await started(folder, storage);
    await client.until('the other file to be cleared', () => {
      const own = client.published.filter(({ uri }) => uri === folder.uriOf('consumer/other.json'));
      return own.length > 1 && own.at(-1)?.diagnostics.length === 0;
    });
    assert.deepEqual(client.codes(folder.uriOf(APP)), [NOT_ALLOWED]);
  });

  const edits: Readonly<Record<string, (folder: TestFolder) => void>> = {
    'a file has another text of the same length': (folder) => folder.write(APP, identityPolicy(['kms:Encrypt', 'kms:Decrypt'])),
    'a file is new': (folder) => folder.write('new.json', identityPolicy(['kms:Decrypt'])),
    'a file is gone': (folder) => folder.remove('producer/key.json'),
  };
  const starts: Readonly<Record<string, Parameters<typeof startClient>[0]>> = {
    'a rule has another level': { settings: { rules: { [NOT_ALLOWED]: 'warning' } } },
    'the editor shows less': { capabilities: {} },
  };
  for (const name of [...Object.keys(edits), ...Object.keys(starts)]) {
    it(`is not shown when ${name}`, async () => {
      const { folder, storage } = await workedThrough();
      tamper(storage);
      edits[name]?.(folder);
      const client = await started(folder, storage, starts[name]);
      await client.until('findings', () => client.published.length > 0);
      await client.quiet();
      assert.deepEqual(client.published.flatMap(({ diagnostics }) => diagnostics).filter(({ message }) => message === REMEMBERED), []);
    });
  }

  it('is not shown for a document that the editor has with another text', async () => {
    const { folder, storage } = await workedThrough();
    tamper(storage);
    const client = await started(folder, storage, { hasty: true });
    client.open(folder.uriOf(APP), JSON.stringify(identityPolicy(['kms:Decrypt'])));
    await client.until('the folders to be read', () => client.logs.some((line) => line.includes('files in')));
    await client.quiet();
    assert.deepEqual(messages(client, folder), []);
  });

  it('is nothing when its file cannot be read or understood', async () => {
    const { folder, storage } = await workedThrough();
    const [digest = ''] = readFileSync(memoryIn(storage), 'utf8').split('\n');
    for (const text of ['', 'garbage', `${digest}\n[{"uri":`, `${digest}\n{"uri":1}`, `${digest}\n[null]`]) {
      writeFileSync(memoryIn(storage), text);
      const client = await started(folder, storage);
      await client.untilCodes(folder.uriOf(APP), NOT_ALLOWED);
      await client.stop();
    }
  });

  it('is not kept without a folder for it, and a folder that cannot be made costs nothing but a line in the log', async () => {
    const folder = testFolder(brokenPair());
    const without = await startClient({ folders: [folder.uri] });
    await without.untilCodes(folder.uriOf(APP), NOT_ALLOWED);
    assert.equal(await without.stop(), 0);
    const client = await startClient({ folders: [folder.uri], options: { storage: folder.uriOf(`${APP}/below-a-file`) } });
    await client.untilCodes(folder.uriOf(APP), NOT_ALLOWED);
    await client.until('the line in the log', () => client.logs.some((line) => line.includes('cannot be kept')));
    assert.deepEqual(readdirSync(folder.path).sort(), ['consumer', 'kms-handshake.json', 'producer']);
  });

  it('is kept while the editor rests, not only at its end', async () => {
    const folder = testFolder(brokenPair());
    const storage = testFolder();
    const client = await started(folder, storage);
    await client.untilCodes(folder.uriOf(APP), NOT_ALLOWED);
    for (let waited = 0; !existsSync(path.join(storage.path, 'kept')) || readdirSync(path.join(storage.path, 'kept')).length === 0; waited++) {
      assert.ok(waited < 100, 'nothing was kept within five seconds');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it('is kept under the settings that it was found with, whatever is set until it is written', async () => {
    const folder = testFolder();
    const { clock, store } = nodeHost(SILENT);
    const before: Settings = { ...DEFAULT_SETTINGS, rules: new Map([['root-is-account', 'off']]) };
    let settings = before;
    const own = memory(folder.uri, { store, clock, log: SILENT, abilities: abilitiesOf({ capabilities: {} }, {}), settings: () => settings, folders: () => ['file:///w'] });
    const [texts, found] = [new Map([['file:///w/a.json', '{}']]), [{ uri: 'file:///w/a.json', diagnostics: [], mentions: [] }]];
    const kept = own.keep(texts, found);
    settings = DEFAULT_SETTINGS;
    await kept;
    assert.equal(await own.recall(texts), undefined);
    settings = before;
    assert.deepEqual(await own.recall(texts), found);
  });
});

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function started(folder: TestFolder, storage: TestFolder, more: Parameters<typeof startClient>[0] = {}): Promise<LspClient> {
  return startClient({ folders: [folder.uri], options: { storage: storage.uriOf('kept') }, ...more });
}

/** A folder whose findings a server has worked out and kept. */
async function workedThrough(): Promise<{ folder: TestFolder; storage: TestFolder }> {
  const folder = testFolder(brokenPair());
  const storage = testFolder();
  const client = await started(folder, storage);
  await client.untilCodes(folder.uriOf(APP), NOT_ALLOWED);
  assert.equal(await client.stop(), 0);
  return { folder, storage };
}

function memoryIn(storage: TestFolder): string {
  const [name] = readdirSync(path.join(storage.path, 'kept'));
  assert.ok(name);
  return path.join(storage.path, 'kept', name);
}

/** Another message, under a digest that says that all is as it was. */
function tamper(storage: TestFolder): void {
  const text = readFileSync(memoryIn(storage), 'utf8');
  const other = text.replaceAll(/"message":"(?:[^"\\]|\\.)*"/g, `"message":"${REMEMBERED}"`);
  assert.notEqual(other, text);
  writeFileSync(memoryIn(storage), other);
}

/** All that was ever said of the consumer's policy, in order. */
function messages(client: LspClient, folder: TestFolder): unknown[] {
  return client.published.filter(({ uri }) => uri === folder.uriOf(APP)).flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message));
}
