import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode } from '../support/expect-findings';
import { identityPolicy, KEY_ARN, keyPolicy, OWNER } from '../support/fixtures';

const ONLY = ['duplicate-element'];
const statement = (members: string): string => `{"Version":"2012-10-17","Statement":[{${members}}]}`;
const TWO = statement(`"Effect":"Allow","Action":"kms:Encrypt","Action":"kms:Decrypt","Resource":"${KEY_ARN}"`);
const conditions = (block: string): string =>
  statement(`"Effect":"Allow","Action":"kms:Decrypt","Resource":"${KEY_ARN}","Condition":${block}`);

describe('duplicate-element', () => {
  it('finds two Action, at the second one', () => {
    checkFindings({ 'app.json': TWO }, ['app.json error duplicate-element "\\"Action\\""'], ONLY);
    assert.equal(findingsWithCode({ 'app.json': TWO }, 'duplicate-element')[0]?.at.span.start, TWO.lastIndexOf('"Action"'));
  });

  it('takes one of each', () => {
    checkFindings({ 'app.json': identityPolicy(), 'key.json': keyPolicy() }, [], ONLY);
  });

  it('finds it in the document, in principals and in conditions', () => {
    checkFindings({
      'a.json':
        `{"Version":"2012-10-17","Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"${KEY_ARN}"}]}`,
    }, ['a.json error duplicate-element "\\"Version\\""'], ONLY);
    checkFindings({
      'b.json': statement('"Effect":"Allow","Principal":{"AWS":"111122223333","AWS":"444455556666"},"Action":"kms:Decrypt","Resource":"*"'),
    }, ['b.json error duplicate-element "\\"AWS\\""'], ONLY);
    checkFindings({
      'c.json': conditions(
        '{"StringEquals":{"kms:CallerAccount":"111122223333"},"StringEquals":{"kms:ViaService":"s3.us-west-2.amazonaws.com"}}',
      ),
    }, ['c.json error duplicate-element "\\"StringEquals\\""'], ONLY);
  });

  it('does not count capitals of condition keys, but those of everything else', () => {
    checkFindings({ 'a.json': conditions('{"StringEquals":{"kms:CallerAccount":"1","KMS:calleraccount":"2"}}') }, [
      'a.json error duplicate-element "\\"KMS:calleraccount\\""',
    ], ONLY);
    checkFindings({ 'b.json': statement(`"Effect":"Allow","effect":"Allow","Action":"kms:Decrypt","Resource":"${KEY_ARN}"`) }, [], ONLY);
  });

  it('leaves what is being typed, and policies without KMS, alone', () => {
    checkFindings({ 'a.json': statement('"Effect":"Allow","Action":"kms:Decrypt","Action"') }, [], ONLY);
    checkFindings({ 'b.json': statement('"Effect":"Allow","Action":"s3:Get*","Action":"s3:Put*","Resource":"*"') }, [], ONLY);
  });

  it('finds it in a fragment and inside AWS CLI output', () => {
    checkFindings({
      'part.json': '{"Effect":"Allow","Action":"kms:Encrypt","Action":"kms:Decrypt","Resource":"*"}',
      'out.json': JSON.stringify({ RoleName: 'R', PolicyName: 'p', PolicyDocument: TWO }),
    }, ['part.json error duplicate-element "\\"Action\\""', 'out.json error duplicate-element "\\\\\\"Action\\\\\\""'], ONLY);
  });

  it('merges lists', () => {
    const after = applyFix({ 'app.json': TWO }, 'duplicate-element', 'Merge');
    assert.equal(after['app.json'], TWO.replace('"Action":"kms:Encrypt",', '').replace('"kms:Decrypt"', '["kms:Decrypt","kms:Encrypt"]'));
    checkFindings(after, [], ONLY);
  });

  it('merges blocks of one operator, but not of the same key', () => {
    const text = conditions(
      '{"StringEquals":{"kms:CallerAccount":"111122223333"},"StringEquals":{"kms:ViaService":"s3.us-west-2.amazonaws.com"}}',
    );
    const after = applyFix({ 'app.json': text }, 'duplicate-element', 'Merge')['app.json'] ?? '';
    const [only] = (JSON.parse(after) as { Statement: { Condition: unknown }[] }).Statement;
    assert.deepEqual(only?.Condition, {
      StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com', 'kms:CallerAccount': OWNER },
    });
    const same = conditions('{"StringEquals":{"kms:CallerAccount":"1"},"StringEquals":{"kms:calleraccount":"2"}}');
    assert.deepEqual(fixesWithCode({ 'app.json': same }, 'duplicate-element').map(({ title }) => title), ['Remove the first "StringEquals"',
      'Remove the second "StringEquals"']);
  });

  it('merges the statements of two lists', () => {
    const item = (action: string): string => `{"Effect":"Allow","Action":"${action}","Resource":"${KEY_ARN}"}`;
    const text = `{"Version":"2012-10-17","Statement":[${item('kms:Encrypt')}],"Statement":[${item('kms:Decrypt')}]}`;
    const after = applyFix({ 'app.json': text }, 'duplicate-element', 'Merge')['app.json'] ?? '';
    assert.equal((JSON.parse(after) as { Statement: unknown[] }).Statement.length, 2);
  });

  it('removes the one that says the same, safely; of two effects a person chooses', () => {
    const same = statement(`"Effect":"Allow","Effect":"Allow","Action":"kms:Decrypt","Resource":"${KEY_ARN}"`);
    assert.deepEqual(fixesWithCode({ 'app.json': same }, 'duplicate-element').map(({ safe }) => safe), [true]);
    assert.equal(applyFix({ 'app.json': same }, 'duplicate-element')['app.json'], same.replace('"Effect":"Allow",', ''));
    const differ = same.replace('"Effect":"Allow"', '"Effect":"Deny"');
    assert.deepEqual(fixesWithCode({ 'app.json': differ }, 'duplicate-element').map(({ safe, preferred }) => [safe, preferred]), [[false,
      false], [false, false]]);
  });

  it('of three, compares each with the one before: the last one counts', () => {
    const three = statement(
      `"Effect":"Allow","Action":"kms:Decrypt","Action":"kms:Encrypt","Action":"kms:Decrypt","Resource":"${KEY_ARN}"`,
    );
    checkFindings({ 'app.json': three }, Array<string>(2).fill('app.json error duplicate-element "\\"Action\\""'), ONLY);
    for (const finding of findingsWithCode({ 'app.json': three }, 'duplicate-element')) assert.match(finding.message, /last one/);
    assert.deepEqual(fixesWithCode({ 'app.json': three }, 'duplicate-element').filter(({ safe }) => safe), []);
  });

  it('leaves an object without its end alone, and prefers neither with two values of a condition key', () => {
    checkFindings({ 'a.json': '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Action":"kms:Encrypt"' }, [],
      ONLY);
    const same = conditions('{"StringEquals":{"kms:CallerAccount":"1","kms:calleraccount":"2"}}');
    assert.deepEqual(fixesWithCode({ 'app.json': same }, 'duplicate-element').map(({ preferred }) => preferred), [false, false, false]);
  });
});
