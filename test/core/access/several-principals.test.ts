import assert from 'node:assert';
import { describeRequirements } from '../../../server/src/core/access/text/describe-access';
import type { Verdict } from '../../../server/src/core/access/verdict';
import {
  identityPolicyAllow, keyPolicyDeny, EXTERNAL_ACCOUNT, identityWithPolicies, identityPolicy, keyWithPolicyOf, keyPolicy, keyPolicyAllow,
  OWNER_ACCOUNT, roleArnOf, rootArnOf, verdictText, userArnOf, verdictOn, type StatementJson,
} from '../../support/access-builders';

const sessionArnOf = (account: string, session: string): string => `arn:aws:sts::${account}:assumed-role/App/${session}`;
const verdictWithRequirements = (verdict: Verdict): string => [verdictText(verdict), ...describeRequirements(verdict)].join(', ');
const roleWithPolicy = (account: string, ...statements: readonly StatementJson[]) =>
  identityWithPolicies(roleArnOf(account), identityPolicy(...statements));
const verdictOnKeyPolicy = (identity: Parameters<typeof verdictOn>[0], ...statements: readonly StatementJson[]): Verdict =>
  verdictOn(identity, keyWithPolicyOf(keyPolicy(...statements)));
const withEncryptionContext = (value: string): StatementJson => ({ Condition: { StringEquals: { 'kms:EncryptionContext:App': value } } });

