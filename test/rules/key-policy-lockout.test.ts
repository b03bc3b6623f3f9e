import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode, findingLines } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER, OWNER_STATEMENT, policyDocument, roleArn,
  rootArn, userArn } from '../support/fixtures';

const CODE = 'key-policy-lockout';
const ONLY = [CODE];
const EXTERNAL = { Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt', Resource: '*' };
const ADMIN = { Effect: 'Allow', Principal: { AWS: roleArn(OWNER, 'Admin') }, Action: 'kms:Put*', Resource: '*' };
const declared = (policy: object | string): Record<string, object | string> => ({ 'kms-handshake.json': manifest({ identities: [] }),
  'key.json': policy });
const WARNING = 'key.json warning key-policy-lockout "\\"Statement\\""';
const ERROR = 'key.json error key-policy-lockout "\\"Statement\\""';
const DENIED = 'key.json error key-policy-lockout "\\"Deny\\""';

describe('key-policy-lockout', () => {
  it('finds a key policy for the root of another account only', () => {
    checkFindings({ 'key.json': policyDocument(EXTERNAL) }, [WARNING], ONLY);
  });

  it('takes one with the root of the owner, or a role, a user, an id or everyone of it', () => {
    for (const Principal of [{ AWS: rootArn(OWNER) }, { AWS: OWNER }, { AWS: roleArn(OWNER) }, '*', {
      AWS: [rootArn(CONSUMER), userArn(OWNER, 'Ann')],
    }]) {
      checkFindings(declared(policyDocument({ ...OWNER_STATEMENT, Principal })), [], ONLY);
    }
    checkFindings(
      declared(policyDocument({ ...OWNER_STATEMENT, Principal: '*', Condition: { StringEquals: { 'kms:CallerAccount': OWNER } } })),
      [],
      ONLY,
    );
    checkFindings({ 'key.json': keyPolicy(), 'admin.json': policyDocument(ADMIN, EXTERNAL) }, [], ONLY);
  });

  it('looks at the type of each principal (IAM User Guide, reference_policies_variables, principal key values)', () => {
    const typed = (value: string, statement: Readonly<Record<string, unknown>>,
      operator = 'StringEquals'): Readonly<Record<string, unknown>> => ({ ...statement,
        Condition: { [operator]: { 'aws:PrincipalType': value } } });
    for (const value of ['Account', 'AssumedRole']) checkFindings(declared(policyDocument(typed(value, OWNER_STATEMENT))), [], ONLY);
    checkFindings(declared(policyDocument(typed('AssumedRole', ADMIN))), [], ONLY);
    const denial = { Effect: 'Deny', Principal: '*', Action: 'kms:PutKeyPolicy', Resource: '*' };
    checkFindings(declared(policyDocument(ADMIN, typed('AssumedRole', denial))), [DENIED], ONLY);
    checkFindings(declared(policyDocument(ADMIN, typed('User', denial))), [], ONLY);
    checkFindings(declared(policyDocument(OWNER_STATEMENT, typed('Account', denial, 'StringNotEquals'))), [], ONLY);
  });

  it('is an error where the document is known to be a whole key policy', () => {
    checkFindings(declared(policyDocument(EXTERNAL)), [ERROR], ONLY);
    checkFindings({ 'out.json': getKeyPolicyOutput(policyDocument(EXTERNAL)) }, [
      'out.json error key-policy-lockout "\\\\\\"Statement\\\\\\""',
    ], ONLY);
    for (const Id of ['key-default-1', 'key-consolepolicy-3'])
      checkFindings({ 'key.json': { Id, ...policyDocument(EXTERNAL) } }, [ERROR], ONLY);
    checkFindings({ 'key.json': { Id: 'my-policy', ...policyDocument(EXTERNAL) } }, [WARNING], ONLY);
  });

  it('does not count services, other accounts, other actions and conditions that are never true', () => {
    for (const statement of [
      { ...OWNER_STATEMENT, Principal: { Service: 'logs.us-west-2.amazonaws.com' } },
      { ...OWNER_STATEMENT, Principal: { AWS: rootArn(CONSUMER) } },
      { ...OWNER_STATEMENT, Action: ['kms:Get*', 'kms:Decrypt'] }, { ...OWNER_STATEMENT, Action: undefined, NotAction: 'kms:PutKeyPolicy' },
      { ...OWNER_STATEMENT, Principal: '*', Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER } } },
      { ...OWNER_STATEMENT, Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } },
    ]) {
      assert.deepEqual(findingLines(declared(policyDocument(statement, EXTERNAL)), [CODE, 'region-mismatch']).length, 1,
        JSON.stringify(statement));
    }
    const [finding] = findingsWithCode(declared(policyDocument({ ...OWNER_STATEMENT, Principal: { AWS: rootArn(CONSUMER) } })), CODE);
    assert.match(finding?.related[0]?.message ?? '', /another account/);
  });

  it('takes conditions that only a request can decide', () => {
    checkFindings(
      declared(policyDocument({ ...OWNER_STATEMENT, Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OWNER}:role/Admin*` } } })),
      [],
      ONLY,
    );
    checkFindings(declared(policyDocument({ ...OWNER_STATEMENT, Condition: { Bool: { 'aws:MultiFactorAuthPresent': true } } })), [], ONLY);
  });

  it('finds a Deny without condition for everyone, or for the account', () => {
    for (const Principal of ['*', { AWS: '*' }, { AWS: rootArn(OWNER) }, { AWS: OWNER }]) {
      checkFindings(declared(policyDocument(OWNER_STATEMENT, { Effect: 'Deny', Principal, Action: 'kms:Put*', Resource: '*' })), [DENIED],
        ONLY);
    }
    checkFindings(
      declared(policyDocument(OWNER_STATEMENT, { Effect: 'Deny', Principal: '*', NotAction: 'kms:DescribeKey', Resource: '*' })),
      [
        DENIED,
      ],
      ONLY,
    );
    assert.deepEqual(
      fixesWithCode(declared(policyDocument(OWNER_STATEMENT, { Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*' })), CODE),
      [],
    );
  });

  it('finds a Deny whose conditions hold for every principal of the owner (IAM User Guide, policy evaluation logic: explicit Deny)', () => {
    const deny = (Condition: object): string[] =>
      findingLines(declared(policyDocument(OWNER_STATEMENT, { Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*', Condition })),
        ONLY);
    for (const condition of [
      { StringNotEquals: { 'aws:PrincipalAccount': CONSUMER } },
      { StringNotEqualsIfExists: { 'kms:CallerAccount': CONSUMER }, Bool: { 'aws:PrincipalIsAWSService': 'false' } },
      { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${CONSUMER}:role/*` } },
      { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
    ]) assert.deepEqual(deny(condition), [DENIED], JSON.stringify(condition));
    for (const condition of [
      { StringNotEquals: { 'aws:PrincipalAccount': [CONSUMER, OWNER] } },
      { ArnNotLike: { 'aws:PrincipalArn': roleArn(OWNER, 'Admin') } },
      { StringNotEquals: { 'aws:PrincipalAccount': CONSUMER }, Bool: { 'aws:SecureTransport': 'false' } },
      { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
    ]) assert.deepEqual(deny(condition), [], JSON.stringify(condition));
  });

  it('takes a Deny with a condition, of other actions, for others, and NotPrincipal', () => {
    for (const deny of [
      { Principal: '*', Action: 'kms:*', Condition: { StringNotEquals: { 'aws:PrincipalAccount': OWNER } } },
      { Principal: '*', Action: 'kms:ScheduleKeyDeletion' },
      { Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:*' }, { Principal: { AWS: roleArn(OWNER) }, Action: 'kms:*' },
      { NotPrincipal: { AWS: [rootArn(OWNER), roleArn(OWNER)] }, Action: 'kms:*' },
      { Principal: '*', NotAction: ['kms:PutKeyPolicy', 'kms:Decrypt'] },
    ]) {
      checkFindings(declared(policyDocument(OWNER_STATEMENT, { Effect: 'Deny', Resource: '*', ...deny })), [], ONLY);
    }
  });

  it('leaves fragments, documents that only deny, keys of AWS and identity policies', () => {
    checkFindings({
      'key.json': EXTERNAL, 'list.json': [EXTERNAL, EXTERNAL], 'deny.json': policyDocument({ ...EXTERNAL, Effect: 'Deny' }),
      'aws.json': { Id: 'auto-s3-2', ...policyDocument({ ...EXTERNAL, Principal: { AWS: '*' } }) }, 'app.json': identityPolicy(),
    }, [], ONLY);
  });

  it('leaves what a template or a person fills in, and what is still being typed', () => {
    for (const elements of [
      { Principal: { AWS: 'arn:aws:iam::${account}:root' } }, { Principal: { AWS: '${admin}' } },
      { Action: ['kms:Get*', '${admin_action}'] }, { Principal: { AWS: { Ref: 'Admin' } } },
    ]) {
      checkFindings(declared(policyDocument({ ...OWNER_STATEMENT, ...elements }, EXTERNAL)), [], ONLY);
    }
    const text = JSON.stringify(policyDocument(EXTERNAL));
    for (const cut of [1, 2, 3, 20]) checkFindings(declared(text.slice(0, -cut)), [], ONLY);
    checkFindings(declared(policyDocument()), [], ONLY);
  });

  it('leaves the fault of a statement that is meant to allow it to the rule about that fault', () => {
    for (const elements of [
      { Effect: 'allow' }, { Principal: undefined }, { Principal: { AWS: [] } },
      { Principal: { AWS: `arn:aws:iam::${OWNER}:group/Admins` } }, { Principal: { AWS: 'AROADBQP57FF2AEXAMPLE' } },
      { Principal: { AWS: `arn:aws:iam::${OWNER}:role/*` } }, { Resource: undefined }, { Resource: 'arn:aws:s3:::b' },
      { Action: undefined }, { Action: 'PutKeyPolicy' }, { Action: 'kms:PutKeyPolicie' },
    ]) {
      assert.deepEqual(findingLines(declared(policyDocument({ ...OWNER_STATEMENT, ...elements }, EXTERNAL)), ONLY), [],
        JSON.stringify(elements));
    }
  });

  it('finds it where two statements for another account are pasted into one document', () => {
    const arn = (name: string): string => `arn:aws-cn:iam::${CONSUMER}:${name}`;
    checkFindings({
      'key.json': policyDocument({ ...EXTERNAL, Principal: { AWS: [arn('root')] } }, { ...EXTERNAL,
        Principal: { AWS: [arn('role/ExampleRole'), arn('user/ExampleUser')] } }),
    }, [WARNING], ONLY);
  });

  it('adds the statement for the owner, and changes nothing else', () => {
    const after = applyFix(declared(policyDocument(EXTERNAL)), CODE);
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), policyDocument(EXTERNAL, OWNER_STATEMENT));
    checkFindings(after, [], [CODE, 'key-policy-single-admin']);
    assert.deepEqual(fixesWithCode(declared(policyDocument(EXTERNAL)), CODE).map(({ safe }) => safe), [false]);
  });

  it('has no fix where the owner is not known', () => {
    assert.deepEqual(fixesWithCode({ 'key.json': policyDocument(EXTERNAL) }, CODE), []);
    assert.ok(KEY_ARN.includes(OWNER));
  });
});
