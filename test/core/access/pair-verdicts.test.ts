import assert from 'node:assert';
import { serviceIdentity } from '../../../server/src/core/access/caller';
import { isRelevantPair } from '../../../server/src/core/access/graph/access-graph';
import { NO_ORGANIZATIONS } from '../../../server/src/core/access/request-context';
import { decidePair } from '../../../server/src/core/access/pair-verdicts';
import type { Grant } from '../../../server/src/core/discovery/discovery-result';
import type { Identity, Key } from '../../../server/src/core/linking/entities';
import {
  actionNamesOf, discoveredIdentityPolicy, discoveredKeyPolicy, grantWith, identityWithPolicies, keyWithPolicyOf, policyOfStatements,
  verdictOn, verdictText,
} from '../../support/access-builders';
import {
  CONSUMER, identityPolicyAllow, identityPolicyDeny, KEY_ARN, keyPolicyAllow, keyPolicyDeny, OWNER, roleArn, rootArn, userArn,
} from '../../support/fixtures';

const decryptGrantTo = (granteePrincipal: string, constrained = false): Grant => grantWith({
  granteePrincipal, operations: ['Decrypt', 'RetireGrant'],
  constraints: constrained ? [{ name: 'EncryptionContextSubset', values: ['Department=IT'] }] : [],
});

