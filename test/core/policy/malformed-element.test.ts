import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { analyse } from '../../../server/src/core/analysis/analyse';
import type { MalformedElement } from '../../../server/src/core/policy/policy';
import { RULES } from '../../../server/src/core/rules/registry';
import { policyOfText, type PolicyOptions } from '../../support/access-builders';
import { KEY_ARN } from '../../support/fixtures';
import { workspaceFromTexts } from '../../support/workspace-from-texts';

const PAGES = path.join(__dirname, '..', '..', '..', 'docs/rules');

const examples = readdirSync(PAGES).flatMap((name) =>
  [...readFileSync(path.join(PAGES, name), 'utf8').matchAll(/```json\n([\s\S]*?)```/g)].map((block) => block[1] ?? '')
);

/** The rules that look only at what is malformed in a policy. */
const rulesOfForm = RULES.filter(({ check: { malformed, malformedInKmsPolicy, faultyValue } }) =>
  (malformed ?? malformedInKmsPolicy) && !faultyValue
);

const STATEMENT = `"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "${KEY_ARN}"`;

function kindsIn(statement: string, options: PolicyOptions = {}): readonly MalformedElement['kind'][] {
  return policyOfText(`{"Version": "2012-10-17", "Statement": [{${statement}}]}`, options).policy.malformed.map(({ kind }) => kind);
}

describe('what is malformed in a policy', () => {
  it('is nothing in a well-formed one', () => {
    assert.deepEqual(kindsIn(STATEMENT), []);
    assert.deepEqual(kindsIn(`"Sid": "", "Principal": {"AWS": "*"}, ${STATEMENT},
      "Condition": {"Bool": {"kms:GrantIsForAWSResource": true}}`), []);
    assert.deepEqual(kindsIn('"Effect": {"Fn::If": ["C", "Allow", "Deny"]}, "Action": "kms:*", "Resource": {"Ref": "Key"}'), []);
  });

  it('is recorded by the reader', () => {
    const identity = { kind: 'identity' } as const;
    assert.deepEqual(kindsIn(`${STATEMENT}, "Notes": "x"`), ['unknown-element']);
    assert.deepEqual(kindsIn(`${STATEMENT}, "Effect": "Allow"`), ['duplicate-element']);
    assert.deepEqual(kindsIn(`${STATEMENT}, "Condition": {"Null": {"kms:KeySpec": "true", "KMS:KEYSPEC": "true"}}`), ['duplicate-element']);
    assert.deepEqual(kindsIn(`${STATEMENT}, "Sid": 7`), ['wrong-type']);
    assert.deepEqual(kindsIn(`${STATEMENT}, "Condition": {"StringEquals": {"kms:ViaService": null}}`), ['wrong-type']);
    assert.deepEqual(kindsIn(`${STATEMENT}, "Condition": {"StringEquals": {}}`), ['empty-value']);
    assert.deepEqual(kindsIn(`${STATEMENT}, "Condition": {"StringEqual": {"kms:ViaService": "x"}}`), ['unknown-operator']);
    assert.deepEqual(kindsIn(`${STATEMENT}, "NotAction": "kms:Encrypt"`), ['conflicting-elements']);
    assert.deepEqual(kindsIn(`${STATEMENT}, "NotPrincipal": {"AWS": "*"}`, identity), ['resource-policy-element']);
    assert.deepEqual(kindsIn('"Effect": "Allow", "Action": "kms:Decrypt"'), ['missing-elements']);
    assert.deepEqual(kindsIn(`${STATEMENT}, "Principal": {}`), ['empty-principal']);
    assert.deepEqual(kindsIn('"Effect": "allow", "Action": "kms:Decrypt", "Resource": "*"'), ['invalid-effect']);
    assert.deepEqual(kindsIn(`${STATEMENT}, "Sid": "A"}, {${STATEMENT}, "Sid": "A"`), ['duplicate-sid']);
    assert.deepEqual(kindsIn('"Effect": "effect", "Action": "action", "Resource": "*", "Sid": 7'), ['skeleton']);
    assert.deepEqual(policyOfText(`{"Statement": [{${STATEMENT}}]}`).policy.malformed.map(({ kind }) => kind), ['version']);
  });

  it('is all that rules of form look at, and most others look at parts of policies only', () => {
    const parts = ['statement', 'servicePrincipal', 'rejectedPrincipal', 'condition', 'resolvedCondition', 'faultyValue', 'malformed',
      'malformedInKmsPolicy'] as const;
    assert.ok(rulesOfForm.length >= 13);
    assert.ok(RULES.filter(({ check }) => parts.some((part) => check[part])).length > 50);
  });

  it('is the only cause of their findings: examples of all pages with pieces taken out, doubled or put elsewhere', () => {
    const pieces = examples.flatMap((example) => example.match(/"[^"]*"|[[\]{},:]|\w+/g) ?? []);
    const extra = ['', '[]', '{}', 'null', '7', 'true', '"${aws:username}"', '"<ACCOUNT_ID>"', '"\\u0024{x:y}"', '"*"', '["*"]', '"Effect"',
      '"effect"', '"\u2013"', '{"Ref": "X"}'];
    const edit = fc.record({ at: fc.nat(), length: fc.nat({ max: 3 }),
      by: fc.oneof(fc.constantFrom(...extra), fc.constantFrom(...pieces)) });
    const codes = new Set(rulesOfForm.map(({ code }) => code));
    fc.assert(fc.property(fc.constantFrom(...examples), fc.array(edit, { maxLength: 3 }), (example, edits) => {
      const tokens = example.match(/\s+|"[^"]*"|[[\]{},:]|\w+|./g) ?? [];
      for (const { at, length, by } of edits) tokens.splice(at % tokens.length, length, by);
      const workspace = workspaceFromTexts({ 'policy.json': tokens.join('') });
      const policies = [...workspace.readings.values()].flatMap((reading) => reading.policies);
      if (policies.some(({ policy }) => policy.malformed.length > 0)) return;
      const { failures, findingsByFile } = analyse(workspace);
      assert.deepEqual(failures, []);
      assert.deepEqual([...findingsByFile.values()].flat().filter(({ code }) => codes.has(code)), []);
    }), { numRuns: 800 });
  }).timeout(60_000);
});