describe('access: several principals of one statement are alternatives (IAM User Guide, reference_policies_elements_principal)', () => {
  it('the account and a session of its role: allowed in the session, without any IAM policy', () => {
    const statement = keyPolicyAllow([rootArnOf(OWNER_ACCOUNT), sessionArnOf(OWNER_ACCOUNT, 'month-end')], 'kms:*');
    assert.equal(verdictWithRequirements(verdictOnKeyPolicy(roleWithPolicy(OWNER_ACCOUNT), statement)),
      'conditional: both-allow, in the session month-end');
    assert.equal(verdictWithRequirements(verdictOnKeyPolicy(identityWithPolicies(sessionArnOf(OWNER_ACCOUNT, 'month-end')), statement)),
      'allowed: both-allow');
    assert.equal(verdictWithRequirements(verdictOnKeyPolicy(identityWithPolicies(sessionArnOf(OWNER_ACCOUNT, 'other')), statement)),
      'denied: identity-policy-missing');
    assert.equal(verdictWithRequirements(verdictOnKeyPolicy(roleWithPolicy(OWNER_ACCOUNT, identityPolicyAllow('kms:Decrypt')), statement)),
      'allowed: both-allow');
  });

  it('the account and a session of another account: the IAM policy is plainly enough, and without it nothing is', () => {
    const statement = keyPolicyAllow([rootArnOf(EXTERNAL_ACCOUNT), sessionArnOf(EXTERNAL_ACCOUNT, 'month-end')], 'kms:Decrypt');
    assert.equal(
      verdictWithRequirements(verdictOnKeyPolicy(roleWithPolicy(EXTERNAL_ACCOUNT, identityPolicyAllow('kms:Decrypt')), statement)),
      'allowed: both-allow',
    );
    assert.equal(verdictWithRequirements(verdictOnKeyPolicy(roleWithPolicy(EXTERNAL_ACCOUNT), statement)),
      'denied: identity-policy-missing');
  });

  it('two sessions: allowed in either', () => {
    const statement = keyPolicyAllow([sessionArnOf(EXTERNAL_ACCOUNT, 'draft'), sessionArnOf(EXTERNAL_ACCOUNT, 'replay')], 'kms:Decrypt');
    const verdict = verdictOnKeyPolicy(roleWithPolicy(EXTERNAL_ACCOUNT, identityPolicyAllow('kms:Decrypt')), statement);
    assert.equal(verdictWithRequirements(verdict), 'conditional: both-allow, in the session draft or replay');
    assert.deepEqual(verdict.alternatives, []);
    assert.equal(verdict.decidedBy.length, 2);
  });

  it('two sessions under conditions of their own are two ways', () => {
    const verdict = verdictOnKeyPolicy(roleWithPolicy(OWNER_ACCOUNT),
      keyPolicyAllow(sessionArnOf(OWNER_ACCOUNT, 'draft'), 'kms:Decrypt', withEncryptionContext('a')),
      keyPolicyAllow([sessionArnOf(OWNER_ACCOUNT, 'replay'), sessionArnOf(OWNER_ACCOUNT, 'night')], 'kms:Decrypt',
        withEncryptionContext('b')));
    assert.equal(verdictWithRequirements(verdict),
      'conditional: both-allow, kms:EncryptionContext:App StringEquals a, in the session draft');
    assert.deepEqual(verdict.alternatives.map(describeRequirements), [['kms:EncryptionContext:App StringEquals b',
      'in the session replay or night']]);
  });

  it('a role beside its session, "*" beside either, the account beside its user: the wider one decides', () => {
    const session = sessionArnOf(OWNER_ACCOUNT, 'month-end');
    for (const principals of [[session, roleArnOf(OWNER_ACCOUNT)], ['*', session], [session, '*', rootArnOf(OWNER_ACCOUNT)], [
      rootArnOf(OWNER_ACCOUNT),
      roleArnOf(OWNER_ACCOUNT),
    ]]) {
      assert.equal(verdictWithRequirements(verdictOnKeyPolicy(roleWithPolicy(OWNER_ACCOUNT), keyPolicyAllow(principals, 'kms:Decrypt'))),
        'allowed: both-allow', principals.join());
    }
    assert.equal(
      verdictWithRequirements(
        verdictOnKeyPolicy(identityWithPolicies(userArnOf(OWNER_ACCOUNT)),
          keyPolicyAllow([rootArnOf(OWNER_ACCOUNT), userArnOf(OWNER_ACCOUNT)], 'kms:Decrypt')),
      ),
      'allowed: both-allow',
    );
  });

  it('a Deny hits in each session that it names, and says so of all', () => {
    const both = [sessionArnOf(OWNER_ACCOUNT, 'draft'), sessionArnOf(OWNER_ACCOUNT, 'replay')];
    const verdict = verdictOnKeyPolicy(roleWithPolicy(OWNER_ACCOUNT), keyPolicyAllow(roleArnOf(OWNER_ACCOUNT), 'kms:Decrypt'),
      keyPolicyDeny(both, 'kms:Decrypt'));
    assert.equal(verdictWithRequirements(verdict), 'conditional: both-allow, unless the session is draft or replay');
    for (const session of both)
      assert.equal(
        verdictWithRequirements(
          verdictOnKeyPolicy(identityWithPolicies(session), keyPolicyAllow(roleArnOf(OWNER_ACCOUNT), 'kms:Decrypt'),
            keyPolicyDeny(both, 'kms:Decrypt')),
        ),
        'denied: key-policy-denies',
        session,
      );
    assert.equal(
      verdictWithRequirements(
        verdictOnKeyPolicy(identityWithPolicies(sessionArnOf(OWNER_ACCOUNT, 'other')),
          keyPolicyAllow(roleArnOf(OWNER_ACCOUNT), 'kms:Decrypt'), keyPolicyDeny(both, 'kms:Decrypt')),
      ),
      'allowed: both-allow',
    );
  });

  it('a Deny of a role and its session, or of the account and a session, is a plain one', () => {
    for (const principals of [[sessionArnOf(OWNER_ACCOUNT, 'draft'), roleArnOf(OWNER_ACCOUNT)], [rootArnOf(OWNER_ACCOUNT),
      sessionArnOf(OWNER_ACCOUNT, 'draft')], [sessionArnOf(OWNER_ACCOUNT, 'draft'), '*']]) {
      const verdict = verdictOnKeyPolicy(roleWithPolicy(OWNER_ACCOUNT), keyPolicyAllow(roleArnOf(OWNER_ACCOUNT), 'kms:Decrypt'),
        keyPolicyDeny(principals, 'kms:Decrypt'));
      assert.equal(verdictWithRequirements(verdict), 'denied: key-policy-denies', principals.join());
      assert.deepEqual(verdict.decidedBy.map(({ statement }) => statement.effect), ['Deny', 'Allow']);
    }
  });

  it('a session that is let in and denied again is denied; of two the other is left', () => {
    const [draft, replay] = [sessionArnOf(OWNER_ACCOUNT, 'draft'), sessionArnOf(OWNER_ACCOUNT, 'replay')];
    const verdict = verdictOnKeyPolicy(roleWithPolicy(OWNER_ACCOUNT), keyPolicyAllow(draft, 'kms:Decrypt'), keyPolicyDeny(draft, 'kms:*'));
    assert.equal(verdictWithRequirements(verdict), 'denied: key-policy-denies');
    assert.deepEqual(verdict.decidedBy.map(({ statement }) => statement.effect).sort(), ['Allow', 'Deny']);
    assert.equal(
      verdictWithRequirements(
        verdictOnKeyPolicy(roleWithPolicy(OWNER_ACCOUNT), keyPolicyAllow([draft, replay], 'kms:Decrypt'), keyPolicyDeny(draft, 'kms:*')),
      ),
      'conditional: both-allow, in the session replay',
    );
  });

  it('in one session a Deny of another session does not matter', () => {
    assert.equal(
      verdictWithRequirements(
        verdictOnKeyPolicy(roleWithPolicy(OWNER_ACCOUNT), keyPolicyAllow(sessionArnOf(OWNER_ACCOUNT, 'draft'), 'kms:Decrypt'),
          keyPolicyDeny(sessionArnOf(OWNER_ACCOUNT, 'replay'), 'kms:*')),
      ),
      'conditional: both-allow, in the session draft',
    );
    const open = keyPolicyDeny(sessionArnOf(OWNER_ACCOUNT, 'draft'), 'kms:*', withEncryptionContext('x'));
    assert.equal(
      verdictWithRequirements(
        verdictOnKeyPolicy(roleWithPolicy(OWNER_ACCOUNT), keyPolicyAllow(sessionArnOf(OWNER_ACCOUNT, 'draft'), 'kms:Decrypt'), open),
      ),
      'conditional: both-allow, unless kms:EncryptionContext:App StringEquals x, in the session draft',
    );
  });

  it('an account does not hide a placeholder that may be the role', () => {
    assert.equal(
      verdictWithRequirements(
        verdictOnKeyPolicy(roleWithPolicy(OWNER_ACCOUNT),
          keyPolicyAllow([rootArnOf(OWNER_ACCOUNT), `arn:aws:iam::${OWNER_ACCOUNT}:role/\${name}`], 'kms:Decrypt')),
      ),
      'unknown: unresolved',
    );
  });
});