describe('access: verdicts of a pair', () => {
  it('groups actions by outcome and cause', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER),
      discoveredIdentityPolicy(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt', 'kms:PutKeyPolicy', 'kms:ListKeys'])));
    const key = keyWithPolicyOf(
      discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'),
        keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:DescribeKey'])),
    );
    const groups = decidePair(identity, key, NO_ORGANIZATIONS).map((group) =>
      `${verdictText(group.verdict)} ${actionNamesOf(group).join(' ')}`
    );
    assert.deepEqual(groups.sort(), [
      'allowed: both-allow kms:Decrypt',
      'denied: identity-policy-missing kms:DescribeKey',
      'denied: key-policy-action kms:Encrypt',
      'denied: not-cross-account kms:PutKeyPolicy',
    ]);
  });

  it('splits a statement whose condition suits only some of its actions', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*')));
    const condition = { Condition: { StringEquals: { 'kms:EncryptionContext:App': 'x' } } };
    const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:DescribeKey'], condition)));
    assert.equal(verdictText(verdictOn(identity, key, 'Decrypt')), 'conditional: both-allow');
    assert.equal(verdictText(verdictOn(identity, key, 'DescribeKey')), 'denied: key-policy-condition');
  });

  it('names the conditions of the statement that asks least, and the alternatives', () => {
    const via = (service: string) => ({ Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } } });
    const two = { Condition: { ...via('ec2').Condition, StringLike: { 'kms:EncryptionContext:App': 'x' } } };
    const identity = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt')));
    const limited = discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', two),
      keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', via('s3')));
    const verdict = verdictOn(identity, keyWithPolicyOf(limited));
    assert.deepEqual(verdict.conditions.map(({ condition }) => condition.values[0]?.value), ['s3.us-west-2.amazonaws.com']);
    assert.deepEqual(verdict.alternatives.map(({ conditions }) => conditions.length), [2]);
    const open = discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', via('s3')),
      keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'));
    assert.equal(verdictText(verdictOn(identity, keyWithPolicyOf(open))), 'allowed: both-allow');
  });

  it('takes a Deny that may apply for a condition of the Allow', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER),
      discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'),
        identityPolicyDeny('kms:*', { Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })));
    const verdict = verdictOn(identity, keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'))));
    assert.equal(verdict.outcome, 'conditional');
    assert.deepEqual(verdict.conditions.map(({ negated, condition }) => [negated, condition.key]), [[true, 'aws:SecureTransport']]);
  });

  it('names denying and allowing statements of an explicit Deny', () => {
    const verdict = verdictOn(
      identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*'), identityPolicyDeny('kms:Decrypt'))),
      keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'))),
    );
    assert.equal(verdictText(verdict), 'denied: identity-policy-denies');
    assert.deepEqual(verdict.decidedBy.map(({ gate, statement }) => `${gate} ${statement.effect}`), ['identity-policy Deny',
      'key-policy Allow', 'identity-policy Allow']);
  });

  it('leaves what depends on the key policy open while it is missing', () => {
    const key = keyWithPolicyOf(undefined);
    assert.equal(
      verdictText(verdictOn(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*'))), key)),
      'unknown: key-policy-missing',
    );
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*'))), key, 'PutKeyPolicy'),
      ),
      'denied: not-cross-account',
    );
    assert.equal(verdictText(verdictOn(identityWithPolicies(roleArn(CONSUMER)), key)), 'denied: identity-policy-missing');
    assert.equal(verdictText(verdictOn(identityWithPolicies(roleArn(OWNER)), key)), 'unknown: key-policy-missing');
  });

  it('tells the account before the Region, and both before what the key policy says', () => {
    const named = (arn: string): string =>
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: arn }))),
          keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')))),
      );
    assert.equal(named(KEY_ARN.replace(OWNER, CONSUMER)), 'denied: account');
    assert.equal(named(KEY_ARN.replace(OWNER, CONSUMER).replace('us-west-2', 'eu-west-1')), 'denied: account');
    assert.equal(named(KEY_ARN.replace('us-west-2', 'eu-west-1')), 'denied: region');
  });

  it('knows grants', () => {
    const key = (grant: Grant): Key => keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')), { grants: [grant] });
    const bare = identityWithPolicies(roleArn(CONSUMER));
    assert.equal(verdictText(verdictOn(bare, key(decryptGrantTo(roleArn(CONSUMER))))), 'allowed: grant');
    assert.equal(verdictText(verdictOn(bare, key(decryptGrantTo(roleArn(CONSUMER), true)))), 'conditional: grant');
    assert.equal(verdictText(verdictOn(bare, key(decryptGrantTo(roleArn(CONSUMER, 'B'))))), 'denied: key-policy-silent');
    assert.equal(verdictText(verdictOn(bare, key(decryptGrantTo(rootArn(CONSUMER))))), 'denied: key-policy-silent');
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'))),
          key(decryptGrantTo(rootArn(CONSUMER)))),
      ),
      'allowed: grant',
    );
    assert.equal(verdictText(verdictOn(bare, key(decryptGrantTo(roleArn(CONSUMER))), 'RetireGrant')), 'allowed: grant');
    const session = identityWithPolicies(`arn:aws:sts::${CONSUMER}:assumed-role/App/one`);
    assert.equal(verdictText(verdictOn(session, key(decryptGrantTo(`arn:aws:iam::${CONSUMER}:role/path/App`)))), 'allowed: grant');
    const denied = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyDeny(rootArn(CONSUMER), 'kms:*')), {
      grants: [decryptGrantTo(roleArn(CONSUMER))],
    });
    assert.equal(verdictText(verdictOn(bare, denied)), 'denied: key-policy-denies');
  });

  it('cannot tell whether a grant of rds.us-west-2.amazonaws.com is one of rds.amazonaws.com (AWS service principals)', () => {
    const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')), {
      grants: [decryptGrantTo('rds.us-west-2.amazonaws.com')],
    });
    const asked = (service: string): string => verdictText(verdictOn(serviceIdentity(service), key, 'Decrypt'));
    assert.equal(asked('rds.us-west-2.amazonaws.com'), 'allowed: grant');
    assert.equal(asked('rds.amazonaws.com'), 'unknown: unresolved');
    assert.equal(asked('rds.eu-west-1.amazonaws.com'), 'denied: key-policy-silent');
  });

  it('lets the retiring principal and the account that made a grant retire it (KMS Developer Guide, Retiring and revoking grants)', () => {
    const key = (grant: Partial<Grant>): Key =>
      keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')), {
        grants: [grantWith({ granteePrincipal: roleArn(CONSUMER, 'B'), operations: ['Decrypt'], ...grant })],
      });
    const bare = identityWithPolicies(roleArn(CONSUMER));
    assert.equal(verdictText(verdictOn(bare, key({ retiringPrincipal: roleArn(CONSUMER) }), 'RetireGrant')), 'allowed: grant');
    assert.equal(verdictText(verdictOn(bare, key({ retiringPrincipal: roleArn(CONSUMER) }))), 'denied: key-policy-silent');
    assert.equal(verdictText(verdictOn(identityWithPolicies(roleArn(CONSUMER, 'B')), key({}), 'RetireGrant')),
      'denied: identity-policy-missing');
    const byAccount = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:RetireGrant')));
    assert.equal(verdictText(verdictOn(byAccount, key({ issuingAccount: rootArn(CONSUMER) }), 'RetireGrant')), 'allowed: grant');
    assert.equal(verdictText(verdictOn(bare, key({ issuingAccount: rootArn(CONSUMER) }), 'RetireGrant')),
      'denied: identity-policy-missing');
    assert.deepEqual(decidePair(bare, key({ retiringPrincipal: roleArn(CONSUMER) }), NO_ORGANIZATIONS).map(actionNamesOf).flat(),
      ['kms:Decrypt', 'kms:RetireGrant']);
    assert(isRelevantPair(bare, key({ retiringPrincipal: roleArn(CONSUMER) })));
  });

  it('holds the encryption context of a grant against operations that take one (KMS API Reference, GrantConstraints)', () => {
    const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')), { grants: [grantWith({
      granteePrincipal: roleArn(CONSUMER), operations: ['Decrypt', 'DescribeKey', 'RetireGrant', 'CreateGrant'],
      constraints: [{ name: 'EncryptionContextEquals', values: ['a=b'] }],
    })] });
    const outcomes = decidePair(identityWithPolicies(roleArn(CONSUMER)), key, NO_ORGANIZATIONS).map((group) =>
      `${verdictText(group.verdict)} ${actionNamesOf(group).join(' ')}`
    );
    assert.deepEqual(outcomes.sort(), ['allowed: grant kms:DescribeKey kms:RetireGrant', 'conditional: grant kms:CreateGrant kms:Decrypt']);
  });

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

