import * as assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { RULES } from '../../server/src/core/rules/registry';
import type { Rule } from '../../server/src/core/rules/rule';
import { findingLines } from '../support/expect-findings';
import { keyPolicy, manifest } from '../support/fixtures';

const ROOT = path.join(__dirname, '..', '..');
const PAGES = path.join(ROOT, 'docs', 'rules');
const SECTIONS = ['## Why', '## Example', '## Quick fix', '## When it stays silent', '## Source'];

const codes = new Set(RULES.map(({ code }) => code));

/** The ARNs of two partitions stand in two policies; a suppression is unused where all files have no use for it. */
const NEED_OTHER_FILES: ReadonlySet<string> = new Set(['partition-mismatch', 'suppression-unused']);

describe('every rule', () => {
  it('has a code of its own', () => {
    assert.equal(codes.size, RULES.length);
  });

  for (const rule of RULES) {
    const { code } = rule;
    describe(code, () => {
      it('is one file', () => {
        assert.match(code, /^[a-z]+(-[a-z]+)*$/);
        assert.ok(existsSync(path.join(ROOT, 'server/src/core/rules', `${code}.ts`)));
        for (const href of [rule.href, ...rule.otherHrefs ?? []]) assert.match(href, /^https:\/\/docs\.aws\.amazon\.com\/[\w./#-]+$/);
      });

      it('has a page of the common shape', () => {
        const page = pageOf(code);
        assert.ok(page.startsWith(`# ${code}\n\n`), 'heading');
        let at = 0;
        for (const section of SECTIONS) {
          const next = page.indexOf(`\n${section}\n`, at);
          assert.ok(next > 0, `${section} is missing or out of order`);
          at = next;
        }
        assert.match(page, /^Quick fix: /m);
        assert.equal(/^Quick fix: no\./m.test(page), rule.fixable === false, 'whether there is a quick fix');
        assert.match(page, /\]\(https:\/\/docs\.aws\.amazon\.com\//);
        assert.match(page, /Fails/);
        assert.match(page, /Passes/);
      });

      it('has a failing and a passing test', () => {
        const test = readFileSync(path.join(__dirname, `${code}.test.ts`), 'utf8');
        assert.ok(test.includes(code));
        assert.ok((test.match(/\bit\(/g) ?? []).length >= 3, 'at least three tests');
      });

      const examples = isAboutOneFile(rule) ? exampleBlocks(pageOf(code)) : [];
      if (examples.length === 2) {
        it('finds what its page says, and only there', () => {
          const [fails = '', passes = ''] = examples.map((example) =>
            findingLines(filesWith(example, code)).filter((line) => line.split(' ')[2] === code).join('\n')
          );
          assert.notEqual(fails, '', 'the failing example has the finding');
          assert.equal(passes, '', 'the passing example has not');
        });
      }
    });
  }

  it('is behind every page', () => {
    const pages = readdirSync(PAGES).map((name) => name.replace(/\.md$/, '')).filter((name) => name !== 'index');
    assert.deepEqual(pages.filter((name) => !codes.has(name)), []);
  });
});

function pageOf(code: string): string {
  return readFileSync(path.join(PAGES, `${code}.md`), 'utf8').replace(/\r\n/g, '\n');
}

/** Whether the examples say something by themselves: those of a rule on policies. */
function isAboutOneFile(
  { code, check: { pair: _pair, key: _key, identity: _identity, world: _world, ...checksOfOneFile } }: Rule,
): boolean {
  return !NEED_OTHER_FILES.has(code) && Object.keys(checksOfOneFile).some((name) => name !== 'pairReasons');
}

function exampleBlocks(page: string): string[] {
  return [...page.matchAll(/```(?:json|yaml)\n([^]*?)```/g)].map(([, text]) => text ?? '');
}

/**
 * The example as the key policy or the identity policy of the declared pair; the output of `aws iam get-role-policy` says that it is the
 * latter. The policy of a bucket is neither, nor is the manifest.
 */
function filesWith(example: string, code: string): Record<string, string | object> {
  if (code === 'kms-action-in-other-policy') return { 'bucket.json': example };
  if (example.startsWith('Resources:')) return { 'template.yaml': example };
  if (code === 'manifest-invalid') return { 'kms-handshake.json': example, 'producer/key-policy.json': keyPolicy() };
  return { 'kms-handshake.json': manifest(),
    [example.includes('"Principal"') && !example.includes('"PolicyDocument"') ? 'key.json' : 'app.json']: example };
}
