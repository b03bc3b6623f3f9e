import assert from 'node:assert/strict';
import fs, { chmodSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { canonicalUri, DEFAULT_FILE_GLOBS, DEFAULT_MAX_FILE_BYTES, type FileContent, type FileSelection } from '../../server/src/host/host';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { createTestHost } from '../support/node-test-host';
import { skipTest } from '../support/skip-test';

function selectionOf(folder: TestFolder, exclude: readonly string[] = []): FileSelection {
  return { folders: [{ uri: folder.uri, exclude }], files: DEFAULT_FILE_GLOBS };
}

async function listed(folder: TestFolder, exclude?: readonly string[]): Promise<string[]> {
  const { host } = createTestHost();
  const uris = await host.files.list(selectionOf(folder, exclude));
  return uris.map(folder.nameOf);
}

async function selected(folder: TestFolder, file: string, exclude?: readonly string[]): Promise<boolean> {
  return createTestHost().host.files.isSelected(selectionOf(folder, exclude), folder.uriOf(file));
}

async function readText(folder: TestFolder, file: string, maxBytes = DEFAULT_MAX_FILE_BYTES): Promise<FileContent> {
  return createTestHost().host.files.read(folder.uriOf(file), maxBytes);
}

describe('host: which files are looked at', () => {
  afterEach(removeTestFolders);

  it('takes the candidate names and nothing else', async () => {
    const folder = createTestFolder({ 'a.json': '{}', 'b.jsonc': '{}', 'c/d.json.tpl': '', 'c/e.json.tftpl': '', 'c/.hidden/f.json': '',
      'g.yaml': '', 'h.yml': '', 'i.template': '', 'j.toml': '', 'json': '', 'k/samconfig.toml': '',
      'l/main.tf': '', 'l/main.tofu': '', 'l/a.tfstate': '', 'l/terraform.tfvars': '' });
    assert.deepEqual(await listed(folder),
      ['a.json', 'b.jsonc', 'c/.hidden/f.json', 'c/d.json.tpl', 'c/e.json.tftpl', 'g.yaml', 'h.yml', 'i.template',
        'k/samconfig.toml', 'l/main.tf', 'l/main.tofu', 'l/terraform.tfvars']);
  });

  it('leaves out .git, node_modules and cdk.out wherever they are', async () => {
    const folder = createTestFolder({ 'a.json': '', '.git/a.json': '', 'x/node_modules/y/a.json': '', 'cdk.out/a.json': '',
      'x/cdk.out/deep/a.json': '' });
    assert.deepEqual(await listed(folder), ['a.json']);
    assert.equal(await selected(folder, 'x/node_modules/y/a.json'), false);
    assert.equal(await selected(folder, 'x/a.json'), true);
  });

  it('reads cdk.out where it is asked for, whatever .gitignore says', async () => {
    const folder = createTestFolder({ '.gitignore': 'cdk.out\n*.assets.json\n', 'a.assets.json': '', 'x/cdk.out/App.template.json': '',
      'cdk.out/App.assets.json': '', 'node_modules/cdk.out/a.json': '' });
    const { host } = createTestHost();
    const selection: FileSelection = { ...selectionOf(folder), readCdkOutput: true };
    assert.deepEqual((await host.files.list(selection)).map(folder.nameOf), ['cdk.out/App.assets.json', 'x/cdk.out/App.template.json']);
    assert.equal(await host.files.isSelected(selection, folder.uriOf('x/cdk.out/App.template.json')), true);
    assert.equal(await selected(folder, 'x/cdk.out/App.template.json'), false);
  });

  it('follows .gitignore files, nested ones and exceptions too', async () => {
    const folder = createTestFolder({
      '.gitignore': '*.gen.json\n/build/\n!keep.gen.json\n', 'a.gen.json': '', 'keep.gen.json': '', 'build/a.json': '',
      'sub/build/a.json': '',
      'sub/.gitignore': 'local.json\n!b.gen.json', 'sub/local.json': '', 'sub/b.gen.json': '', 'local.json': '',
    });
    assert.deepEqual(await listed(folder), ['keep.gen.json', 'local.json', 'sub/b.gen.json', 'sub/build/a.json']);
    for (const file of ['a.gen.json', 'build/a.json', 'sub/local.json']) assert.equal(await selected(folder, file), false, file);
    for (const file of ['keep.gen.json', 'sub/b.gen.json', 'sub/build/a.json', 'not/there/yet.json'])
      assert.equal(await selected(folder, file), true, file);
  });

  it('follows the .gitignore of the repository above the folder', async () => {
    const outer = createTestFolder({ '.git/HEAD': '', '.gitignore': 'scratch.json\n', 'inner/scratch.json': '', 'inner/a.json': '' });
    const { host } = createTestHost();
    const inner: FileSelection = { folders: [{ uri: outer.uriOf('inner'), exclude: [] }], files: DEFAULT_FILE_GLOBS };
    assert.deepEqual((await host.files.list(inner)).map(outer.nameOf), ['inner/a.json']);
    assert.equal(await host.files.isSelected(inner, outer.uriOf('inner/scratch.json')), false);
  });

  it('looks into a folder that was opened although the repository above ignores it', async () => {
    const outer = createTestFolder({ '.git/HEAD': '', '.gitignore': '/inner/\n', 'inner/a.json': '' });
    const inner: FileSelection = { folders: [{ uri: outer.uriOf('inner'), exclude: [] }], files: DEFAULT_FILE_GLOBS };
    assert.deepEqual((await createTestHost().host.files.list(inner)).map(outer.nameOf), ['inner/a.json']);
  });

  it('leaves out what exclude names, files and folders', async () => {
    const folder = createTestFolder({ 'a.json': '', 'vendor/x/a.json': '', 'old/a.json': '', 'keep/old/a.json': '', 'b.bak.json': '' });
    const exclude = ['vendor/**', './old/', '**/*.bak.json'];
    assert.deepEqual(await listed(folder, exclude), ['a.json', 'keep/old/a.json']);
    for (const file of ['vendor/x/a.json', 'old/a.json', 'b.bak.json']) assert.equal(await selected(folder, file, exclude), false, file);
    assert.equal(await selected(folder, 'keep/old/a.json', exclude), true);
  });

  it('takes every kms-handshake.json, also where .gitignore names it or no glob means it, unless its folder is left out', async () => {
    const folder = createTestFolder({
      '.gitignore': 'kms-handshake.json\n/build/', 'kms-handshake.json': '{}', 'sub/kms-handshake.json': '{}',
      'build/kms-handshake.json': '{}', 'node_modules/a/kms-handshake.json': '{}',
      'old/kms-handshake.json': '{}', 'a.json': '{}',
    });
    const fileSelection: FileSelection = { folders: [{ uri: folder.uri, exclude: ['old'] }], files: ['policies/*.json'] };
    const { host } = createTestHost();
    assert.deepEqual((await host.files.list(fileSelection)).map(folder.nameOf), ['kms-handshake.json', 'sub/kms-handshake.json']);
    for (const [file, expected] of [['kms-handshake.json', true], ['sub/kms-handshake.json', true], ['build/kms-handshake.json', false], [
      'node_modules/a/kms-handshake.json',
      false,
    ], ['old/kms-handshake.json', false], ['a.json', false]] as const) {
      assert.equal(await host.files.isSelected(fileSelection, folder.uriOf(file)), expected, file);
    }
    assert.equal(await selected(folder, 'kms-handshake.json', ['*.json']), true, 'the one at the root in any case');
  });

  it('takes a file outside all folders by its name', async () => {
    const folder = createTestFolder();
    const { host } = createTestHost();
    assert.equal(await host.files.isSelected(selectionOf(folder), 'file:///elsewhere/a.json'), true);
    assert.equal(await host.files.isSelected(selectionOf(folder), 'file:///elsewhere/a.txt'), false);
    assert.equal(await host.files.isSelected(selectionOf(folder), 'untitled:Untitled-1'), false);
  });

  it('lists folders inside each other once', async () => {
    const folder = createTestFolder({ 'a.json': '', 'inner/b.json': '' });
    const { host } = createTestHost();
    const both = [folder.uri, folder.uriOf('inner')].map((uri) => ({ uri, exclude: [] }));
    assert.deepEqual((await host.files.list({ folders: both, files: DEFAULT_FILE_GLOBS })).map(folder.nameOf), ['a.json', 'inner/b.json']);
  });

  it('logs a folder that is not there', async () => {
    const { host, logLines } = createTestHost();
    assert.deepEqual(await host.files.list({ folders: [{ uri: 'file:///not/there', exclude: [] }], files: DEFAULT_FILE_GLOBS }), []);
    assert.match(logLines.join('\n'), /not\/there/);
  });

  it('logs a folder that may not be read', async function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) skipTest(this, 'this user may read everything');
    const folder = createTestFolder({ 'a.json': '', 'secret/b.json': '' });
    chmodSync(path.join(folder.path, 'secret'), 0);
    const { host, logLines: lines } = createTestHost();
    assert.deepEqual((await host.files.list(selectionOf(folder))).map(folder.nameOf), ['a.json']);
    chmodSync(path.join(folder.path, 'secret'), 0o700);
    assert.match(lines.join('\n'), /secret/);
  });

  it('stops when it is cancelled', async () => {
    const folder = createTestFolder({ 'a.json': '' });
    assert.deepEqual(await createTestHost().host.files.list(selectionOf(folder), () => true), []);
  });
});