describe('access: identities that are not fully known', () => {
  const decrypts = discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'));
  const narrow = keyWithPolicyOf(
    discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'), keyPolicyAllow(roleArn(CONSUMER), 'kms:Decrypt')),
  );

  it('any identity of an account may be the named one', () => {
    assert.equal(verdictText(verdictOn(identityWithPolicies(CONSUMER, decrypts), narrow)), 'unknown: unresolved');
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(CONSUMER, decrypts),
          keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')))),
      ),
      'allowed: both-allow',
    );
  });

  it('a group is not a principal, and its members are users', () => {
    const group = identityWithPolicies(`arn:aws:iam::${CONSUMER}:group/Dev`, decrypts);
    assert.equal(verdictText(verdictOn(group, narrow)), 'denied: identity-not-named');
    assert.equal(verdictText(verdictOn(group, keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(userArn(CONSUMER), 'kms:Decrypt'))))),
      'unknown: unresolved');
    assert.equal(verdictText(verdictOn(group, keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'))))),
      'allowed: both-allow');
  });

  it('treats an unattached policy as a consumer\'s if the key policy allows other accounts and its actions work across accounts', () => {
    const unattached = (...actions: string[]): Identity =>
      identityWithPolicies(undefined, discoveredIdentityPolicy(identityPolicyAllow(actions)));
    assert.equal(verdictText(verdictOn(unattached('kms:Decrypt'), narrow)), 'allowed: both-allow');
    assert.equal(verdictText(verdictOn(unattached('kms:Decrypt', 'kms:Encrypt'), narrow, 'Encrypt')), 'denied: key-policy-action');
    assert.equal(verdictText(verdictOn(unattached('kms:Decrypt', 'kms:PutKeyPolicy'), narrow, 'PutKeyPolicy')), 'allowed: both-allow');
    assert.equal(
      verdictText(verdictOn(unattached('kms:Decrypt'), keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'))))),
      'allowed: both-allow',
    );
    // "Allow access for all principals in the account": nobody outside is let in (KMS Developer Guide, kms:CallerAccount).
    const everyoneAtHome = keyPolicyAllow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': OWNER } } });
    assert.equal(
      verdictText(
        verdictOn(unattached('kms:Encrypt'), keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'), everyoneAtHome)),
          'Encrypt'),
      ),
      'allowed: both-allow',
    );
    assert.equal(
      verdictText(
        verdictOn(unattached('kms:Encrypt'),
          keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'), keyPolicyAllow('*', 'kms:Decrypt'))), 'Encrypt'),
      ),
      'unknown: unresolved',
    );
  });

  it('a key of unknown account decides what holds for owner and consumer alike', () => {
    const hidden = { arn: undefined, id: 'k' };
    const star = discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: '*' }));
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER), star),
          keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(roleArn(CONSUMER), 'kms:Decrypt')), hidden)),
      ),
      'allowed: both-allow',
    );
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER)),
          keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(roleArn(CONSUMER), 'kms:Decrypt')), hidden)),
      ),
      'unknown: unresolved',
    );
    assert.equal(
      verdictOn(identityWithPolicies(roleArn(CONSUMER), star),
        keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')), hidden)).outcome,
      'denied',
    );
  });
});
