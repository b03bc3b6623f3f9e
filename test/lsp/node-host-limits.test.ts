import assert from 'node:assert/strict';
import fs, { existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_FILE_GLOBS, DEFAULT_MAX_FILE_BYTES, type FileContent, type FileSelection } from '../../server/src/host/host';
import { createByteLimit } from '../../server/src/host/node/read-many-files';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { createTestHost } from '../support/node-test-host';
import { skipTest } from '../support/skip-test';
import { makePipe } from '../support/special-files';

function selectionOf(folder: TestFolder, followLinks?: boolean): FileSelection {
  return { folders: [{ uri: folder.uri, exclude: [] }], files: DEFAULT_FILE_GLOBS, ...(followLinks === undefined ? {} : { followLinks }) };
}

async function listed(folder: TestFolder, followLinks?: boolean): Promise<{ readonly names: readonly string[]; readonly log: string }> {
  const { host, logLines } = createTestHost();
  const uris = await host.files.list(selectionOf(folder, followLinks));
  return { names: uris.map(folder.nameOf), log: logLines.join('\n') };
}

function link(target: string, folder: TestFolder, name: string): void {
  symlinkSync(target, path.join(folder.path, name), 'junction');
}

/** Has files read by `read`, with the bytes that are asked for counted; more than the limit fails, so that a file without end does. */
async function countingReads<R>(limit: number, work: () => Promise<R>, read?: (into: Uint8Array, offset: number, length: number) => number):
Promise<{ readonly result: R; readonly bytes: number }> {
  let bytes = 0;
  const original = fs.read;
  const counted = (file: number, into: Uint8Array, offset: number, length: number, position: number | null, done: ReadDone): void => {
    bytes += length;
    if (bytes > limit) done(new Error(`more than ${limit} bytes were read`), 0);
    else if (read === undefined) original(file, into, offset, length, position, done);
    else done(null, read(into, offset, length));
  };
  fs.read = counted as typeof original;
  try {
    return { result: await work(), bytes };
  } finally {
    fs.read = original;
  }
}

type ReadDone = (error: Error | null, bytesRead: number) => void;

async function readMany(uri: string, maxBytes: number): Promise<FileContent[]> {
  const contents: FileContent[] = [];
  await createTestHost().host.files.readMany([uri], maxBytes, (_, content) => contents.push(content));
  return contents;
}

