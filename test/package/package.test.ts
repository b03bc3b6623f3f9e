import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { readZip } from '../support/read-zip';

const ROOT = path.resolve(__dirname, '../..');
const VSIX = path.join(ROOT, 'out/kms-handshake.vsix');

/** What a person installs, besides one page for each rule. A new file belongs here only if the running extension reads it. */
const EXPECTED = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/changelog.md',
  'extension/dist/cli.js',
  'extension/dist/explanation.css',
  'extension/dist/explanation.js',
  'extension/dist/extension.js',
  'extension/dist/server.js',
  'extension/dist/webview.css',
  'extension/dist/webview.js',
  'extension/l10n/bundle.l10n.json',
  'extension/media/icon.png',
  'extension/media/kms-handshake.svg',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/readme.md',
  'extension/schemas/kms-handshake.schema.json',
  'extension/schemas/kms-handshake.suggestions.schema.json',
  'extension/syntaxes/kms-policy.injection.tmLanguage.json',
];

/** Commands of VS Code that the manifest names. */
const OF_VSCODE = ['workbench.actions.view.problems', 'editor.action.marker.next', 'editor.action.quickFix',
  'workbench.action.openSettings'];

/** Packed, in bytes. */
const LIMIT = 1_100_000;

const NODE_MODULES = new Set(builtinModules);

/** How the language server is started, and the files that this needs. */
const STARTS_OF_SERVER = [['dist/cli.js lsp --stdio', 'dist/cli.js'], ['dist/server.js --stdio', 'dist/server.js', 'dist/cli.js']] as const;

interface PackagedManifest {
  readonly main: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly version: string;
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: boolean; readonly description: string;
      readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string; readonly title: string }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly markdownDescription?: string; readonly default?: unknown }>>;
    };
    readonly grammars: readonly { readonly path: string; readonly scopeName: string }[];
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly mac: string; readonly when: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly media: { readonly svg: string }; readonly completionEvents: readonly string[] }[];
    }[];
    readonly jsonValidation: readonly { readonly url: string }[];
  };
}