describe('host: links', () => {
  afterEach(removeTestFolders);

  function link(folder: TestFolder, target: string, name: string): void {
    symlinkSync(target, path.join(folder.path, name), 'junction');
  }

  it('survives links that go round in circles', async () => {
    const folder = createTestFolder({ 'a/b/c.json': '' });
    link(folder, path.join(folder.path, 'a'), 'a/b/up');
    link(folder, folder.path, 'a/root');
    link(folder, path.dirname(folder.path), 'above');
    link(folder, path.join(folder.path, 'nowhere'), 'broken');
    assert.deepEqual(await listed(folder), ['a/b/c.json']);
  });

  it('survives two linked folders that link to each other', async () => {
    const elsewhere = createTestFolder({ 'one/x.json': '', 'two/y.json': '' });
    symlinkSync(path.join(elsewhere.path, 'two'), path.join(elsewhere.path, 'one/other'), 'junction');
    symlinkSync(path.join(elsewhere.path, 'one'), path.join(elsewhere.path, 'two/other'), 'junction');
    const folder = createTestFolder({ 'a.json': '' });
    link(folder, path.join(elsewhere.path, 'one'), 'linked');
    const files = await createTestHost().host.files.list({ ...selectionOf(folder), followLinks: true });
    assert.deepEqual(files.map(folder.nameOf), ['a.json', 'linked/other/y.json', 'linked/x.json']);
  });

  it('knows a file that is also linked by its own path', async () => {
    const folder = createTestFolder({ 'z/real.json': '' });
    link(folder, path.join(folder.path, 'z'), 'a-linked');
    if (process.platform !== 'win32') symlinkSync(path.join(folder.path, 'z/real.json'), path.join(folder.path, 'b.json'));
    assert.deepEqual(await listed(folder), ['z/real.json']);
  });
});

