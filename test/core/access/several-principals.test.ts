import assert from 'node:assert';
import { describeRequirements } from '../../../server/src/core/access/text/describe-access';
import type { Verdict } from '../../../server/src/core/access/verdict';
import {
  discoveredIdentityPolicy, discoveredKeyPolicy, identityWithPolicies, keyWithPolicyOf, verdictOn, verdictText,
} from '../../support/access-builders';
import {
  CONSUMER, identityPolicyAllow, keyPolicyAllow, keyPolicyDeny, OWNER, roleArn, rootArn, type StatementJson, userArn,
} from '../../support/fixtures';

const sessionArnOf = (account: string, session: string): string => `arn:aws:sts::${account}:assumed-role/App/${session}`;
const verdictWithRequirements = (verdict: Verdict): string => [verdictText(verdict), ...describeRequirements(verdict)].join(', ');
const roleWithPolicy = (account: string, ...statements: readonly StatementJson[]) =>
  identityWithPolicies(roleArn(account), discoveredIdentityPolicy(...statements));
const verdictOnKeyPolicy = (identity: Parameters<typeof verdictOn>[0], ...statements: readonly StatementJson[]): Verdict =>
  verdictOn(identity, keyWithPolicyOf(discoveredKeyPolicy(...statements)));
const withEncryptionContext = (value: string): StatementJson => ({ Condition: { StringEquals: { 'kms:EncryptionContext:App': value } } });

