import * as assert from 'node:assert/strict';
import { KEY_USER_ACTIONS } from '../../server/src/core/aws/use-cases';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER, roleArn, rootArn } from '../support/fixtures';

const ONLY = ['unconditional-create-grant', 'wildcard-grants-admin'];
const found = (level: string, file = 'key.json', action = 'kms:CreateGrant'): string =>
  `${file} ${level} unconditional-create-grant "\\"${action}\\""`;
const withKey = (elements: Record<string, unknown>, ...others: Record<string, unknown>[]): Record<string, object> => ({
  'kms-handshake.json': manifest(),
  'key.json': keyPolicy(elements, ...others),
});
const GRANTS = ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'];
const FOR_SERVICES = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };

describe('unconditional-create-grant', () => {
  it('finds kms:CreateGrant for another account', () => {
    checkFindings(withKey({ Action: 'kms:CreateGrant' }), [found('warning')], ONLY);
  });

  const limits: readonly object[] = [
    FOR_SERVICES, { Bool: { 'KMS:grantisforawsresource': true } }, { StringEquals: { 'kms:GranteePrincipal': roleArn(CONSUMER) } },
    { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] } }, { StringEquals: { 'kms:GranteePrincipal': '${grantee}' } },
  ];
  for (const condition of limits)
    it(`takes ${JSON.stringify(condition)}`, () => checkFindings(withKey({ Action: GRANTS, Condition: condition }), [], ONLY));

  const narrowing: readonly object[] = [
    { StringEquals: { 'kms:ViaService': 'rds.us-west-2.amazonaws.com' } }, { StringEquals: { 'kms:EncryptionContext:App': 'x' } },
    { StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextEquals' } },
    { StringEquals: { 'kms:RetiringPrincipal': roleArn(OWNER) } },
    { StringEquals: { 'kms:GranteeServicePrincipal': 'rds.amazonaws.com' } },
  ];
  for (const condition of narrowing)
    it(`is information with ${JSON.stringify(condition)}`, () =>
      checkFindings(withKey({ Action: GRANTS, Condition: condition }), [found('info')], ONLY));

  const noLimits: readonly object[] = [
    { Bool: { 'kms:GrantIsForAWSResource': 'false' } }, { BoolIfExists: { 'kms:GrantIsForAWSResource': 'true' } },
    { StringNotEquals: { 'kms:GranteePrincipal': roleArn(CONSUMER) } }, { StringLike: { 'kms:GranteePrincipal': '*' } },
    { StringEquals: { 'kms:CallerAccount': CONSUMER } }, { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
  ];
  for (const condition of noLimits)
    it(`warns with ${JSON.stringify(condition)}`, () =>
      checkFindings(withKey({ Action: GRANTS, Condition: condition }), [found('warning')], ONLY));

  it('finds it for identities of the owner that do not administer the key', () => {
    const role = { AWS: roleArn(OWNER) };
    checkFindings(withKey({ Principal: role, Action: GRANTS }), [found('warning')], ONLY);
    checkFindings(
      withKey({ Principal: role, Action: GRANTS }, { Effect: 'Allow', Principal: role, Action: 'kms:PutKeyPolicy', Resource: '*' }),
      [],
      ONLY,
    );
    checkFindings(withKey({ Principal: { AWS: rootArn(OWNER) }, Action: GRANTS }), [], ONLY);
  });

  it('is silent about service-linked roles of the owner, which only services can assume (IAM User Guide, service-linked roles)', () => {
    const role = `arn:aws:iam::${OWNER}:role/aws-service-role/lakeformation.amazonaws.com/AWSServiceRoleForLakeFormationDataAccess`;
    checkFindings(withKey({ Principal: { AWS: role }, Action: GRANTS }), [], ONLY);
    checkFindings(withKey({ Principal: { AWS: [role, roleArn(OWNER)] }, Action: GRANTS }), [found('warning')], ONLY);
  });

  it('is information for what EC2 Auto Scaling requests with a key of another account', () => {
    const use = { Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: KEY_USER_ACTIONS, Resource: '*' };
    checkFindings(withKey({ Action: 'kms:CreateGrant' }, use), [found('info')], ONLY);
    checkFindings(withKey({ Action: [...KEY_USER_ACTIONS, 'kms:CreateGrant'] }), [found('info')], ONLY);
    checkFindings(withKey({ Action: GRANTS }, use), [found('warning')], ONLY);
    checkFindings(withKey({ Action: [...KEY_USER_ACTIONS, 'kms:CreateGrant', 'kms:PutKeyPolicy'] }), [found('warning')], ONLY);
    checkFindings({ 'kms-handshake.json': manifest(), 'app.json': identityPolicy({ Action: 'kms:CreateGrant' }) }, [
      found('info', 'app.json'),
    ], ONLY);
  });

  describe('for EC2 Auto Scaling, whose grant a person makes (EC2 Auto Scaling User Guide, '
    + 'key-policy-requirements-EBS-encryption, example 2)', () => {
    const use = { Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: KEY_USER_ACTIONS, Resource: '*' };
    const roles = `arn:aws:iam::${CONSUMER}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling*`;
    const Condition = { StringLike: { 'kms:GranteePrincipal': roles } };
    const apart = withKey({ Action: 'kms:CreateGrant' }, use);
    const together = withKey({ Action: [...KEY_USER_ACTIONS, 'kms:CreateGrant'] });
    const inPolicy = { 'kms-handshake.json': manifest(), 'app.json': identityPolicy({ Action: 'kms:CreateGrant' }) };

    it('says so, and not that the statement limits the grants', () => {
      for (const files of [apart, together, inPolicy]) {
        const [finding] = findingsWithCode(files, 'unconditional-create-grant');
        assert.match(finding?.message ?? '', /EC2 Auto Scaling .* a person creates .* kms:GranteePrincipal or kms:GrantOperations/);
        assert.doesNotMatch(finding?.message ?? '', /The statement limits which/);
      }
    });

    it('has no fix with kms:GrantIsForAWSResource, and none that is preferred', () => {
      for (const files of [apart, together, inPolicy]) {
        const fixes = fixesWithCode(files, 'unconditional-create-grant');
        assert.deepEqual(fixes.map(({ preferred }) => preferred), [false]);
        assert.doesNotMatch(JSON.stringify(fixes), /GrantIsForAWSResource/);
      }
    });

    it('limits the grant to the roles of EC2 Auto Scaling', () => {
      const after = applyFix(apart, 'unconditional-create-grant');
      assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy({ Action: 'kms:CreateGrant', Condition }, use));
      checkFindings(after, [], ONLY);
      const moved = applyFix(together, 'unconditional-create-grant');
      assert.deepEqual(JSON.parse(moved['key.json'] ?? ''),
        keyPolicy({ Action: KEY_USER_ACTIONS }, { ...use, Action: 'kms:CreateGrant', Condition }));
      assert.deepEqual(JSON.parse(applyFix(inPolicy, 'unconditional-create-grant')['app.json'] ?? ''),
        identityPolicy({ Action: 'kms:CreateGrant', Condition }));
    });
  });

  it('says that a fragment without a condition has none', () => {
    const part = { Effect: 'Allow', Principal: { AWS: roleArn(CONSUMER) }, Action: 'kms:CreateGrant', Resource: '*' };
    assert.match(findingsWithCode({ 'part.json': part }, 'unconditional-create-grant')[0]?.message ?? '', /No condition here limits/);
  });

  it('finds it in identity policies, unless they administer keys', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: ['kms:Decrypt', 'kms:creategrant'] }) }, [
      found('warning', 'app.json', 'kms:creategrant'),
    ], ONLY);
    checkFindings({ 'admin.json': identityPolicy({ Action: ['kms:PutKeyPolicy', 'kms:CreateGrant'] }) }, [], ONLY);
    checkFindings({ 's3.json': identityPolicy({ Action: ['kms:CreateGrant', 's3:*'], Resource: 'arn:aws:s3:::b/*' }) }, [], ONLY);
  });

  it('leaves Deny, services, unknown principals, and wider patterns alone', () => {
    checkFindings(withKey({ Effect: 'Deny', Action: 'kms:CreateGrant' }), [], ONLY);
    checkFindings(withKey({ Principal: { Service: 'rds.amazonaws.com' }, Action: 'kms:CreateGrant' }), [], ONLY);
    checkFindings(withKey({ Principal: { AWS: '${who}' }, Action: 'kms:CreateGrant' }), [], ONLY);
    checkFindings(withKey({ Action: ['kms:Create*', 'kms:CreateGrant${x}'] }), [
      'key.json warning wildcard-grants-admin "\\"kms:Create*\\""',
    ], ONLY);
  });

  it('finds a pattern about grants, in a fragment and inside AWS CLI output', () => {
    checkFindings({
      'part.json': { Effect: 'Allow', Principal: { AWS: roleArn(CONSUMER) }, Action: ['kms:*Grant'], Resource: '*' },
      'out.json': getKeyPolicyOutput(keyPolicy({ Principal: { AWS: roleArn(OWNER) }, Action: GRANTS })),
    }, [found('info', 'part.json', 'kms:*Grant'), 'out.json warning unconditional-create-grant "\\\\\\"kms:CreateGrant\\\\\\""'], ONLY);
  });

  it('adds the condition of the console', () => {
    const after = applyFix(withKey({ Action: GRANTS }), 'unconditional-create-grant');
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy({ Action: GRANTS, Condition: FOR_SERVICES }));
    checkFindings(after, [], ONLY);
  });

  it('moves it out of a statement with other actions, which never satisfy that condition', () => {
    const before = identityPolicy({ Sid: 'Use', Action: ['kms:Decrypt', 'kms:CreateGrant'] });
    const after = applyFix({ 'app.json': before }, 'unconditional-create-grant');
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy(
      { Sid: 'Use', Action: ['kms:Decrypt'] }, { Effect: 'Allow', Action: 'kms:CreateGrant', Resource: KEY_ARN, Condition: FOR_SERVICES },
    ));
    checkFindings(after, [], ONLY);
    assert.deepEqual(
      fixesWithCode({ 'part.json': { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:CreateGrant'], Resource: KEY_ARN } },
        'unconditional-create-grant'),
      [],
    );
  });
});
