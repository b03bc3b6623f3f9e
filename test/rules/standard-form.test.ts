import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { RULES } from '../../server/src/core/rules/registry';
import type { PolicySubject } from '../../server/src/core/rules/rule';
import { isStandardForm } from '../../server/src/core/rules/shared/standard-policy-form';
import { workspaceFromTexts } from '../support/workspace-from-texts';

const ROOT = path.join(__dirname, '..', '..');

const examples = readdirSync(path.join(ROOT, 'docs/rules'))
  .flatMap((name) =>
    [...readFileSync(path.join(ROOT, 'docs/rules', name), 'utf8').matchAll(/```json\n([\s\S]*?)```/g)].map((block) => block[1] ?? '')
  );

function subjectsOf(text: string): readonly PolicySubject[] {
  const { readings, world } = workspaceFromTexts({ 'policy.json': text });
  return [...readings.values()].flatMap(({ policies }) => policies.map((policy) => (
    { policy, key: world.keyByPolicy.get(policy), identities: world.identitiesByPolicy.get(policy) ?? [], memoize: world.memoize })));
}

/** The codes of what the rules on nonstandard policies find in standard ones: nothing, if they are right. */
function missedIn(text: string): readonly string[] {
  return subjectsOf(text).filter(({ policy }) => isStandardForm(policy)).flatMap((subject) => (
    RULES.flatMap(({ code, check }) => [...check.nonstandardPolicy?.(subject) ?? []].map(() => code))));
}

const STATEMENT =
  '{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}';
/** One function of a template that is two statements, and something else that is none. */
const TWO_IN_ONE = ['"x"', '7', 'null', '[]'].map((none) =>
  `{"Version":"2012-10-17","Statement":[{"Fn::If":["C",${STATEMENT},${STATEMENT}]},${none}]}`
);

describe('a policy in standard form', () => {
  it('is what many rules need not look at, and most look at parts of policies only', () => {
    const parts = ['statement', 'servicePrincipal', 'rejectedPrincipal', 'condition', 'resolvedCondition', 'faultyValue',
      'nonstandardPolicy'] as const;
    assert.ok(RULES.filter(({ check }) => check.nonstandardPolicy).length > 15);
    assert.ok(RULES.filter(({ check }) => parts.some((part) => check[part])).length > 50);
  });

  it('has no faults of form: the examples of all pages', () => {
    for (const example of [...examples, ...TWO_IN_ONE]) assert.deepEqual(missedIn(example), [], example);
  });

  it('has no faults of form: the same with pieces taken out, doubled or put elsewhere', () => {
    const pieces = examples.flatMap((example) => example.match(/"[^"]*"|[[\]{},:]|\w+/g) ?? []);
    const extra = ['', '[]', '{}', 'null', '7', 'true', '"${aws:username}"', '"<ACCOUNT_ID>"', '"\\u0024{x:y}"', '"*"', '["*"]', '"Effect"',
      '"effect"', '"\u2013"', '{"Ref": "X"}'];
    const edit = fc.record({ at: fc.nat(), length: fc.nat({ max: 3 }),
      by: fc.oneof(fc.constantFrom(...extra), fc.constantFrom(...pieces)) });
    fc.assert(fc.property(fc.constantFrom(...examples), fc.array(edit, { minLength: 1, maxLength: 3 }), (example, edits) => {
      const tokens = example.match(/\s+|"[^"]*"|[[\]{},:]|\w+|./g) ?? [];
      for (const { at, length, by } of edits) tokens.splice(at % tokens.length, length, by);
      const text = tokens.join('');
      assert.deepEqual(missedIn(text), [], text);
    }), { numRuns: 1500 });
  }).timeout(60_000);
});
