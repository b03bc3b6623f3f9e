import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { RULES } from '../../server/src/core/rules/registry';
import type { PolicySubject, Rule } from '../../server/src/core/rules/rule';
import { ruleBook } from '../../server/src/core/analysis/rule-book';
import { workspaceFromTexts } from '../support/workspace-from-texts';

const ROOT = path.join(__dirname, '..', '..');

/** The rules on policies as their files have them: asked about everything. */
const rules: Extract<Rule, { readonly scope: 'policy' }>[] = [];

const examples = readdirSync(path.join(ROOT, 'docs/rules'))
  .flatMap((name) => [...readFileSync(path.join(ROOT, 'docs/rules', name), 'utf8').matchAll(/```json\n([\s\S]*?)```/g)].map((block) => block[1] ?? ''));

function subjectsOf(text: string): readonly PolicySubject[] {
  const { readings, world } = workspaceFromTexts({ 'policy.json': text });
  return [...readings.values()].flatMap(({ policies }) => policies.map((policy) => ({ policy, key: world.keyOf.get(policy), identities: world.identitiesOf.get(policy) ?? [] })));
}

/** The codes of what is found by the rules that need not be asked: nothing, if they are right. */
function missedIn(text: string): readonly string[] {
  const book = ruleBook(rules);
  return subjectsOf(text).flatMap((subject) => {
    const asked = new Set<unknown>(book.policy(subject));
    return rules.filter((rule) => !asked.has(rule)).flatMap((rule) => [...rule.check(subject)].map(() => rule.meta.code));
  });
}

const STATEMENT = '{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}';
/** One function of a template that is two statements, and something else that is none. */
const TWO_IN_ONE = ['"x"', '7', 'null', '[]'].map((none) => `{"Version":"2012-10-17","Statement":[{"Fn::If":["C",${STATEMENT},${STATEMENT}]},${none}]}`);

describe('what rules need', () => {
  before(() => {
    const load = createRequire(__filename);
    for (const code of new Set(RULES.map(({ meta }) => meta.code))) {
      const file = load(path.join(ROOT, 'server/src/core/rules', `${code}.ts`)) as Record<string, Rule | undefined>;
      for (const rule of Object.values(file)) if (rule?.scope === 'policy' && !rules.includes(rule)) rules.push(rule);
    }
  });

  it('is said by most rules on policies', () => {
    const needy = rules.filter(({ needs }) => needs);
    assert.ok(rules.length > 70 && needy.length > 60, `${needy.length} of ${rules.length}`);
  });

  it('is in everything of which they find something: the examples of all pages', () => {
    for (const example of [...examples, ...TWO_IN_ONE]) assert.deepEqual(missedIn(example), [], example);
  });

  it('is in everything of which they find something: the same with pieces taken out, doubled or put elsewhere', () => {
    const pieces = examples.flatMap((example) => example.match(/"[^"]*"|[[\]{},:]|\w+/g) ?? []);
    const extra = ['', '[]', '{}', 'null', '7', 'true', '"${aws:username}"', '"<ACCOUNT_ID>"', '"\\u0024{x:y}"', '"*"', '["*"]', '"Effect"', '"effect"', '"\u2013"', '{"Ref": "X"}'];
    const edit = fc.record({ at: fc.nat(), length: fc.nat({ max: 3 }), by: fc.oneof(fc.constantFrom(...extra), fc.constantFrom(...pieces)) });
    fc.assert(fc.property(fc.constantFrom(...examples), fc.array(edit, { minLength: 1, maxLength: 3 }), (example, edits) => {
      const tokens = example.match(/\s+|"[^"]*"|[[\]{},:]|\w+|./g) ?? [];
      for (const { at, length, by } of edits) tokens.splice(at % tokens.length, length, by);
      const text = tokens.join('');
      assert.deepEqual(missedIn(text), [], text);
    }), { numRuns: 1500 });
  }).timeout(60_000);
});
