import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode, findingLines } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER, OWNER_STATEMENT, roleArn,
  rootArn } from '../support/fixtures';

const ONLY = ['unknown-element'];
const misspelled = (policy: object, right: string, wrong: string): string =>
  JSON.stringify(policy, null, 2).replace(`"${right}":`, `"${wrong}":`);

describe('unknown-element', () => {
  it('finds a plural, and nothing that follows from it', () => {
    assert.deepEqual(findingLines({ 'app.json': misspelled(identityPolicy(), 'Action', 'Actions') }), [
      'app.json error unknown-element "\\"Actions\\""',
    ]);
    assert.deepEqual(findingLines({ 'app.json': misspelled(identityPolicy(), 'Resource', 'resources') }), [
      'app.json error unknown-element "\\"resources\\""',
    ]);
  });

  it('takes every element of the grammar', () => {
    checkFindings({ 'key.json': { Id: 'key-default-1', ...keyPolicy({ Condition: {} }) },
      'app.json': identityPolicy({ Sid: 'A', NotResource: KEY_ARN, Resource: undefined }) }, [], ONLY);
  });

  for (const [right, wrong] of [['Action', 'action'], ['Resource', 'Ressource'], ['Principal', 'Principals'], ['Effect', 'effect'], [
    'Condition',
    'Conditions',
  ]] as const) {
    it(`finds ${wrong} in a key policy, and does not miss ${right} besides`, () => {
      const policy = { Version: '2012-10-17',
        Statement: [OWNER_STATEMENT, { Effect: 'Allow', Principal: { AWS: roleArn(OWNER, 'A') }, Action: 'kms:Decrypt',
          Resource: '*', Condition: {} }] };
      const text = JSON.stringify(policy);
      const at = text.lastIndexOf(`"${right}":`);
      const broken = `${text.slice(0, at)}"${wrong}":${text.slice(at + right.length + 3)}`;
      const lines = findingLines({ 'key.json': broken }).filter((line) => line.includes(' error '));
      assert.deepEqual(lines, [`key.json error unknown-element "\\"${wrong}\\""`]);
    });
  }

  it('finds Sid and notes beside the statements, and what belongs to the document inside of one', () => {
    checkFindings({ 'key.json': { Sid: 'App', ...keyPolicy({ Version: '2012-10-17' }), Comment: 'by hand' } }, [
      'key.json error unknown-element "\\"Sid\\""', 'key.json error unknown-element "\\"Comment\\""',
      'key.json error unknown-element "\\"Version\\""',
    ], ONLY);
  });

  it('finds it where all elements have other capitals, if the text is about KMS', () => {
    const statement = { Effect: 'Allow', action: 'kms:Decrypt', resource: '*' };
    checkFindings({ 'a.json': { Version: '2012-10-17', Statement: [statement] },
      'b.json': { Version: '2012-10-17', Statement: [{ ...statement, action: 's3:GetObject' }] } }, [
      'a.json error unknown-element "\\"action\\""',
      'a.json error unknown-element "\\"resource\\""',
    ], ONLY);
  });

  it('leaves template functions, and other policies, alone', () => {
    checkFindings({
      'a.json': identityPolicy({ 'Fn::If': ['Prod', {}, {}], '${extra}': 'x' }),
      'b.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resources: '*' }] },
    }, [], ONLY);
  });

  it('finds it in a fragment and inside AWS CLI output', () => {
    checkFindings({
      'part.json': { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Note: 'x' },
      'out.json': getKeyPolicyOutput(keyPolicy({ sid: 'x' })),
    }, ['part.json error unknown-element "\\"Note\\""', 'out.json error unknown-element "\\\\\\"sid\\\\\\""'], ONLY);
  });

  it('renames it, safely where only capitals differ', () => {
    const files = { 'app.json': misspelled(identityPolicy(), 'Action', 'Actions') };
    assert.deepEqual(JSON.parse(applyFix(files, 'unknown-element')['app.json'] ?? ''), identityPolicy());
    assert.deepEqual(fixesWithCode(files, 'unknown-element').map(({ safe }) => safe), [false, false]);
    const capitals = { 'app.json': misspelled(identityPolicy(), 'Action', 'action') };
    assert.deepEqual(fixesWithCode(capitals, 'unknown-element').map(({ safe }) => safe), [true, false]);
    checkFindings(applyFix(capitals, 'unknown-element'), [], ONLY);
  });

  it('removes what is there twice, or means nothing', () => {
    const both = { 'app.json': identityPolicy({ Actions: ['kms:Encrypt'] }) };
    assert.deepEqual(JSON.parse(applyFix(both, 'unknown-element')['app.json'] ?? ''), identityPolicy());
    const top = applyFix({ 'key.json': { ...keyPolicy(), Sid: 'App' } }, 'unknown-element')['key.json'] ?? '';
    assert.deepEqual(JSON.parse(top), { ...keyPolicy(), Id: 'App' });
  });

  it('finds it where it hides the statements, or what kind of policy it is', () => {
    checkFindings({ 'a.json': { Version: '2012-10-17', statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN }] } }, [
      'a.json error unknown-element "\\"statement\\""',
    ], ONLY);
    checkFindings({ 'b.json': { Version: '2012-10-17', statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } }, [],
      ONLY);
    checkFindings({
      'key.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', principal: { AWS: OWNER }, Actions: 'kms:*', Resource: KEY_ARN }] },
    }, [
      'key.json error unknown-element "\\"principal\\""',
      'key.json error unknown-element "\\"Actions\\""',
      'key.json info key-policy-resource-not-star "\\"arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\\""',
    ], [...ONLY, 'key-policy-resource-not-star', 'missing-principal', 'key-policy-element-missing']);
    checkFindings({
      'bucket.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Actions: 's3:*', Resource: '*' }] },
    }, [], ONLY);
  });

  it('allows no one without a request, and makes no duplicate names', () => {
    const everyone = {
      'key.json': misspelled({ Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' }] }, 'Principal', 'principal'),
    };
    assert.deepEqual(fixesWithCode(everyone, 'unknown-element').map(({ safe }) => safe), [false, false]);
    assert.deepEqual(
      fixesWithCode({ 'app.json': identityPolicy({ Action: undefined, action: 'kms:Decrypt', ACTION: 'kms:Encrypt' }) }, 'unknown-element')
        .map(({ safe }) => safe),
      [false, false],
    );
  });

  it('leaves to json-syntax what a missing quote, brace or bracket makes of the text', () => {
    const text = JSON.stringify(keyPolicy({ Action: ['kms:Decrypt', 'kms:Encrypt'] }), null, 1);
    for (const [sound, broken] of [['"Version":', '"Version:'], ['"Sid":', '"Sid:'], ['"Principal": {', '"Principal": '], ['"Action": [',
      '"Action": ']] as const) {
      assert.ok(text.includes(sound));
      checkFindings({ 'key.json': text.replace(sound, broken) }, [], ONLY);
    }
  });

  it('is the cause, and what the identity lacks because of it is not reported too', () => {
    const files = (element: Readonly<Record<string, unknown>>): Record<string, object> => ({ 'kms-handshake.json': manifest(),
      'key.json': keyPolicy(element), 'app.json': identityPolicy() });
    for (const element of [{ Actions: 'kms:Decrypt', Action: undefined }, { principal: { AWS: rootArn(CONSUMER) }, Principal: undefined }, {
      Effect: 'allow',
    }]) {
      assert.deepEqual(findingLines(files(element)).filter((line) => line.startsWith('app.json')), []);
    }
  });
});