describe('the package', () => {
  let files: ReadonlyMap<string, Buffer>;
  let manifest: PackagedManifest;
  let strings: Readonly<Record<string, string>>;
  /** A string of the manifest as VS Code shows it. */
  const said = (text = ''): string => strings[/^%(.+)%$/.exec(text)?.[1] ?? ''] ?? text;

  before(() => {
    assert.ok(existsSync(VSIX), 'out/kms-handshake.vsix is missing: npm test -- --only package makes it');
    files = readZip(readFileSync(VSIX));
    manifest = JSON.parse(files.get('extension/package.json')?.toString() ?? '{}') as PackagedManifest;
    strings = JSON.parse(files.get('extension/package.nls.json')?.toString() ?? '{}') as Record<string, string>;
  });

  it('holds the expected files and no other', () => {
    const rules = path.join(ROOT, 'docs/rules');
    const pages = existsSync(rules) ? readdirSync(rules).filter((name) => name.endsWith('.md')) : [];
    const examples = readdirSync(path.join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(path.join(ROOT, 'examples', name)).isFile()
    );
    const pictures = manifest.contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg));
    const expected = [...EXPECTED,
      ...[...pages.map((name) => `docs/rules/${name}`), ...examples.map((name) => `examples/${name.replaceAll('\\', '/')}`), ...pictures]
        .map((name) => `extension/${name}`)];
    assert.deepEqual([...files.keys()].sort(), expected.sort());
  });

  it('is small', () => {
    assert.ok(statSync(VSIX).size < LIMIT, `${statSync(VSIX).size} bytes`);
  });

  it('names only files that are in it', () => {
    const { main, bin, contributes } = manifest;
    const named = [main, ...Object.values(bin), ...contributes.grammars.map((grammar) => grammar.path),
      ...contributes.jsonValidation.map((validation) => validation.url)];
    const missing = named.filter((file) => !files.has(path.posix.join('extension', file)));
    assert.deepEqual(missing, []);
  });

  it('has pages of rules whose links lead to pages that are in it', () => {
    const pages = [...files].filter(([name]) => name.startsWith('extension/docs/rules/'));
    const links = pages.flatMap(([name, page]) =>
      Array.from(page.toString().matchAll(/\]\((?!https:)([^)#\s]+)[^)]*\)/g), ([, target]) =>
        path.posix.join(path.posix.dirname(name), target ?? ''))
    );
    assert.ok(links.length > 20);
    assert.deepEqual(links.filter((target) => !files.has(target)), []);
  });

  it('has an install page and a changelog whose links VS Code shows: no pictures, and no links but to https', () => {
    for (const name of ['readme.md', 'changelog.md']) {
      const page = files.get(`extension/${name}`)?.toString() ?? '';
      assert.match(page, /^# \w+/, name);
      assert.doesNotMatch(page, /!\[|<img/, name);
      const links = Array.from(page.matchAll(/\]\(([^)]*)\)/g), ([, target]) => target ?? '');
      assert.deepEqual(links.filter((target) => !target.startsWith('https://')), [], name);
    }
  });

  it('has an icon of 256 pixels', () => {
    const icon = files.get('extension/media/icon.png');
    assert.ok(icon);
    // The width and height of a PNG file stand in its first chunk (Portable Network Graphics Specification, 11.2.2 IHDR).
    assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [256, 256]);
  });

  it('has commands that can be searched by the words people use', () => {
    const titles = manifest.contributes.commands.map(({ category, title }) => `${said(category)}: ${said(title)}`.toLowerCase());
    const searches = ['kms handshake', 'access denied', 'accessdenied', 'cross-account', 'who can use this key', 'check all', 'generate',
      'permission', 'decrypt'];
    for (const words of searches)
      assert.ok(titles.some((title) => title.includes(words)), words);
  });

  it('has no path of the machine it was built on', () => {
    const traces = [ROOT, homedir()].map((folder) => folder + path.sep);
    for (const [name, content] of files) for (const trace of traces) assert.ok(!content.includes(trace), `${name} has ${trace}`);
  });

  it('has no source map', () => {
    for (const name of ['extension.js', 'server.js', 'cli.js', 'webview.js', 'webview.css'])
      assert.ok(!files.get(`extension/dist/${name}`)?.includes('sourceMappingURL'), name);
  });

  it('has a command line that runs by itself', () => {
    assert.ok(files.get('extension/dist/cli.js')?.toString().startsWith('#!/usr/bin/env node\n'));
    const alone = mkdtempSync(path.join(tmpdir(), 'kms-handshake-package-'));
    mkdirSync(path.join(alone, 'dist'));
    for (const name of ['package.json', 'dist/cli.js']) writeFileSync(path.join(alone, name), files.get(`extension/${name}`) ?? '');
    assert.match(execFileSync(process.execPath, ['dist/cli.js', '--version'], { cwd: alone, encoding: 'utf8' }), /\d+\.\d+\.\d+/);
    rmSync(alone, { recursive: true });
  });

  for (const [start, ...needed] of STARTS_OF_SERVER) {
    it(`has a language server that needs no other part of the package: ${start}`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'kms-handshake-package-'));
      mkdirSync(path.join(folder, 'dist'));
      for (const name of ['package.json', ...needed]) writeFileSync(path.join(folder, name), files.get(`extension/${name}`) ?? '');
      const request = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize',
        params: { processId: null, rootUri: null, capabilities: {} } });
      const server = spawn(process.execPath, start.split(' '), { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
      server.stdin.write(`Content-Length: ${request.length}\r\n\r\n${request}`);
      const [answer] = await once(server.stdout, 'data') as [Buffer];
      server.kill();
      await once(server, 'close');
      assert.match(answer.toString(), /^Content-Length: \d+\r\n/);
      rmSync(folder, { recursive: true });
    });
  }

  it('contains the core once: dist/server.js only starts the language server of dist/cli.js', () => {
    assert.ok((files.get('extension/dist/server.js')?.length ?? 0) < 200);
  });

  it('needs no package at run time: a bundle imports only Node, vscode and, to start it, the command line', () => {
    for (const name of ['extension', 'server', 'cli', 'webview']) {
      const code = files.get(`extension/dist/${name}.js`)?.toString() ?? '';
      const required = new Set(Array.from(code.matchAll(/\brequire\("([^"]+)"\)/g), ([, what]) => what ?? ''));
      const foreign = [...required].filter((what) => what !== 'vscode' && !(name === 'server' && what === './cli.js')
        && !NODE_MODULES.has(what.replace(/^node:/, '')));
      assert.deepEqual(foreign, [], name);
      assert.equal(required.has('vscode'), name === 'extension', name);
    }
  });

  it('has every string of the manifest that a person reads in package.nls.json, and no other string there', () => {
    const manifestText = files.get('extension/package.json')?.toString() ?? '';
    const used = new Set(Array.from(manifestText.matchAll(/"%([^"%]+)%"/g), ([, key]) => key));
    assert.deepEqual([...used].sort(), Object.keys(strings).sort());
    for (const [key, text] of Object.entries(strings)) assert.ok(text.trim() === text && text !== '' && !/^%.*%$/.test(text), key);
    const plain = stringsFor(READ, JSON.parse(manifestText)).filter(({ text }) => !/^%[^%]+%$/.test(text));
    assert.deepEqual(plain.filter(({ at }) => at.startsWith('contributes') || at.startsWith('capabilities')), []);
  });

  it('names only commands that there are, in links and in the steps of the walkthrough', () => {
    const { commands, walkthroughs } = manifest.contributes;
    const known = new Set([...commands.map(({ command }) => command), ...OF_VSCODE]);
    const linked = Object.values(strings).flatMap((text) =>
      Array.from(text.matchAll(/\]\(command:([\w.]+)/g), ([, command]) => command ?? '')
    );
    const completing = walkthroughs.flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents)).map((event) =>
      /^onCommand:(.+)$/.exec(event)?.[1] ?? ''
    );
    assert.deepEqual([...linked, ...completing].filter((command) => command !== '' && !known.has(command)), []);
    assert.ok(linked.length > 10);
    for (const { completionEvents } of walkthroughs.flatMap(({ steps }) => steps)) assert.ok(completionEvents.length > 0);
    // VS Code shows them as they are there.
    assert.deepEqual(Object.keys(strings).filter((key) => key.startsWith('walkthrough.') && strings[key]?.includes('`')), []);
  });

  it('has keyboard shortcuts, as chords of two strokes that only count in files with policies', () => {
    const { commands, keybindings } = manifest.contributes;
    assert.ok(keybindings.length > 0);
    for (const { command, key, mac, when } of keybindings) {
      assert.ok(commands.some((item) => item.command === command), command);
      assert.match(key, /^ctrl\+k alt\+[a-z]$/);
      assert.equal(mac, key.replace('ctrl', 'cmd'));
      assert.match(when, /policyFiles/);
    }
  });

  it('works in a workspace that is not trusted yet, and says so', () => {
    const { supported, description, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.equal(supported, true);
    assert.match(said(description), /runs nothing from the workspace/);
    // Only settings by which a workspace could have more read than what lies in it: the others count at once.
    assert.ok(restrictedConfigurations.includes('kmsHandshake.followLinks'));
    for (const harmless of ['scope', 'rules', 'codeLens', 'inlayHints'])
      assert.ok(!restrictedConfigurations.includes(`kmsHandshake.${harmless}`), harmless);
  });

  it('describes every setting and files every command under KMS Handshake', () => {
    const { commands, configuration } = manifest.contributes;
    for (const [name, setting] of Object.entries(configuration.properties)) {
      assert.match(name, /^kmsHandshake\./);
      assert.ok(said(setting.markdownDescription).length > 30, name);
      assert.notEqual(setting.default, undefined, name);
    }
    for (const command of commands) {
      assert.match(command.command, /^kmsHandshake\./);
      assert.equal(said(command.category), 'KMS Handshake');
    }
  });
});

/** Names of properties of the manifest whose text a person reads. */
const READ = new Set(['title', 'category', 'name', 'contextualTitle', 'contents', 'description', 'markdownDescription', 'enumDescriptions',
  'altText', 'shortTitle']);

/** The strings that stand in properties of these names, at any depth, each with where it stands. */
function stringsFor(names: ReadonlySet<string>, value: unknown,
  at: readonly string[] = []): { readonly at: string; readonly text: string }[] {
  if (typeof value === 'string')
    return at.some((part, index) => index >= at.length - 2 && names.has(part))
      ? [{ at: at.join('.'), text: value }]
      : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => stringsFor(names, inner, [...at, name]));
}