describe('host: what is read is a regular file of bounded size', function () {
  afterEach(removeTestFolders);

  it('a .gitignore that is a link to a device is left out and reported', async function () {
    if (!existsSync('/dev/zero')) return skipTest(this, 'there is no /dev/zero');
    const folder = createTestFolder({ 'a.json': '' });
    link('/dev/zero', folder, '.gitignore');
    const { result: { names, log } } = await countingReads(1024, () => listed(folder));
    assert.deepEqual(names, ['a.json']);
    assert.match(log, /\.gitignore is left out: it is a link/);
    const { result } = await countingReads(1024, () => createTestHost().host.files.isSelected(selectionOf(folder), folder.uriOf('a.json')));
    assert.equal(result, true);
  });

  it('a .gitignore that is a pipe, or a folder, is left out', async function () {
    if (process.platform === 'win32') return skipTest(this, 'there are no pipes with names');
    const folder = createTestFolder({ 'a.json': '', 'sub/.gitignore/x': '', 'sub/b.json': '' });
    makePipe(folder, '.gitignore');
    const { result: { names, log } } = await countingReads(1024, () => listed(folder));
    assert.deepEqual(names, ['a.json', 'sub/b.json']);
    assert.match(log, /\.gitignore is left out: not a file/);
    assert.equal(await createTestHost().host.files.isSelected(selectionOf(folder), folder.uriOf('a.json')), true);
  });

  it('a .gitignore above the folder has the same guards', async function () {
    if (process.platform === 'win32') return skipTest(this, 'there are no pipes with names');
    const outer = createTestFolder({ '.git/HEAD': '', 'inner/a.json': '' });
    makePipe(outer, '.gitignore');
    const { host, logLines } = createTestHost();
    const inner: FileSelection = { folders: [{ uri: outer.uriOf('inner'), exclude: [] }], files: DEFAULT_FILE_GLOBS };
    assert.deepEqual((await host.files.list(inner)).map(outer.nameOf), ['inner/a.json']);
    assert.match(logLines.join('\n'), /\.gitignore is left out: not a file/);
  });

  it('a .gitignore that is too large is left out without being read, and reported', async () => {
    const folder = createTestFolder({ '.gitignore': 'a.json\n'.repeat(50_000), 'a.json': '' });
    const { result: { names, log }, bytes } = await countingReads(1024, () => listed(folder));
    assert.deepEqual([names, bytes], [['a.json'], 0]);
    assert.match(log, /\.gitignore is left out: larger than 256 KiB/);
  });

  it('of too many lines, and lines that are too long, the others count, and it is reported', async () => {
    const folder = createTestFolder({ '.gitignore': `a.json\n${'x'.repeat(513)}\n${'y\n'.repeat(1999)}b.json\n`, 'a.json': '',
      'b.json': '' });
    const { names, log } = await listed(folder);
    assert.deepEqual(names, ['b.json']);
    assert.match(log, /2 lines of .*\.gitignore are left out: there are too many, or they are too long/);
  });

  it('a file that never ends is read up to the limit, whatever its size says', async () => {
    const folder = createTestFolder({ 'a.json': '{}' });
    const { result, bytes } = await countingReads(1_000_000, () => readMany(folder.uriOf('a.json'), 100_000),
      (_into, _offset, length) => length);
    assert.deepEqual([result, bytes], [[{ kind: 'left-out', why: 'larger than 97.65625 KiB' }], 100_001]);
  });

  it('so is a file that begins like output of AWS tools, whose size says nothing', async () => {
    const folder = createTestFolder({ 'a.json': '{}' });
    const output = Buffer.from('{ "RoleDetailList": [] }'.padEnd(64 * 1024));
    const { result, bytes } = await countingReads(1_000_000, () => readMany(folder.uriOf('a.json'), 102_400),
      (into, offset, length) => output.copy(into, offset, 0, length));
    assert.deepEqual([result, bytes], [[{ kind: 'left-out', why: 'larger than 100 KiB' }], 102_401]);
  });

  it('so is a file that is read by itself', async () => {
    const folder = createTestFolder({ 'a.json': '{}' });
    const { result, bytes } = await countingReads(1_000_000, () => createTestHost().host.files.read(folder.uriOf('a.json'), 204_800),
      (_into, _offset, length) => length);
    assert.deepEqual([result, bytes], [{ kind: 'left-out', why: 'larger than 200 KiB' }, 204_801]);
  });

  it('pipes and devices with the name of a policy are left out, one by one and among many', async function () {
    if (!existsSync('/dev/zero')) return skipTest(this, 'there are no devices');
    const folder = createTestFolder({});
    makePipe(folder, 'pipe.json');
    for (const uri of [folder.uriOf('pipe.json'), 'file:///dev/zero']) {
      assert.deepEqual(await createTestHost().host.files.read(uri, DEFAULT_MAX_FILE_BYTES), { kind: 'left-out', why: 'not a file' });
      assert.deepEqual(await createTestHost().host.files.readNamedFile(uri), { kind: 'left-out', why: 'not a file' });
      await createTestHost().host.files.readMany([uri], DEFAULT_MAX_FILE_BYTES, (_, content) =>
        assert.deepEqual(content, { kind: 'left-out', why: 'not a file' }));
    }
  });

  it('a name with a NUL is a file that does not exist, and a folder that is reported', async () => {
    const folder = createTestFolder({ 'a.json': '' });
    const { host, logLines: lines } = createTestHost();
    const uri = `${folder.uri}/a%00.json`;
    assert.deepEqual([await host.files.read(uri, DEFAULT_MAX_FILE_BYTES), await host.files.readNamedFile(uri)], [{ kind: 'missing' }, {
      kind: 'missing',
    }]);
    assert.deepEqual([await host.files.kindOf(uri), await host.files.isSelected(selectionOf(folder), uri),
      await host.files.resolvesInto([folder.uri], uri)], [undefined, false, false]);
    assert.deepEqual(await host.files.list({ folders: [{ uri, exclude: [] }], files: DEFAULT_FILE_GLOBS }), []);
    assert.match(lines.join('\n'), /a%00\.json is not a folder of this file system, or its name contains a NUL character/);
  });

  it('says nothing of what cannot be looked at: a link to itself, a name that is too long', async () => {
    const folder = createTestFolder({});
    link(path.join(folder.path, 'loop'), folder, 'loop');
    const { host } = createTestHost();
    assert.equal(await host.files.kindOf(`${folder.uri}/loop`), undefined);
    assert.equal(await host.files.kindOf(`${folder.uri}/${'a'.repeat(300)}.json`), undefined);
    assert.equal(await host.files.isSelected(selectionOf(folder), `${folder.uri}/loop`), false);
  });
});

