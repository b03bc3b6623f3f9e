import * as assert from 'node:assert/strict';
import { ACTIONS } from '../../../server/src/core/aws/actions';
import { CONDITION_KEYS } from '../../../server/src/core/aws/condition-keys';
import actionTexts from '../../../server/src/core/aws/data/action-texts.json';
import keyTexts from '../../../server/src/core/aws/data/condition-key-texts.json';
import elementTexts from '../../../server/src/core/aws/data/element-texts.json';
import operatorTexts from '../../../server/src/core/aws/data/operator-texts.json';
import { ELEMENTS, elementNamed } from '../../../server/src/core/aws/element-info';
import { OPERATOR_PARTS, OPERATORS } from '../../../server/src/core/aws/operators';
import { DOCUMENT_ELEMENTS, STATEMENT_ELEMENTS } from '../../../server/src/core/aws/policy-grammar';

/** The kinds of principals that a Principal element takes (IAM User Guide, reference_policies_elements_principal). */
const PRINCIPAL_KINDS = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

const subjects = {
  actions: { texts: actionTexts, names: ACTIONS.map(({ name }) => name as string) },
  'condition keys': { texts: keyTexts, names: CONDITION_KEYS.map(({ name }) => name) },
  operators: { texts: operatorTexts, names: [...OPERATORS.map(({ name }) => name), ...Object.keys(OPERATOR_PARTS)] },
  elements: { texts: elementTexts, names: [...DOCUMENT_ELEMENTS, ...STATEMENT_ELEMENTS, ...PRINCIPAL_KINDS] },
};

describe('aws: what names mean', () => {
  for (const [what, { texts, names }] of Object.entries(subjects)) {
    it(`exists for all ${what} and for nothing else`, () => {
      assert.deepEqual(Object.keys(texts).sort(), [...new Set(names)].sort());
    });

    it(`is one sentence for each of the ${what}, with a page of the documentation`, () => {
      for (const [name, { description, href }] of Object.entries(texts)) {
        assert.match(description, /^[A-Z].*[^.]\.$/, name);
        assert.doesNotMatch(description, /\. [A-Z]/, name);
        assert.ok(description.length <= 180, `${name}: ${description.length} characters`);
        assert.match(href,
          /^https:\/\/docs\.aws\.amazon\.com\/(kms|IAM)\/latest\/(APIReference|developerguide|UserGuide)\/[\w-]+\.html(#[\w-]+)?$/, name);
      }
      const told = Object.values(texts).map(({ description }) => description);
      assert.deepEqual(told.filter((text, index) => told.indexOf(text) !== index),
        what === 'condition keys' ? ['The account that the caller belongs to, as 12 digits.'] : []);
    });
  }

  it('comes with the action, the key, the operator, the element', () => {
    assert.equal(ACTIONS.find(({ name }) => name === 'kms:ReEncryptTo')?.href,
      'https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html');
    assert.match(CONDITION_KEYS.find(({ name }) => name === 'kms:CallerAccount')?.description ?? '', /12 digits/);
    assert.match(OPERATORS.find(({ name }) => name === 'StringLike')?.description ?? '', /\*/);
    assert.match(OPERATORS.find(({ name }) => name === 'DateLessThan')?.description ?? '', /before/);
    assert.match(elementNamed('Resource')?.description ?? '', /this key/);
    assert.equal(elementNamed('resource'), undefined);
    assert.equal(ELEMENTS.length, Object.keys(elementTexts).length);
  });
});
