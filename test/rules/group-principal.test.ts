import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, keyPolicy, manifest, roleArn, rootArn } from '../support/fixtures';

const CODE = 'group-principal';
const ONLY = [CODE, 'principal-partial-wildcard', 'principal-not-iam-arn', 'identity-not-in-key-policy', 'invalid-account-id'];
const GROUP = `arn:aws:iam::${CONSUMER}:group/Dev`;

describe(CODE, () => {
  it('finds a group', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: GROUP } }) }, [`key.json error ${CODE} "\\"${GROUP}\\""`], ONLY);
  });

  it('takes a role of that name', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: roleArn(CONSUMER, 'Dev') } }) }, [], ONLY);
  });

  it('finds it in a list, with a path or a wildcard, in a Deny, inside AWS CLI output', () => {
    const star = `arn:aws-cn:iam::${CONSUMER}:group/team/*`;
    checkFindings({
      'out.json': getKeyPolicyOutput(
        keyPolicy({ Principal: { AWS: [rootArn(CONSUMER), star] } }, { Effect: 'Deny', Principal: { AWS: GROUP }, Action: 'kms:*',
          Resource: '*' }),
      ),
    }, [`out.json error ${CODE} "\\\\\\"${star}\\\\\\""`, `out.json error ${CODE} "\\\\\\"${GROUP}\\\\\\""`], ONLY);
  });

  it('leaves template values and wrong account ids to others', () => {
    checkFindings({
      'a.json': keyPolicy({ Principal: { AWS: 'arn:aws:iam::${account_id}:group/Dev' } }),
      'b.json': keyPolicy({ Principal: { AWS: 'arn:aws:iam::4444:group/Dev' } }),
    }, ['b.json error invalid-account-id "4444"'], ONLY);
  });

  it('is the cause: an identity that lacks the key is not reported', () => {
    checkFindings({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: { AWS: GROUP } }), 'app.json': identityPolicy() },
      [`key.json error ${CODE} "\\"${GROUP}\\""`], ONLY);
  });

  it('names the account, or an identity of it', () => {
    const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: { AWS: [GROUP] } }),
      'app.json': identityPolicy() };
    assert.deepEqual(JSON.parse(applyFix(files, CODE)['key.json'] ?? ''), keyPolicy({ Principal: { AWS: [rootArn(CONSUMER)] } }));
    assert.deepEqual(JSON.parse(applyFix(files, CODE, 'App')['key.json'] ?? ''),
      keyPolicy({ Principal: { AWS: [roleArn(CONSUMER)] } }));
  });

  it('leaves out principals that a condition of the statement excludes', () => {
    const fixes = (Condition: object): readonly string[] =>
      fixesWithCode({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: { AWS: GROUP }, Condition }),
        'app.json': identityPolicy() }, CODE).map(({ title }) => title);
    assert.deepEqual(fixes({ StringEquals: { 'aws:SourceAccount': CONSUMER } }), []);
    assert.deepEqual(fixes({ ArnLike: { 'aws:PrincipalArn': roleArn(CONSUMER, 'Other') } }), [
      `Name account ${CONSUMER}, whose IAM policies decide`,
    ]);
    assert.equal(fixes({ StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } }).length, 2);
  });
});
