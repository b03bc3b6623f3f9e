import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { conditionMember, expectFixReplaces, identityPolicyWithCondition } from '../support/policies-with-condition';
import { getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy } from '../support/fixtures';

const CODE = 'variable-needs-version';
const USER = '${aws:username}';
const QUOTED = JSON.stringify(USER);
const only = expectFindingsWithCode(CODE);
const old = (policy: object, version: string | undefined = '2008-10-17'): object => ({ ...policy, Version: version });
const asking = (value: unknown): object => identityPolicyWithCondition('StringEquals', 'kms:EncryptionContext:User', value);

describe(CODE, () => {
  it('finds a variable in a policy of Version 2008-10-17', () => {
    only({ 'app.json': old(asking(USER)) }, [`app.json warning ${CODE} ${QUOTED}`]);
  });

  it('takes it in a policy of Version 2012-10-17', () => {
    only({ 'app.json': asking([USER, 'a${*}', '${aws:PrincipalTag/team, \'none\'}']) }, []);
  });

  it('finds it without a Version, in a Resource, in a list, inside AWS CLI output', () => {
    only({ 'app.json': { ...identityPolicy({ Resource: [KEY_ARN, KEY_ARN.replace('1234abcd', USER)] }), Version: undefined } }, [
      `app.json warning ${CODE} ${QUOTED}`,
    ]);
    only({ 'role.json': getRolePolicyOutput(old(asking(['a', `x-${USER}`]))) }, [`role.json warning ${CODE} ${QUOTED}`]);
  });

  it('finds it in Principal and Action, whatever the Version', () => {
    only({ 'key.json': keyPolicy({ Principal: { AWS: `arn:aws:iam::444455556666:user/${USER}` } }) }, [
      `key.json warning ${CODE} ${QUOTED}`,
    ]);
    only({ 'app.json': identityPolicy({ Action: ['kms:Decrypt', 'kms:${aws:PrincipalTag/action}'] }) }, [`app.json warning ${CODE} `
      + JSON.stringify('${aws:PrincipalTag/action}').slice(1, -1).replace(/^|$/g, '"')]);
  });

  it('finds a key with several values as a variable', () => {
    only({ 'app.json': asking('${aws:PrincipalOrgPaths}') }, [`app.json warning ${CODE} "\${aws:PrincipalOrgPaths}"`]);
    only({ 'app.json': asking('${aws:CalledViaFirst}') }, []);
  });

  it('leaves template expressions, fragments and policies that are not about KMS', () => {
    only({
      'a.json': old(asking(['${user}', '${AWS::AccountId}', '${var.user}'])),
      'b.json': { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN,
        ...conditionMember('StringEquals', 'kms:EncryptionContext:User', USER) },
      'c.json': old(identityPolicy({ Action: 's3:GetObject', Resource: `arn:aws:s3:::bucket/${USER}` })),
      'd.json': old(asking('x'), '${version}'),
    }, []);
  });

  it('sets the Version, and changes nothing else', () => {
    expectFixReplaces({ 'app.json': old(asking(USER)) }, CODE, 'app.json', [['2008-10-17', '2012-10-17']]);
    const after = applyFix({ 'app.json': { ...asking(USER), Version: undefined } }, CODE);
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), asking(USER));
    checkFindings(after, [], [CODE]);
  });

  it('has no fix in Principal and Action', () => {
    assert.deepEqual(fixesWithCode({ 'key.json': keyPolicy({ Principal: { AWS: `arn:aws:iam::444455556666:user/${USER}` } }) }, CODE), []);
  });
});