describe('access: several principals of one statement are alternatives (IAM User Guide, reference_policies_elements_principal)', () => {
  it('the account and a session of its role: allowed in the session, without any IAM policy', () => {
    const statement = keyPolicyAllow([rootArn(OWNER), sessionArnOf(OWNER, 'month-end')], 'kms:*');
    assert.equal(verdictWithRequirements(verdictOnKeyPolicy(roleWithPolicy(OWNER), statement)),
      'conditional: both-allow, in the session month-end');
    assert.equal(verdictWithRequirements(verdictOnKeyPolicy(identityWithPolicies(sessionArnOf(OWNER, 'month-end')), statement)),
      'allowed: both-allow');
    assert.equal(verdictWithRequirements(verdictOnKeyPolicy(identityWithPolicies(sessionArnOf(OWNER, 'other')), statement)),
      'denied: identity-policy-missing');
    assert.equal(verdictWithRequirements(verdictOnKeyPolicy(roleWithPolicy(OWNER, identityPolicyAllow('kms:Decrypt')), statement)),
      'allowed: both-allow');
  });

  it('the account and a session of another account: the IAM policy is plainly enough, and without it nothing is', () => {
    const statement = keyPolicyAllow([rootArn(CONSUMER), sessionArnOf(CONSUMER, 'month-end')], 'kms:Decrypt');
    assert.equal(
      verdictWithRequirements(verdictOnKeyPolicy(roleWithPolicy(CONSUMER, identityPolicyAllow('kms:Decrypt')), statement)),
      'allowed: both-allow',
    );
    assert.equal(verdictWithRequirements(verdictOnKeyPolicy(roleWithPolicy(CONSUMER), statement)),
      'denied: identity-policy-missing');
  });

  it('two sessions: allowed in either', () => {
    const statement = keyPolicyAllow([sessionArnOf(CONSUMER, 'draft'), sessionArnOf(CONSUMER, 'replay')], 'kms:Decrypt');
    const verdict = verdictOnKeyPolicy(roleWithPolicy(CONSUMER, identityPolicyAllow('kms:Decrypt')), statement);
    assert.equal(verdictWithRequirements(verdict), 'conditional: both-allow, in the session draft or replay');
    assert.deepEqual(verdict.alternatives, []);
    assert.equal(verdict.decidedBy.length, 2);
  });

  it('two sessions under conditions of their own are two ways', () => {
    const verdict = verdictOnKeyPolicy(roleWithPolicy(OWNER),
      keyPolicyAllow(sessionArnOf(OWNER, 'draft'), 'kms:Decrypt', withEncryptionContext('a')),
      keyPolicyAllow([sessionArnOf(OWNER, 'replay'), sessionArnOf(OWNER, 'night')], 'kms:Decrypt',
        withEncryptionContext('b')));
    assert.equal(verdictWithRequirements(verdict),
      'conditional: both-allow, kms:EncryptionContext:App StringEquals a, in the session draft');
    assert.deepEqual(verdict.alternatives.map(describeRequirements), [['kms:EncryptionContext:App StringEquals b',
      'in the session replay or night']]);
  });

  it('a role beside its session, "*" beside either, the account beside its user: the wider one decides', () => {
    const session = sessionArnOf(OWNER, 'month-end');
    for (const principals of [[session, roleArn(OWNER)], ['*', session], [session, '*', rootArn(OWNER)], [
      rootArn(OWNER),
      roleArn(OWNER),
    ]]) {
      assert.equal(verdictWithRequirements(verdictOnKeyPolicy(roleWithPolicy(OWNER), keyPolicyAllow(principals, 'kms:Decrypt'))),
        'allowed: both-allow', principals.join());
    }
    assert.equal(
      verdictWithRequirements(
        verdictOnKeyPolicy(identityWithPolicies(userArn(OWNER)),
          keyPolicyAllow([rootArn(OWNER), userArn(OWNER)], 'kms:Decrypt')),
      ),
      'allowed: both-allow',
    );
  });

  it('a Deny hits in each session that it names, and says so of all', () => {
    const both = [sessionArnOf(OWNER, 'draft'), sessionArnOf(OWNER, 'replay')];
    const verdict = verdictOnKeyPolicy(roleWithPolicy(OWNER), keyPolicyAllow(roleArn(OWNER), 'kms:Decrypt'),
      keyPolicyDeny(both, 'kms:Decrypt'));
    assert.equal(verdictWithRequirements(verdict), 'conditional: both-allow, unless the session is draft or replay');
    for (const session of both)
      assert.equal(
        verdictWithRequirements(
          verdictOnKeyPolicy(identityWithPolicies(session), keyPolicyAllow(roleArn(OWNER), 'kms:Decrypt'),
            keyPolicyDeny(both, 'kms:Decrypt')),
        ),
        'denied: key-policy-denies',
        session,
      );
    assert.equal(
      verdictWithRequirements(
        verdictOnKeyPolicy(identityWithPolicies(sessionArnOf(OWNER, 'other')),
          keyPolicyAllow(roleArn(OWNER), 'kms:Decrypt'), keyPolicyDeny(both, 'kms:Decrypt')),
      ),
      'allowed: both-allow',
    );
  });

  it('a Deny of a role and its session, or of the account and a session, is a plain one', () => {
    for (const principals of [[sessionArnOf(OWNER, 'draft'), roleArn(OWNER)], [rootArn(OWNER),
      sessionArnOf(OWNER, 'draft')], [sessionArnOf(OWNER, 'draft'), '*']]) {
      const verdict = verdictOnKeyPolicy(roleWithPolicy(OWNER), keyPolicyAllow(roleArn(OWNER), 'kms:Decrypt'),
        keyPolicyDeny(principals, 'kms:Decrypt'));
      assert.equal(verdictWithRequirements(verdict), 'denied: key-policy-denies', principals.join());
      assert.deepEqual(verdict.decidedBy.map(({ statement }) => statement.effect), ['Deny', 'Allow']);
    }
  });

  it('a session that is let in and denied again is denied; of two the other is left', () => {
    const [draft, replay] = [sessionArnOf(OWNER, 'draft'), sessionArnOf(OWNER, 'replay')];
    const verdict = verdictOnKeyPolicy(roleWithPolicy(OWNER), keyPolicyAllow(draft, 'kms:Decrypt'), keyPolicyDeny(draft, 'kms:*'));
    assert.equal(verdictWithRequirements(verdict), 'denied: key-policy-denies');
    assert.deepEqual(verdict.decidedBy.map(({ statement }) => statement.effect).sort(), ['Allow', 'Deny']);
    assert.equal(
      verdictWithRequirements(
        verdictOnKeyPolicy(roleWithPolicy(OWNER), keyPolicyAllow([draft, replay], 'kms:Decrypt'), keyPolicyDeny(draft, 'kms:*')),
      ),
      'conditional: both-allow, in the session replay',
    );
  });

  it('in one session a Deny of another session does not matter', () => {
    assert.equal(
      verdictWithRequirements(
        verdictOnKeyPolicy(roleWithPolicy(OWNER), keyPolicyAllow(sessionArnOf(OWNER, 'draft'), 'kms:Decrypt'),
          keyPolicyDeny(sessionArnOf(OWNER, 'replay'), 'kms:*')),
      ),
      'conditional: both-allow, in the session draft',
    );
    const open = keyPolicyDeny(sessionArnOf(OWNER, 'draft'), 'kms:*', withEncryptionContext('x'));
    assert.equal(
      verdictWithRequirements(
        verdictOnKeyPolicy(roleWithPolicy(OWNER), keyPolicyAllow(sessionArnOf(OWNER, 'draft'), 'kms:Decrypt'), open),
      ),
      'conditional: both-allow, unless kms:EncryptionContext:App StringEquals x, in the session draft',
    );
  });

  it('an account does not hide a placeholder that may be the role', () => {
    assert.equal(
      verdictWithRequirements(
        verdictOnKeyPolicy(roleWithPolicy(OWNER),
          keyPolicyAllow([rootArn(OWNER), `arn:aws:iam::${OWNER}:role/\${name}`], 'kms:Decrypt')),
      ),
      'unknown: unresolved',
    );
  });
});
