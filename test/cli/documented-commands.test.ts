import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Reason } from '../../server/src/core/access/verdict';
import { USAGE } from '../../server/src/cli/usage';
import { runCli } from '../support/run-cli';

const ROOT = path.resolve(__dirname, '../..');
const PAGE = readFileSync(path.join(ROOT, 'docs/command-line.md'), 'utf8');

/** The compiler holds it complete. */
const REASONS: Record<Reason, true> = {
  'both-allow': true, 'grant': true, 'partition': true, 'account': true, 'region': true, 'identity-not-named': true, 'not-delegating': true,
  'key-policy-missing': true, 'key-policy-silent': true, 'key-policy-action': true, 'key-policy-condition': true, 'not-cross-account': true,
  'key-policy-denies': true, 'identity-policy-denies': true, 'identity-policy-condition': true, 'identity-policy-missing': true,
  'needs-grant': true,
  'conditions-contradict': true, 'unresolved': true,
};

/** With the texts that the page leaves out left out. */
function elided(given: unknown, page: unknown): unknown {
  if (page === '…' && typeof given === 'string') return page;
  if (Array.isArray(given)) return given.map((item, i) => elided(item, Array.isArray(page) ? page[i] : undefined));
  if (typeof given !== 'object' || given === null) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, elided(value, (page as Record<string, unknown> | undefined)?.[name])]),
  );
}

describe('command line: its page in the documentation', () => {
  const examples = [...PAGE.matchAll(/^`kms-handshake (.*)`\n```json\n([^]*?)^```/gm)].map(([, command = '', json = '']) => ({ command,
    json })
  );

  it('shows each command that gives JSON', () => {
    assert.deepEqual(examples.map(({ command }) => command.split(' ')[0]),
      [...USAGE.matchAll(/^ {2}kms-handshake (\w+) .*--format \S*json/gm)].flatMap(([, name]) => name ?? []).filter((name, i, all) =>
        all.indexOf(name) === i
      ));
  });

  for (const { command, json } of examples) {
    it(`shows what it gives: ${command}`, async () => {
      const shown: unknown = JSON.parse(json);
      const { stdout } = await runCli(path.join(ROOT, 'examples'), ...command.split(' '));
      assert.deepEqual(elided(JSON.parse(stdout), shown), shown);
    });
  }

  it('explains each reason', () => {
    const table = PAGE.slice(PAGE.indexOf('| `reason` |'));
    const explained = [...table.slice(0, table.indexOf('\n\n')).matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name)
    ).filter((name) => name !== 'reason');
    assert.deepEqual(explained.sort(), Object.keys(REASONS).sort());
  });
});
