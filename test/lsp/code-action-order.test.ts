import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CodeAction } from 'vscode-languageserver';
import { identityPolicy, keyPolicy, manifest } from '../support/fixtures';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { toJson } from '../support/policy-pair';
import { createTestFolder, removeTestFolders } from '../support/temporary-folder';

const PAGES = path.join(__dirname, '..', '..', 'docs', 'rules');

/** The order of the entries of one menu, by their titles: what mends the policy has none of these. */
const ORDER: readonly RegExp[] = [/^(?:Generate|Create|Confirm link|Attach policy to (?!…))/, /^Fix all /, /^Explain this access…$/,
  /^Attach policy to…$/, /^Suppress /, /^Show documentation of rule /];

/** Text that AWS rejects whatever anybody thinks of it. */
const NEVER_SUPPRESSED = ['action-prefix', 'element-conflict', 'forbidden-character', 'invalid-effect', 'json-syntax', 'unknown-element',
  'value-type'];

function rankOf(title: string): number {
  const index = ORDER.findIndex((pattern) => pattern.test(title));
  return index < 0 ? 0 : index + 1;
}

/** Whether it changes nothing of what the policies grant. */
function isNoMend(title: string): boolean {
  return rankOf(title) > ORDER.length - 4;
}

describe('lsp: the order of quick fixes', function () {
  this.timeout(120_000);
  let client: LspClient;
  let uriOf: (file: string) => string;

  before(async () => {
    const policies = { 'key.json': keyPolicy({ Action: 'kms:*' }), 'app.json': identityPolicy() };
    const folder = createTestFolder({ 'kms-handshake.json': manifest(), ...policies });
    uriOf = folder.uriOf;
    client = await startClient({ folders: [folder.uri], options: { clientCommands: true } });
    for (const file of ['key.json', 'app.json']) client.open(uriOf(file));
  });

  after(() => {
    killServers();
    removeTestFolders();
  });

  for (const page of readdirSync(PAGES).filter((name) => name !== 'index.md')) {
    const code = page.replace(/\.md$/, '');
    const text = readFileSync(path.join(PAGES, page), 'utf8');
    const [, example] = /```json\n([^]*?)```/.exec(text) ?? [];
    if (example === undefined || ['manifest-invalid', 'link-ambiguous', 'kms-action-in-other-policy'].includes(code)) continue;
    it(`${code}: fixes, then generated policies and links, then the rest, nothing twice`, async () => {
      const [name, other] = /"(?:Not)?Principal"/.test(example) && !example.includes('"PolicyDocument"')
        ? ['key.json', 'app.json'] : ['app.json', 'key.json'];
      client.replaceText(uriOf(name), example);
      client.replaceText(uriOf(other), toJson(other === 'key.json' ? keyPolicy({ Action: 'kms:*' }) : identityPolicy()));
      await client.waitUntilIdle();
      for (const diagnostic of client.diagnostics(uriOf(name))) {
        // VS Code has refactorings in a group of their own.
        const fixes = (await client.codeActions(uriOf(name), diagnostic)).filter(({ kind }: CodeAction) => kind === 'quickfix');
        const titles = fixes.map(({ title }) => title);
        const menu = titles.join(' | ');
        assert.deepEqual(titles, [...titles].sort((a, b) => rankOf(a) - rankOf(b)), menu);
        assert.equal(new Set(titles).size, titles.length, menu);
        if (diagnostic.code !== code) continue;
        const isFixable = !/^Quick fix: no\./m.test(text);
        if (isFixable) assert.ok(!isNoMend(titles[0] ?? ''), menu);
        assert.equal(titles.some((title) => title.startsWith(`Suppress ${code} `)), !NEVER_SUPPRESSED.includes(code), menu);
        assert.ok(titles.includes(`Show documentation of rule ${code}`), menu);
      }
    });
  }
});
