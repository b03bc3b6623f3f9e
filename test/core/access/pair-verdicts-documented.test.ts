import assert from 'node:assert';
import {
  discoveredIdentityPolicy, discoveredKeyPolicy, identityWithPolicies, keyWithPolicyOf, policyOfStatements, verdictOn, verdictText,
} from '../../support/access-builders';
import {
  CONSUMER, identityPolicyAllow, identityPolicyDeny, KEY_ARN, keyPolicyAllow, OWNER, roleArn, rootArn, userArn,
} from '../../support/fixtures';

describe('access: verdicts of a pair, as the pages of AWS say', () => {
  it('never lets an AWS managed key out of its account', () => {
    const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow('*', 'kms:*')), { awsManaged: true });
    assert.equal(
      verdictText(verdictOn(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*'))), key)),
      'denied: not-cross-account',
    );
    assert.equal(verdictText(verdictOn(identityWithPolicies(roleArn(OWNER)), key)), 'allowed: both-allow');
  });

  it('asks operations on aliases for a right on the alias too', () => {
    const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(roleArn(OWNER), 'kms:*')));
    assert.equal(verdictText(verdictOn(identityWithPolicies(roleArn(OWNER)), key, 'CreateAlias')), 'denied: identity-policy-missing');
    const onAlias = discoveredIdentityPolicy(
      identityPolicyAllow('kms:CreateAlias', { Resource: `arn:aws:kms:us-west-2:${OWNER}:alias/*` }),
    );
    assert.equal(verdictText(verdictOn(identityWithPolicies(roleArn(OWNER), onAlias), key, 'CreateAlias')), 'allowed: both-allow');
  });

  it('takes a Deny on all aliases for one of operations on aliases, which need key and alias (KMS Developer Guide, alias-access)', () => {
    const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(roleArn(OWNER), 'kms:*')));
    const on = (denied: object, action = 'CreateAlias'): string =>
      verdictText(
        verdictOn(
          identityWithPolicies(roleArn(OWNER),
            discoveredIdentityPolicy(identityPolicyAllow('kms:*', { Resource: '*' }), { Effect: 'Deny', Action: 'kms:*', ...denied })),
          key,
          action,
        ),
      );
    assert.equal(on({ Resource: 'arn:aws:kms:*:*:alias/*' }), 'denied: identity-policy-denies');
    assert.equal(on({ Resource: 'arn:aws:kms:*:*:alias/*' }, 'Decrypt'), 'allowed: both-allow');
    assert.equal(on({ NotResource: KEY_ARN }), 'denied: identity-policy-denies');
    assert.equal(on({ Resource: `arn:aws:kms:us-west-2:${OWNER}:alias/prod-*` }), 'allowed: both-allow',
      'another alias may be chosen');
    assert.equal(on({ NotResource: [KEY_ARN, `arn:aws:kms:us-west-2:${OWNER}:alias/prod-*`] }), 'allowed: both-allow');
    assert.equal(on({ Resource: 'arn:aws:kms:eu-west-1:*:alias/*' }), 'allowed: both-allow');
  });

  it('says of kms:ResourceAliases in a key policy that it cannot tell: '
    + 'AWS documents the key for IAM policies only (KMS Developer Guide, conditions-kms)', () => {
    const condition = { Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } } };
    const more = { aliases: ['alias/app'] };
    const both = discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', condition));
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER), both),
          keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')), more)),
      ),
      'allowed: both-allow',
    );
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER), both),
          keyWithPolicyOf(discoveredKeyPolicy({ ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), ...condition }), more)),
      ),
      'conditional: both-allow',
    );
  });

  it('cannot tell what depends on Fn::If of a template: '
    + 'statements, and the conditions of one (CloudFormation User Guide, Condition functions)', () => {
    const either = (...branches: object[]): object => ({ 'Fn::If': ['Shared', ...branches] });
    const none = { Ref: 'AWS::NoValue' };
    const decrypts = keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', { Resource: '*' });
    const role = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt')));
    const on = (...statements: object[]): string =>
      verdictText(
        verdictOn(role,
          keyWithPolicyOf(
            policyOfStatements([keyPolicyAllow(rootArn(OWNER), 'kms:*', { Resource: '*' }),
              ...statements as Record<string, unknown>[]], { kind: 'key' }),
          )),
      );
    const limit = { StringEquals: { 'kms:CallerAccount': OWNER } };
    assert.equal(on(either(decrypts, none)), 'unknown: unresolved');
    assert.equal(on(either(none, either(decrypts, none))), 'unknown: unresolved');
    assert.equal(on(decrypts, either({ ...decrypts, Effect: 'Deny' }, none)), 'unknown: unresolved');
    assert.equal(on({ ...decrypts, Condition: either(limit, none) }), 'unknown: unresolved');
    assert.equal(on({ ...decrypts, Condition: { StringEquals: either(limit.StringEquals, none) } }), 'unknown: unresolved');
    assert.equal(on(either(keyPolicyAllow(roleArn(CONSUMER, 'Other'), 'kms:Decrypt', { Resource: '*' }), none)),
      'denied: identity-not-named');
  });

  it('cannot tell what NotResource does in a key policy: AWS has "Resource": '
    + '"*" there and no word on the other (KMS Developer Guide, key-policy-overview)', () => {
    const on = (...statements: object[]): string =>
      verdictText(verdictOn(
        identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'))),
        keyWithPolicyOf(
          policyOfStatements([keyPolicyAllow(rootArn(OWNER), 'kms:*', { Resource: '*' }),
            ...statements as Record<string, unknown>[]], { kind: 'key' }),
        ),
      ));
    const decrypts = keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt');
    const elsewhere = { NotResource: 'arn:aws:s3:::amzn-s3-demo-bucket' };
    assert.equal(on({ ...decrypts, Resource: '*' }, { ...decrypts, ...elsewhere, Effect: 'Deny', Resource: undefined }),
      'unknown: unresolved');
    assert.equal(on({ ...decrypts, ...elsewhere, Resource: undefined }), 'unknown: unresolved');
    assert.equal(on({ ...decrypts, NotResource: '*', Resource: undefined }), 'denied: key-policy-silent');
  });

  it('takes kms:GenerateRandom for the caller\'s own affair, whose key ever is asked of (AWS KMS API Reference, GenerateRandom: '
    + 'Cross-account use)', () => {
    const role = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*', { Resource: '*' })));
    const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:*')));
    assert.equal(verdictText(verdictOn(role, key, 'GenerateRandom')), 'allowed: both-allow');
    assert.equal(verdictText(verdictOn(role, key, 'ListKeys')), 'denied: not-cross-account');
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'))), key,
          'GenerateRandom'),
      ),
      'denied: identity-policy-missing',
    );
  });

  it('holds the conditions of actions without a key against the request, not against the key that is asked about (KMS Developer Guide, '
    + 'conditions-kms: kms:KeySpec of CreateKey)', () => {
    const asked = (...statements: readonly object[]): string =>
      verdictText(verdictOn(
        identityWithPolicies(roleArn(OWNER), discoveredIdentityPolicy(...statements.map((more) =>
          identityPolicyAllow(['kms:CreateKey', 'kms:GenerateRandom'], { Resource: '*', ...more })
        ))),
        keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')), { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' }),
        'CreateKey',
      ));
    assert.equal(asked({}), 'allowed: both-allow');
    assert.equal(asked({ Condition: { StringEquals: { 'aws:RequestTag/team': 'x' } } }), 'conditional: both-allow');
    assert.equal(asked({ Condition: { StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } } }), 'conditional: both-allow');
    assert.equal(asked({ Condition: { StringEquals: { 'kms:KeySpec': 'RSA_2048' } } }), 'conditional: both-allow');
    assert.equal(asked({ Condition: { Bool: { 'kms:MultiRegion': 'true' } } }), 'conditional: both-allow');
    assert.equal(asked({ Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }), 'conditional: both-allow');
    assert.equal(asked({ Condition: { StringEquals: { 'aws:PrincipalAccount': CONSUMER } } }), 'denied: identity-policy-condition');
    assert.equal(asked({ Condition: { StringEquals: { 'kms:KeySpec': 'RSA_2048' } } }, {}), 'allowed: both-allow');
  });

  it('leaves open what AWS allows a service-linked role, whose policies nobody else writes (AWS Managed Policy Reference, '
    + 'AmazonGuardDutyMalwareProtectionServiceRolePolicy)', () => {
    const guardDuty = roleArn(CONSUMER,
      'aws-service-role/malware-protection.guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDutyMalwareProtection');
    const autoScaling = roleArn(CONSUMER, 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_blue');
    const key = keyWithPolicyOf(
      discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'), keyPolicyAllow([guardDuty, autoScaling], 'kms:CreateGrant')),
    );
    assert.equal(verdictText(verdictOn(identityWithPolicies(guardDuty), key, 'CreateGrant')), 'unknown: needs-grant');
    assert.equal(verdictText(verdictOn(identityWithPolicies(autoScaling), key, 'CreateGrant')), 'denied: needs-grant');
    // Its policy is in the workspace.
    assert.equal(
      verdictText(
        verdictOn(
          identityWithPolicies(guardDuty,
            discoveredIdentityPolicy(identityPolicyAllow('kms:CreateGrant', { Resource: 'arn:aws:kms:*:*:key/*' }))),
          key,
          'CreateGrant',
        ),
      ),
      'allowed: both-allow',
    );
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(guardDuty, discoveredIdentityPolicy(identityPolicyAllow('kms:DescribeKey'))), key, 'CreateGrant'),
      ),
      'denied: needs-grant',
    );
  });

  it('leaves open what policies allow that an identity is known to have and the workspace does not contain (docs/aws-rules.md 5.2)', () => {
    const unseen = ['arn:aws:iam::aws:policy/AdministratorAccess'];
    const key = keyWithPolicyOf(
      discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'),
        keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:Encrypt'])),
    );
    const consumer = {
      ...identityWithPolicies(roleArn(CONSUMER),
        discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'), identityPolicyDeny('kms:Encrypt'))),
      policiesWithoutDocument: unseen,
    };
    assert.equal(verdictText(verdictOn(consumer, key, 'Decrypt')), 'allowed: both-allow');
    assert.equal(verdictText(verdictOn(consumer, key, 'Encrypt')), 'denied: identity-policy-denies');
    assert.equal(verdictText(verdictOn(consumer, key, 'Sign')), 'denied: key-policy-action');
    const bare = { ...identityWithPolicies(roleArn(CONSUMER)), policiesWithoutDocument: unseen };
    assert.equal(verdictText(verdictOn(bare, key, 'Decrypt')), 'unknown: identity-policy-missing');
    assert.equal(
      verdictText(verdictOn({ ...identityWithPolicies(roleArn(OWNER)), policiesWithoutDocument: unseen }, key, 'PutKeyPolicy')),
      'unknown: identity-policy-missing',
    );
    const never = discoveredIdentityPolicy(
      identityPolicyAllow('kms:Decrypt', { Condition: { StringEquals: { 'aws:PrincipalAccount': OWNER } } }),
    );
    assert.equal(
      verdictText(
        verdictOn({ ...identityWithPolicies(roleArn(CONSUMER), never), policiesWithoutDocument: unseen }, key, 'Decrypt'),
      ),
      'unknown: identity-policy-missing',
    );
  });

  it('tells the other ways to an action without a key (KMS Developer Guide, conditions-kms)', () => {
    const limited = (tag: string) =>
      identityPolicyAllow('kms:CreateKey', { Resource: '*', Condition: { StringEquals: { 'aws:RequestTag/team': tag } } });
    const verdict = verdictOn(identityWithPolicies(roleArn(OWNER), discoveredIdentityPolicy(limited('x'), limited('y'))),
      keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'))), 'CreateKey');
    assert.deepEqual(verdict.conditions.map(({ condition }) => condition.values[0]?.value), ['x']);
    assert.deepEqual(verdict.alternatives.map(({ conditions }) => conditions.map(({ condition }) => condition.values[0]?.value)), [['y']]);
  });

  it('cannot tell what depends on a statement whose effect a template fills in', () => {
    const open = { ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', { Resource: '*' }), Effect: '${effect}' };
    const role = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt')));
    const on = (...statements: object[]): string =>
      verdictText(
        verdictOn(role,
          keyWithPolicyOf(
            policyOfStatements([keyPolicyAllow(rootArn(OWNER), 'kms:*', { Resource: '*' }),
              ...statements as Record<string, unknown>[]], { kind: 'key' }),
          )),
      );
    assert.equal(on(open), 'unknown: unresolved');
    assert.equal(on({ ...open, Effect: { Ref: 'Effect' } }), 'unknown: unresolved');
    assert.equal(on(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', { Resource: '*' }), open), 'unknown: unresolved');
    assert.equal(on({ ...open, Action: 'kms:Encrypt' }, keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', { Resource: '*' })),
      'allowed: both-allow');
    assert.equal(
      on({ ...open, Principal: { AWS: roleArn(CONSUMER, 'Other') } },
        keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', { Resource: '*' })),
      'allowed: both-allow',
    );
    assert.equal(on({ ...open, Effect: 'Alow' }), 'denied: key-policy-silent');
  });

  it('knows NotPrincipal only as far as AWS tells: '
    + 'account, role and session are looked at one after the other (IAM User Guide, NotPrincipal)', () => {
    const session = `arn:aws:sts::${CONSUMER}:assumed-role/App/s1`;
    const on = (arn: string, ...exempted: string[]): string => {
      const key = keyWithPolicyOf(
        discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), { Effect: 'Deny',
          NotPrincipal: { AWS: [...exempted, rootArn(CONSUMER)] }, Action: 'kms:*' }),
      );
      return verdictText(verdictOn(identityWithPolicies(arn, discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'))), key));
    };
    assert.equal(on(userArn(CONSUMER), userArn(CONSUMER)), 'allowed: both-allow');
    assert.equal(on(roleArn(CONSUMER), roleArn(CONSUMER)), 'unknown: unresolved', 'its sessions are not listed');
    assert.equal(on(session, roleArn(CONSUMER)), 'unknown: unresolved');
    assert.equal(on(session, session), 'unknown: unresolved', 'its role is not listed');
    assert.equal(on(session, roleArn(CONSUMER), session), 'allowed: both-allow');
    assert.equal(on(roleArn(CONSUMER, 'Other'), roleArn(CONSUMER)), 'unknown: unresolved');
  });
});
