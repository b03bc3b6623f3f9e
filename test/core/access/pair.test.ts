import assert from 'node:assert';
import { serviceIdentity } from '../../../server/src/core/access/caller';
import { meets } from '../../../server/src/core/access/meet';
import { NO_ORGANIZATIONS } from '../../../server/src/core/access/context';
import { decidePair } from '../../../server/src/core/access/pair';
import type { Grant } from '../../../server/src/core/locate/located';
import type { Identity, Key } from '../../../server/src/core/workspace/world';
import {
  actionNamesOf, allows, bars, denies, EXT, grantOf, identityOf, identityPolicy, KEY_ARN, keyOf, keyPolicy, lets, OWN, policyOf, roleOf, rootOf, said, userOf, verdictOn,
} from '../../support/access';

const grantTo = (granteePrincipal: string, constrained = false): Grant => grantOf({
  granteePrincipal, operations: ['Decrypt', 'RetireGrant'], constraints: constrained ? [{ name: 'EncryptionContextSubset', values: ['Department=IT'] }] : [],
});

describe('access: verdicts of a pair', () => {
  it('groups actions by outcome and cause', () => {
    const identity = identityOf(roleOf(EXT), identityPolicy(allows(['kms:Decrypt', 'kms:Encrypt', 'kms:PutKeyPolicy', 'kms:ListKeys'])));
    const key = keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*'), lets(rootOf(EXT), ['kms:Decrypt', 'kms:DescribeKey'])));
    const groups = decidePair(identity, key, NO_ORGANIZATIONS).map((group) => `${said(group.verdict)} ${actionNamesOf(group).join(' ')}`);
    assert.deepEqual(groups.sort(), [
      'allowed: both-allow kms:Decrypt',
      'denied: identity-policy-missing kms:DescribeKey',
      'denied: key-policy-action kms:Encrypt',
      'denied: not-cross-account kms:PutKeyPolicy',
    ]);
  });

  it('splits a statement whose condition suits only some of its actions', () => {
    const identity = identityOf(roleOf(EXT), identityPolicy(allows('kms:*')));
    const condition = { Condition: { StringEquals: { 'kms:EncryptionContext:App': 'x' } } };
    const key = keyOf(keyPolicy(lets(rootOf(EXT), ['kms:Decrypt', 'kms:DescribeKey'], condition)));
    assert.equal(said(verdictOn(identity, key, 'Decrypt')), 'conditional: both-allow');
    assert.equal(said(verdictOn(identity, key, 'DescribeKey')), 'denied: key-policy-condition');
  });

  it('names the conditions of the statement that asks least, and the alternatives', () => {
    const via = (service: string) => ({ Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } } });
    const two = { Condition: { ...via('ec2').Condition, StringLike: { 'kms:EncryptionContext:App': 'x' } } };
    const identity = identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt')));
    const limited = keyPolicy(lets(rootOf(EXT), 'kms:Decrypt', two), lets(rootOf(EXT), 'kms:Decrypt', via('s3')));
    const verdict = verdictOn(identity, keyOf(limited));
    assert.deepEqual(verdict.conditions.map(({ condition }) => condition.values[0]?.value), ['s3.us-west-2.amazonaws.com']);
    assert.deepEqual(verdict.alternatives.map(({ conditions }) => conditions.length), [2]);
    const open = keyPolicy(lets(rootOf(EXT), 'kms:Decrypt', via('s3')), lets(rootOf(EXT), 'kms:Decrypt'));
    assert.equal(said(verdictOn(identity, keyOf(open))), 'allowed: both-allow');
  });

  it('takes a Deny that may apply for a condition of the Allow', () => {
    const identity = identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt'), denies('kms:*', { Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })));
    const verdict = verdictOn(identity, keyOf(keyPolicy(lets(rootOf(EXT), 'kms:Decrypt'))));
    assert.equal(verdict.outcome, 'conditional');
    assert.deepEqual(verdict.conditions.map(({ negated, condition }) => [negated, condition.key]), [[true, 'aws:SecureTransport']]);
  });

  it('names denying and allowing statements of an explicit Deny', () => {
    const verdict = verdictOn(identityOf(roleOf(EXT), identityPolicy(allows('kms:*'), denies('kms:Decrypt'))), keyOf(keyPolicy(lets(rootOf(EXT), 'kms:Decrypt'))));
    assert.equal(said(verdict), 'denied: identity-policy-denies');
    assert.deepEqual(verdict.because.map(({ half, statement }) => `${half} ${statement.effect}`), ['identity-policy Deny', 'key-policy Allow', 'identity-policy Allow']);
  });

  it('leaves what depends on the key policy open while it is missing', () => {
    const key = keyOf(undefined);
    assert.equal(said(verdictOn(identityOf(roleOf(EXT), identityPolicy(allows('kms:*'))), key)), 'unknown: key-policy-missing');
    assert.equal(said(verdictOn(identityOf(roleOf(EXT), identityPolicy(allows('kms:*'))), key, 'PutKeyPolicy')), 'denied: not-cross-account');
    assert.equal(said(verdictOn(identityOf(roleOf(EXT)), key)), 'denied: identity-policy-missing');
    assert.equal(said(verdictOn(identityOf(roleOf(OWN)), key)), 'unknown: key-policy-missing');
  });

  it('tells the account before the Region, and both before what the key policy says', () => {
    const named = (arn: string): string => said(verdictOn(identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt', { Resource: arn }))), keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*')))));
    assert.equal(named(KEY_ARN.replace(OWN, EXT)), 'denied: account');
    assert.equal(named(KEY_ARN.replace(OWN, EXT).replace('us-west-2', 'eu-west-1')), 'denied: account');
    assert.equal(named(KEY_ARN.replace('us-west-2', 'eu-west-1')), 'denied: region');
  });

  it('knows grants', () => {
    const key = (grant: Grant): Key => keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*')), { grants: [grant] });
    const bare = identityOf(roleOf(EXT));
    assert.equal(said(verdictOn(bare, key(grantTo(roleOf(EXT))))), 'allowed: grant');
    assert.equal(said(verdictOn(bare, key(grantTo(roleOf(EXT), true)))), 'conditional: grant');
    assert.equal(said(verdictOn(bare, key(grantTo(roleOf(EXT, 'B'))))), 'denied: key-policy-silent');
    assert.equal(said(verdictOn(bare, key(grantTo(rootOf(EXT))))), 'denied: key-policy-silent');
    assert.equal(said(verdictOn(identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt'))), key(grantTo(rootOf(EXT))))), 'allowed: grant');
    assert.equal(said(verdictOn(bare, key(grantTo(roleOf(EXT))), 'RetireGrant')), 'allowed: grant');
    const session = identityOf(`arn:aws:sts::${EXT}:assumed-role/App/one`);
    assert.equal(said(verdictOn(session, key(grantTo(`arn:aws:iam::${EXT}:role/path/App`)))), 'allowed: grant');
    const denied = keyOf(keyPolicy(bars(rootOf(EXT), 'kms:*')), { grants: [grantTo(roleOf(EXT))] });
    assert.equal(said(verdictOn(bare, denied)), 'denied: key-policy-denies');
  });

  it('cannot tell whether the grant of rds.us-west-2.amazonaws.com is one for rds.amazonaws.com (IAM User Guide, AWS service principals)', () => {
    const key = keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*')), { grants: [grantTo('rds.us-west-2.amazonaws.com')] });
    const asked = (service: string): string => said(verdictOn(serviceIdentity(service), key, 'Decrypt'));
    assert.equal(asked('rds.us-west-2.amazonaws.com'), 'allowed: grant');
    assert.equal(asked('rds.amazonaws.com'), 'unknown: unresolved');
    assert.equal(asked('rds.eu-west-1.amazonaws.com'), 'denied: key-policy-silent');
  });

  it('lets the retiring principal and the account that made a grant retire it (KMS Developer Guide, Retiring and revoking grants)', () => {
    const key = (grant: Partial<Grant>): Key => keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*')), { grants: [grantOf({ granteePrincipal: roleOf(EXT, 'B'), operations: ['Decrypt'], ...grant })] });
    const bare = identityOf(roleOf(EXT));
    assert.equal(said(verdictOn(bare, key({ retiringPrincipal: roleOf(EXT) }), 'RetireGrant')), 'allowed: grant');
    assert.equal(said(verdictOn(bare, key({ retiringPrincipal: roleOf(EXT) }))), 'denied: key-policy-silent');
    assert.equal(said(verdictOn(identityOf(roleOf(EXT, 'B')), key({}), 'RetireGrant')), 'denied: identity-policy-missing');
    const byAccount = identityOf(roleOf(EXT), identityPolicy(allows('kms:RetireGrant')));
    assert.equal(said(verdictOn(byAccount, key({ issuingAccount: rootOf(EXT) }), 'RetireGrant')), 'allowed: grant');
    assert.equal(said(verdictOn(bare, key({ issuingAccount: rootOf(EXT) }), 'RetireGrant')), 'denied: identity-policy-missing');
    assert.deepEqual(decidePair(bare, key({ retiringPrincipal: roleOf(EXT) }), NO_ORGANIZATIONS).map(actionNamesOf).flat(), ['kms:Decrypt', 'kms:RetireGrant']);
    assert(meets(bare, key({ retiringPrincipal: roleOf(EXT) })));
  });

  it('holds the encryption context of a grant against operations that take one (KMS API Reference, GrantConstraints)', () => {
    const key = keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*')), { grants: [grantOf({
      granteePrincipal: roleOf(EXT), operations: ['Decrypt', 'DescribeKey', 'RetireGrant', 'CreateGrant'], constraints: [{ name: 'EncryptionContextEquals', values: ['a=b'] }],
    })] });
    const outcomes = decidePair(identityOf(roleOf(EXT)), key, NO_ORGANIZATIONS).map((group) => `${said(group.verdict)} ${actionNamesOf(group).join(' ')}`);
    assert.deepEqual(outcomes.sort(), ['allowed: grant kms:DescribeKey kms:RetireGrant', 'conditional: grant kms:CreateGrant kms:Decrypt']);
  });

  it('never lets an AWS managed key out of its account', () => {
    const key = keyOf(keyPolicy(lets('*', 'kms:*')), { awsManaged: true });
    assert.equal(said(verdictOn(identityOf(roleOf(EXT), identityPolicy(allows('kms:*'))), key)), 'denied: not-cross-account');
    assert.equal(said(verdictOn(identityOf(roleOf(OWN)), key)), 'allowed: both-allow');
  });

  it('asks operations on aliases for a right on the alias too', () => {
    const key = keyOf(keyPolicy(lets(roleOf(OWN), 'kms:*')));
    assert.equal(said(verdictOn(identityOf(roleOf(OWN)), key, 'CreateAlias')), 'denied: identity-policy-missing');
    const onAlias = identityPolicy(allows('kms:CreateAlias', { Resource: `arn:aws:kms:us-west-2:${OWN}:alias/*` }));
    assert.equal(said(verdictOn(identityOf(roleOf(OWN), onAlias), key, 'CreateAlias')), 'allowed: both-allow');
  });

  it('takes a Deny on all aliases for one of operations on aliases, which need key and alias (KMS Developer Guide, alias-access)', () => {
    const key = keyOf(keyPolicy(lets(roleOf(OWN), 'kms:*')));
    const on = (denied: object, action = 'CreateAlias'): string => said(verdictOn(identityOf(roleOf(OWN), identityPolicy(allows('kms:*', { Resource: '*' }), { Effect: 'Deny', Action: 'kms:*', ...denied })), key, action));
    assert.equal(on({ Resource: 'arn:aws:kms:*:*:alias/*' }), 'denied: identity-policy-denies');
    assert.equal(on({ Resource: 'arn:aws:kms:*:*:alias/*' }, 'Decrypt'), 'allowed: both-allow');
    assert.equal(on({ NotResource: KEY_ARN }), 'denied: identity-policy-denies');
    assert.equal(on({ Resource: `arn:aws:kms:us-west-2:${OWN}:alias/prod-*` }), 'allowed: both-allow', 'another alias may be chosen');
    assert.equal(on({ NotResource: [KEY_ARN, `arn:aws:kms:us-west-2:${OWN}:alias/prod-*`] }), 'allowed: both-allow');
    assert.equal(on({ Resource: 'arn:aws:kms:eu-west-1:*:alias/*' }), 'allowed: both-allow');
  });

  it('says of kms:ResourceAliases in a key policy that it cannot tell: AWS documents the key for IAM policies only (KMS Developer Guide, conditions-kms)', () => {
    const condition = { Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } } };
    const more = { aliases: ['alias/app'] };
    const both = identityPolicy(allows('kms:Decrypt', condition));
    assert.equal(said(verdictOn(identityOf(roleOf(EXT), both), keyOf(keyPolicy(lets(rootOf(EXT), 'kms:Decrypt')), more))), 'allowed: both-allow');
    assert.equal(said(verdictOn(identityOf(roleOf(EXT), both), keyOf(keyPolicy({ ...lets(rootOf(EXT), 'kms:Decrypt'), ...condition }), more))), 'conditional: both-allow');
  });

  it('cannot tell what depends on Fn::If of a template: statements, and the conditions of one (CloudFormation User Guide, Condition functions)', () => {
    const either = (...branches: object[]): object => ({ 'Fn::If': ['Shared', ...branches] });
    const none = { Ref: 'AWS::NoValue' };
    const decrypts = lets(rootOf(EXT), 'kms:Decrypt', { Resource: '*' });
    const role = identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt')));
    const on = (...statements: object[]): string => said(verdictOn(role, keyOf(policyOf([lets(rootOf(OWN), 'kms:*', { Resource: '*' }), ...statements as Record<string, unknown>[]], { kind: 'key' }))));
    const limit = { StringEquals: { 'kms:CallerAccount': OWN } };
    assert.equal(on(either(decrypts, none)), 'unknown: unresolved');
    assert.equal(on(either(none, either(decrypts, none))), 'unknown: unresolved');
    assert.equal(on(decrypts, either({ ...decrypts, Effect: 'Deny' }, none)), 'unknown: unresolved');
    assert.equal(on({ ...decrypts, Condition: either(limit, none) }), 'unknown: unresolved');
    assert.equal(on({ ...decrypts, Condition: { StringEquals: either(limit.StringEquals, none) } }), 'unknown: unresolved');
    assert.equal(on(either(lets(roleOf(EXT, 'Other'), 'kms:Decrypt', { Resource: '*' }), none)), 'denied: identity-not-named');
  });

  it('cannot tell what NotResource does in a key policy: AWS has "Resource": "*" there and no word on the other (KMS Developer Guide, key-policy-overview)', () => {
    const on = (...statements: object[]): string => said(verdictOn(
      identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt'))), keyOf(policyOf([lets(rootOf(OWN), 'kms:*', { Resource: '*' }), ...statements as Record<string, unknown>[]], { kind: 'key' })),
    ));
    const decrypts = lets(rootOf(EXT), 'kms:Decrypt');
    const elsewhere = { NotResource: 'arn:aws:s3:::amzn-s3-demo-bucket' };
    assert.equal(on({ ...decrypts, Resource: '*' }, { ...decrypts, ...elsewhere, Effect: 'Deny', Resource: undefined }), 'unknown: unresolved');
    assert.equal(on({ ...decrypts, ...elsewhere, Resource: undefined }), 'unknown: unresolved');
    assert.equal(on({ ...decrypts, NotResource: '*', Resource: undefined }), 'denied: key-policy-silent');
  });

  it('takes kms:GenerateRandom for the caller\'s own affair, whose key ever is asked of (AWS KMS API Reference, GenerateRandom: Cross-account use)', () => {
    const role = identityOf(roleOf(EXT), identityPolicy(allows('kms:*', { Resource: '*' })));
    const key = keyOf(keyPolicy(lets(rootOf(EXT), 'kms:*')));
    assert.equal(said(verdictOn(role, key, 'GenerateRandom')), 'allowed: both-allow');
    assert.equal(said(verdictOn(role, key, 'ListKeys')), 'denied: not-cross-account');
    assert.equal(said(verdictOn(identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt'))), key, 'GenerateRandom')), 'denied: identity-policy-missing');
  });

  it('holds the conditions of actions without a key against the request, not against the key that is asked about (KMS Developer Guide, conditions-kms: kms:KeySpec of CreateKey)', () => {
    const asked = (...statements: readonly object[]): string => said(verdictOn(
      identityOf(roleOf(OWN), identityPolicy(...statements.map((more) => allows(['kms:CreateKey', 'kms:GenerateRandom'], { Resource: '*', ...more })))),
      keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*')), { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' }), 'CreateKey',
    ));
    assert.equal(asked({}), 'allowed: both-allow');
    assert.equal(asked({ Condition: { StringEquals: { 'aws:RequestTag/team': 'x' } } }), 'conditional: both-allow');
    assert.equal(asked({ Condition: { StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } } }), 'conditional: both-allow');
    assert.equal(asked({ Condition: { StringEquals: { 'kms:KeySpec': 'RSA_2048' } } }), 'conditional: both-allow');
    assert.equal(asked({ Condition: { Bool: { 'kms:MultiRegion': 'true' } } }), 'conditional: both-allow');
    assert.equal(asked({ Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }), 'conditional: both-allow');
    assert.equal(asked({ Condition: { StringEquals: { 'aws:PrincipalAccount': EXT } } }), 'denied: identity-policy-condition');
    assert.equal(asked({ Condition: { StringEquals: { 'kms:KeySpec': 'RSA_2048' } } }, {}), 'allowed: both-allow');
  });

  it('leaves open what AWS allows a service-linked role, whose policies nobody else writes (AWS Managed Policy Reference, AmazonGuardDutyMalwareProtectionServiceRolePolicy)', () => {
    const guardDuty = roleOf(EXT, 'aws-service-role/malware-protection.guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDutyMalwareProtection');
    const autoScaling = roleOf(EXT, 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_blue');
    const key = keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*'), lets([guardDuty, autoScaling], 'kms:CreateGrant')));
    assert.equal(said(verdictOn(identityOf(guardDuty), key, 'CreateGrant')), 'unknown: needs-grant');
    assert.equal(said(verdictOn(identityOf(autoScaling), key, 'CreateGrant')), 'denied: needs-grant');
    // Its policy is in the workspace.
    assert.equal(said(verdictOn(identityOf(guardDuty, identityPolicy(allows('kms:CreateGrant', { Resource: 'arn:aws:kms:*:*:key/*' }))), key, 'CreateGrant')), 'allowed: both-allow');
    assert.equal(said(verdictOn(identityOf(guardDuty, identityPolicy(allows('kms:DescribeKey'))), key, 'CreateGrant')), 'denied: needs-grant');
  });

  it('leaves open what policies allow that an identity is known to have and the workspace does not contain (docs/aws-rules.md 5.2)', () => {
    const unseen = ['arn:aws:iam::aws:policy/AdministratorAccess'];
    const key = keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*'), lets(rootOf(EXT), ['kms:Decrypt', 'kms:Encrypt'])));
    const consumer = { ...identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt'), denies('kms:Encrypt'))), unseen };
    assert.equal(said(verdictOn(consumer, key, 'Decrypt')), 'allowed: both-allow');
    assert.equal(said(verdictOn(consumer, key, 'Encrypt')), 'denied: identity-policy-denies');
    assert.equal(said(verdictOn(consumer, key, 'Sign')), 'denied: key-policy-action');
    const bare = { ...identityOf(roleOf(EXT)), unseen };
    assert.equal(said(verdictOn(bare, key, 'Decrypt')), 'unknown: identity-policy-missing');
    assert.equal(said(verdictOn({ ...identityOf(roleOf(OWN)), unseen }, key, 'PutKeyPolicy')), 'unknown: identity-policy-missing');
    const never = identityPolicy(allows('kms:Decrypt', { Condition: { StringEquals: { 'aws:PrincipalAccount': OWN } } }));
    assert.equal(said(verdictOn({ ...identityOf(roleOf(EXT), never), unseen }, key, 'Decrypt')), 'unknown: identity-policy-missing');
  });

  it('tells the other ways to an action without a key (KMS Developer Guide, conditions-kms)', () => {
    const limited = (tag: string) => allows('kms:CreateKey', { Resource: '*', Condition: { StringEquals: { 'aws:RequestTag/team': tag } } });
    const verdict = verdictOn(identityOf(roleOf(OWN), identityPolicy(limited('x'), limited('y'))), keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*'))), 'CreateKey');
    assert.deepEqual(verdict.conditions.map(({ condition }) => condition.values[0]?.value), ['x']);
    assert.deepEqual(verdict.alternatives.map(({ conditions }) => conditions.map(({ condition }) => condition.values[0]?.value)), [['y']]);
  });

  it('cannot tell what depends on a statement whose effect a template fills in', () => {
    const open = { ...lets(rootOf(EXT), 'kms:Decrypt', { Resource: '*' }), Effect: '${effect}' };
    const role = identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt')));
    const on = (...statements: object[]): string => said(verdictOn(role, keyOf(policyOf([lets(rootOf(OWN), 'kms:*', { Resource: '*' }), ...statements as Record<string, unknown>[]], { kind: 'key' }))));
    assert.equal(on(open), 'unknown: unresolved');
    assert.equal(on({ ...open, Effect: { Ref: 'Effect' } }), 'unknown: unresolved');
    assert.equal(on(lets(rootOf(EXT), 'kms:Decrypt', { Resource: '*' }), open), 'unknown: unresolved');
    assert.equal(on({ ...open, Action: 'kms:Encrypt' }, lets(rootOf(EXT), 'kms:Decrypt', { Resource: '*' })), 'allowed: both-allow');
    assert.equal(on({ ...open, Principal: { AWS: roleOf(EXT, 'Other') } }, lets(rootOf(EXT), 'kms:Decrypt', { Resource: '*' })), 'allowed: both-allow');
    assert.equal(on({ ...open, Effect: 'Alow' }), 'denied: key-policy-silent');
  });

  it('knows NotPrincipal only as far as AWS tells: account, role and session are looked at one after the other (IAM User Guide, NotPrincipal)', () => {
    const session = `arn:aws:sts::${EXT}:assumed-role/App/s1`;
    const on = (arn: string, ...exempted: string[]): string => {
      const key = keyOf(keyPolicy(lets(rootOf(EXT), 'kms:Decrypt'), { Effect: 'Deny', NotPrincipal: { AWS: [...exempted, rootOf(EXT)] }, Action: 'kms:*' }));
      return said(verdictOn(identityOf(arn, identityPolicy(allows('kms:Decrypt'))), key));
    };
    assert.equal(on(userOf(EXT), userOf(EXT)), 'allowed: both-allow');
    assert.equal(on(roleOf(EXT), roleOf(EXT)), 'unknown: unresolved', 'its sessions are not listed');
    assert.equal(on(session, roleOf(EXT)), 'unknown: unresolved');
    assert.equal(on(session, session), 'unknown: unresolved', 'its role is not listed');
    assert.equal(on(session, roleOf(EXT), session), 'allowed: both-allow');
    assert.equal(on(roleOf(EXT, 'Other'), roleOf(EXT)), 'unknown: unresolved');
  });
});

describe('access: identities that are not fully known', () => {
  const decrypts = identityPolicy(allows('kms:Decrypt'));
  const narrow = keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*'), lets(roleOf(EXT), 'kms:Decrypt')));

  it('any identity of an account may be the named one', () => {
    assert.equal(said(verdictOn(identityOf(EXT, decrypts), narrow)), 'unknown: unresolved');
    assert.equal(said(verdictOn(identityOf(EXT, decrypts), keyOf(keyPolicy(lets(rootOf(EXT), 'kms:Decrypt'))))), 'allowed: both-allow');
  });

  it('a group is not a principal, and its members are users', () => {
    const group = identityOf(`arn:aws:iam::${EXT}:group/Dev`, decrypts);
    assert.equal(said(verdictOn(group, narrow)), 'denied: identity-not-named');
    assert.equal(said(verdictOn(group, keyOf(keyPolicy(lets(userOf(EXT), 'kms:Decrypt'))))), 'unknown: unresolved');
    assert.equal(said(verdictOn(group, keyOf(keyPolicy(lets(rootOf(EXT), 'kms:Decrypt'))))), 'allowed: both-allow');
  });

  it('a policy of unknown attachment is a consumer\'s where the key policy lets others in and it asks for what works across accounts', () => {
    const unattached = (...actions: string[]): Identity => identityOf(undefined, identityPolicy(allows(actions)));
    assert.equal(said(verdictOn(unattached('kms:Decrypt'), narrow)), 'allowed: both-allow');
    assert.equal(said(verdictOn(unattached('kms:Decrypt', 'kms:Encrypt'), narrow, 'Encrypt')), 'denied: key-policy-action');
    assert.equal(said(verdictOn(unattached('kms:Decrypt', 'kms:PutKeyPolicy'), narrow, 'PutKeyPolicy')), 'allowed: both-allow');
    assert.equal(said(verdictOn(unattached('kms:Decrypt'), keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*'))))), 'allowed: both-allow');
    // "Allow access for all principals in the account": nobody outside is let in (KMS Developer Guide, kms:CallerAccount).
    const everyoneAtHome = lets('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': OWN } } });
    assert.equal(said(verdictOn(unattached('kms:Encrypt'), keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*'), everyoneAtHome)), 'Encrypt')), 'allowed: both-allow');
    assert.equal(said(verdictOn(unattached('kms:Encrypt'), keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*'), lets('*', 'kms:Decrypt'))), 'Encrypt')), 'unknown: unresolved');
  });

  it('a key of unknown account decides what holds for owner and consumer alike', () => {
    const hidden = { arn: undefined, id: 'k' };
    const star = identityPolicy(allows('kms:Decrypt', { Resource: '*' }));
    assert.equal(said(verdictOn(identityOf(roleOf(EXT), star), keyOf(keyPolicy(lets(roleOf(EXT), 'kms:Decrypt')), hidden))), 'allowed: both-allow');
    assert.equal(said(verdictOn(identityOf(roleOf(EXT)), keyOf(keyPolicy(lets(roleOf(EXT), 'kms:Decrypt')), hidden))), 'unknown: unresolved');
    assert.equal(verdictOn(identityOf(roleOf(EXT), star), keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*')), hidden)).outcome, 'denied');
  });
});