describe('host: reading', () => {
  afterEach(removeTestFolders);

  it('reads UTF-8 with and without byte order mark, and UTF-16 with one', async () => {
    const text = '{"Sid":"grün 🔑"}';
    const swapped = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    const folder = createTestFolder({ 'a.json': text, 'b.json': `\ufeff${text}`, 'c.json': Buffer.from(`\ufeff${text}`, 'utf16le'),
      'd.json': swapped });
    for (const file of ['a.json', 'b.json', 'c.json', 'd.json'])
      assert.deepEqual(await readText(folder, file), { kind: 'text', text }, file);
  });

  it('says why it leaves out a file', async () => {
    const folder = createTestFolder({ 'big.json': ' '.repeat(2049), 'fits.json': ' '.repeat(2048),
      'binary.json': Buffer.from([0x7b, 0, 1, 0x7d]), 'folder.json/a': '' });
    assert.deepEqual(await readText(folder, 'big.json', 2048), { kind: 'left-out', why: 'larger than 2 KiB' });
    assert.equal((await readText(folder, 'fits.json', 2048)).kind, 'text');
    assert.deepEqual(await readText(folder, 'binary.json'), { kind: 'left-out', why: 'not a text' });
    assert.deepEqual(await readText(folder, 'missing.json'), { kind: 'missing' });
    assert.equal((await readText(folder, 'folder.json')).kind, 'left-out');
  });

  it('reads output of AWS tools about a whole account above the limit, in UTF-8 and UTF-16, and nothing else', async () => {
    const output = `{\n    "RoleDetailList": [${' '.repeat(4096)}]}`;
    const folder = createTestFolder({ 'roles.json': output, 'wide.json': Buffer.from(`\ufeff${output}`, 'utf16le'),
      'marked.json': `\ufeff${output}`, 'other.json': output.replace('Role', 'My') });
    const read = new Map<string, FileContent>();
    await createTestHost().host.files.readMany(['roles', 'wide', 'marked', 'other'].map((name) => folder.uriOf(`${name}.json`)), 2048,
      (uri, content) => read.set(folder.nameOf(uri), content));
    for (const name of ['roles.json', 'wide.json', 'marked.json']) assert.deepEqual(read.get(name), { kind: 'text', text: output }, name);
    assert.deepEqual(read.get('other.json'), { kind: 'left-out', why: 'larger than 2 KiB' });
  });

  it('reads what it lists, whatever the names, encodings and sizes', async () => {
    const long = `{"Sid":"grün ${'x'.repeat(70_000)}"}`;
    const texts = { 'a b.json': '1', 'c%20d.json': '2', 'e#f?.json': '3', 'grün/é@+=(1).json': '4', '~\'$&,;[x].json': '5',
      'long.json': long, 'short.json': '{"Sid":"é"}' };
    const folder = createTestFolder({ ...texts, 'utf16.json': Buffer.from('\ufeff{"Sid":"ü"}', 'utf16le') });
    const { host } = createTestHost();
    const uris = await host.files.list(selectionOf(folder));
    assert.deepEqual(uris, uris.map(canonicalUri));
    const seen = new Map<string, FileContent>();
    await host.files.readMany(uris, DEFAULT_MAX_FILE_BYTES, (uri, content) => seen.set(folder.nameOf(uri), content));
    const expected = { ...texts, 'utf16.json': '{"Sid":"ü"}' };
    assert.deepEqual(Object.fromEntries(seen),
      Object.fromEntries(Object.entries(expected).map(([name, text]) => [name, { kind: 'text', text }])));
  });

  it('reads all of a file that grows, and nothing else, where its size says less than there is', async function () {
    if (!existsSync('/proc/version')) return skipTest(this, 'no file system here has files that say they are empty');
    const folder = createTestFolder({ 'before.json': 'x'.repeat(1000) });
    const contents = new Map<string, FileContent>();
    const before: string[] = Array.from({ length: 20 }, () => folder.uriOf('before.json'));
    await createTestHost().host.files.readMany([...before, 'file:///proc/version'], DEFAULT_MAX_FILE_BYTES,
      (uri, content) => contents.set(uri, content));
    assert.deepEqual(contents.get('file:///proc/version'), { kind: 'text', text: readFileSync('/proc/version', 'utf8') });
  });

  it('reads all of a file where the file system gives less at once than was requested', async () => {
    const folder = createTestFolder({ 'a.json': '{"Sid":"a"}', 'long.json': 'y'.repeat(70_000) });
    const texts: string[] = [];
    const { read } = fs;
    fs.read = ((file: number, bytes: Uint8Array, offset: number, length: number, position: number | null, done: () => void) =>
      read(file, bytes, offset, Math.ceil(length / 3), position, done)) as typeof read;
    try {
      for (const name of ['a.json', 'long.json']) {
        await createTestHost().host.files.readMany([folder.uriOf(name)], DEFAULT_MAX_FILE_BYTES, (_, content) =>
          texts.push(content.kind === 'text' ? content.text : content.kind));
      }
    } finally {
      fs.read = read;
    }
    assert.deepEqual(texts, ['{"Sid":"a"}', 'y'.repeat(70_000)]);
  });

  it('reads many files, and stops when it is cancelled', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `${i % 10}/${i}.json`);
    const folder = createTestFolder(Object.fromEntries(names.map((name) => [name, name])));
    const { host } = createTestHost();
    const seen = new Map<string, string>();
    const uris = [...names.map(folder.uriOf), folder.uriOf('missing.json')];
    await host.files.readMany(uris, DEFAULT_MAX_FILE_BYTES,
      (uri, content) => seen.set(folder.nameOf(uri), content.kind === 'text' ? content.text : content.kind));
    assert.deepEqual(Object.fromEntries(seen), { ...Object.fromEntries(names.map((name) => [name, name])), 'missing.json': 'missing' });

    let taken = 0;
    await host.files.readMany(uris, DEFAULT_MAX_FILE_BYTES, () => { taken += 1; }, () => taken >= 5);
    assert.ok(taken < 30, `${taken} files after the stop`);
  });
});

describe('host: open documents', () => {
  const { documents } = createTestHost().host;

  it('applies changes, and finds a document by any spelling of its URI', () => {
    documents.open({ uri: 'file:///c%3A/a b.json', languageId: 'json', version: 1, text: 'ab\ncd' });
    const changed = documents.change('file:///c%3A/a%20b.json', 2, [{ text: 'X',
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 1 } } }]);
    assert.equal(changed.text, 'ab\nXd');
    assert.equal(changed.version, 2);
    assert.equal(changed.editorUri, 'file:///c%3A/a b.json');
    assert.equal(documents.get('file:///c:/a%20b.json')?.text, 'ab\nXd');
    assert.equal(documents.close('file:///c%3A/a%20b.json')?.version, 2);
    assert.equal(documents.get('file:///c%3A/a%20b.json'), undefined);
    assert.throws(() => documents.change('file:///c%3A/a%20b.json', 3, []), /not open/);
  });
});