describe('host: how much is read at once', () => {
  afterEach(removeTestFolders);

  it('is at most 16 files, and more than one', async () => {
    const folder = createTestFolder(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}.json`, '{}'])));
    const { open, closeSync } = fs;
    let [opened, most] = [0, 0];
    fs.open = ((...given: Parameters<typeof open>) => {
      most = Math.max(most, ++opened);
      open(...given);
    }) as typeof open;
    fs.closeSync = (file) => {
      opened -= 1;
      closeSync(file);
    };
    try {
      const uris = Array.from({ length: 100 }, (_, i) => folder.uriOf(`${i}.json`));
      await createTestHost().host.files.readMany(uris, DEFAULT_MAX_FILE_BYTES, () => undefined);
    } finally {
      Object.assign(fs, { open, closeSync });
    }
    assert.ok(most > 1 && most <= 16, `${most} files at once`);
    assert.equal(opened, 0);
  });

  it('is so many bytes, or one file that has more', async () => {
    const withBytes = createByteLimit(100);
    const log: string[] = [];
    const work = (name: string, bytes: number): Promise<void> => withBytes(bytes, async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
    });
    await Promise.all([work('a', 60), work('b', 40), work('c', 150), work('d', 10)]);
    assert.deepEqual(log, ['a begins', 'b begins', 'a ends', 'd begins', 'b ends', 'd ends', 'c begins', 'c ends']);
    await assert.rejects(withBytes(100, () => Promise.reject(new Error('of the disk'))), /of the disk/);
    await work('e', 100);
    assert.equal(log.at(-1), 'e ends');
  });
});

describe('host: links that lead out of the folder', () => {
  afterEach(removeTestFolders);

  function linked(): { readonly folder: TestFolder; readonly elsewhere: TestFolder } {
    const elsewhere = createTestFolder({ 'deep/b.json': '{}', 'kms-handshake.json': '{}' });
    const folder = createTestFolder({ 'a.json': '{}', 'inside/c.json': '{}', '.hidden.d/x.json': '{}' });
    link(path.join(elsewhere.path, 'deep'), folder, 'out');
    link(path.join(folder.path, '.hidden.d'), folder, 'within');
    if (process.platform !== 'win32') {
      symlinkSync(path.join(elsewhere.path, 'deep/b.json'), path.join(folder.path, 'b.json'));
      symlinkSync(path.join(elsewhere.path, 'kms-handshake.json'), path.join(folder.path, 'kms-handshake.json'));
    }
    return { folder, elsewhere };
  }

  it('are reported instead of followed; those that stay inside are followed', async () => {
    const { folder } = linked();
    const { names, log } = await listed(folder);
    assert.deepEqual(names, ['.hidden.d/x.json', 'a.json', 'inside/c.json']);
    assert.match(log, /the link .*out is left out: it leads out of the folder/);
    const { host } = createTestHost();
    const selects = (name: string): Promise<boolean> => host.files.isSelected(selectionOf(folder), folder.uriOf(name));
    for (const name of ['out/b.json', 'out/new.json', ...process.platform === 'win32' ? [] : ['b.json', 'kms-handshake.json']])
      assert.equal(await selects(name), false, name);
    for (const name of ['a.json', 'new.json', 'new/folder/x.json', 'within/x.json', 'within/new.json'])
      assert.equal(await selects(name), true, name);
  });

  it('are not reported where nothing in them would have been read', async function () {
    if (process.platform === 'win32') return skipTest(this, 'links to files take privileges');
    const elsewhere = createTestFolder({ 'x.txt': '', 'y.json': '' });
    const folder = createTestFolder({ '.gitignore': 'y.json\n' });
    for (const name of ['x.txt', 'y.json']) symlinkSync(path.join(elsewhere.path, name), path.join(folder.path, name));
    assert.equal((await listed(folder)).log, '');
  });

  it('are followed when the selection says so', async () => {
    const { folder } = linked();
    const { names, log } = await listed(folder, true);
    assert.ok(names.includes('out/b.json') || names.includes('b.json'), names.join());
    assert.doesNotMatch(log, /left out/);
    assert.equal(await createTestHost().host.files.isSelected(selectionOf(folder, true), folder.uriOf('out/b.json')), true);
  });

  it('from one folder of the workspace into another stay inside', async () => {
    const { folder, elsewhere } = linked();
    const { host } = createTestHost();
    const both: FileSelection = { folders: [folder, elsewhere].map(({ uri }) => ({ uri, exclude: [] })), files: DEFAULT_FILE_GLOBS };
    assert.equal(await host.files.isSelected(both, folder.uriOf('out/b.json')), true);
    assert.deepEqual((await host.files.list(both)).filter((uri) => uri.startsWith(elsewhere.uri)).map(elsewhere.nameOf), ['deep/b.json',
      'kms-handshake.json']);
  });

  it('do not matter for a folder that was opened by a link itself', async () => {
    const { folder, elsewhere } = linked();
    const { host } = createTestHost();
    const opened: FileSelection = { folders: [{ uri: folder.uriOf('out'), exclude: [] }], files: DEFAULT_FILE_GLOBS };
    assert.deepEqual((await host.files.list(opened)).map(folder.nameOf), ['out/b.json']);
    assert.equal(await host.files.isSelected(opened, folder.uriOf('out/b.json')), true);
    assert.equal(await host.files.resolvesInto([folder.uriOf('out')], elsewhere.uriOf('deep/new.json')), true);
  });

  it('are seen through where something is to be written', async () => {
    const { folder } = linked();
    link(path.join(folder.path, 'nowhere'), folder, 'broken');
    const { host } = createTestHost();
    const leads = (name: string): Promise<boolean> => host.files.resolvesInto([folder.uri], `${folder.uri}/${name}`);
    for (const name of ['a.json', 'new.json', 'new/deep/x.json', 'within/new.json', 'inside/../a.json'])
      assert.equal(await leads(name), true, name);
    for (const name of ['out/new.json', 'out/new/x.json', 'broken', 'broken/x.json', '../x.json', 'inside/../../x.json'])
      assert.equal(await leads(name), false, name);
  });
});
