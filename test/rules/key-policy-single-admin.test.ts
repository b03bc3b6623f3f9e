import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, keyPolicy, manifest, OWNER, OWNER_STATEMENT, policyDocument, roleArn, rootArn,
  userArn } from '../support/fixtures';

const CODE = 'key-policy-single-admin';
const ONLY = [CODE, 'key-policy-lockout'];
const ADMIN = { Effect: 'Allow', Principal: { AWS: roleArn(OWNER, 'Admin') }, Action: 'kms:*', Resource: '*' };
const FOUND = 'key.json warning key-policy-single-admin "\\"arn:aws:iam::111122223333:role/Admin\\""';
const declared = (policy: object): Record<string, object> => ({ 'kms-handshake.json': manifest({ identities: [] }), 'key.json': policy });

describe('key-policy-single-admin', () => {
  it('finds a key policy that only a role of the owner may change', () => {
    checkFindings(declared(policyDocument(ADMIN)), [FOUND], ONLY);
    checkFindings({ 'key.json': policyDocument(ADMIN) }, [FOUND], ONLY);
  });

  it('takes one with the root of the owner beside', () => {
    checkFindings(declared(policyDocument(ADMIN, OWNER_STATEMENT)), [], ONLY);
    checkFindings({ 'key.json': keyPolicy() }, [], ONLY);
  });

  it('takes one with the root user alone, and finds roles next to others that may not (IAM User Guide, reference_policies_variables, '
    + 'principal key values)', () => {
    checkFindings(declared(policyDocument(ADMIN, { ...OWNER_STATEMENT, Condition: { StringEquals: { 'aws:PrincipalType': 'Account' } } })),
      [], ONLY);
    const users = { Effect: 'Allow', Principal: { AWS: [roleArn(OWNER, 'Other'), userArn(OWNER, 'Ann')] }, Action: 'kms:*',
      Resource: '*', Condition: { StringNotEquals: { 'aws:PrincipalType': 'User' } } };
    const [finding] = findingsWithCode(declared(policyDocument(ADMIN, users)), CODE);
    assert.match(finding?.message ?? '', /^Only role\/Admin and role\/Other may change/);
  });

  it('says it once for several, in lists and statements', () => {
    const files = declared(
      policyDocument({ ...ADMIN, Principal: { AWS: [roleArn(OWNER, 'Admin'), userArn(OWNER, 'Ann')] } }, { ...ADMIN,
        Action: 'kms:PutKeyPolicy' }),
    );
    checkFindings(files, [FOUND], ONLY);
    const [finding] = findingsWithCode(files, CODE);
    assert.match(finding?.message ?? '', /^Only role\/Admin and user\/Ann may change/);
    assert.equal(finding?.related.length, 2);
  });

  it('does not count the root for other actions', () => {
    checkFindings(declared(policyDocument(ADMIN, { ...OWNER_STATEMENT, Action: ['kms:Decrypt', 'kms:Get*'] })), [FOUND], ONLY);
  });

  it('takes everyone of the account, and an account that a template fills in', () => {
    checkFindings(
      declared(policyDocument(ADMIN, { ...ADMIN, Principal: { AWS: '*' }, Condition: { StringEquals: { 'kms:CallerAccount': OWNER } } })),
      [],
      ONLY,
    );
    checkFindings(declared(policyDocument(ADMIN, { ...ADMIN, Principal: { AWS: 'arn:aws:iam::${account}:root' } })), [], ONLY);
    checkFindings(declared(policyDocument({ ...ADMIN, Principal: { AWS: 'arn:aws:iam::${account}:role/Admin' } })), [], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    checkFindings({ 'out.json': getKeyPolicyOutput(policyDocument(ADMIN)) }, ['out.json warning key-policy-single-admin '
      + '"\\\\\\"arn:aws:iam::111122223333:role/Admin\\\\\\""'], ONLY);
  });

  it('leaves fragments, keys of AWS, identity policies and key policies that no one may change', () => {
    checkFindings({ 'key.json': ADMIN, 'app.json': identityPolicy(), 'aws.json': { Id: 'auto-ebs-1', ...policyDocument(ADMIN) } }, [],
      ONLY);
    checkFindings(declared(policyDocument({ ...ADMIN, Principal: { AWS: roleArn(CONSUMER) } })), [
      'key.json error key-policy-lockout "\\"Statement\\""',
    ], ONLY);
  });

  it('adds the statement for the account, and changes nothing else', () => {
    for (const files of [declared(policyDocument(ADMIN)), { 'key.json': policyDocument(ADMIN) }]) {
      const after = applyFix(files, CODE);
      assert.deepEqual(JSON.parse(after['key.json'] ?? ''), policyDocument(ADMIN, OWNER_STATEMENT));
      checkFindings(after, [], ONLY);
    }
    const china = { ...ADMIN, Principal: { AWS: roleArn(OWNER, 'Admin').replace('aws', 'aws-cn') } };
    assert.match(applyFix({ 'key.json': policyDocument(china) }, CODE)['key.json'] ?? '',
      new RegExp(rootArn(OWNER).replace('aws', 'aws-cn')));
  });
});
