import assert from 'node:assert';
import { limitTexts } from '../../../server/src/core/access/say';
import type { Verdict } from '../../../server/src/core/access/verdict';
import {
  allows, bars, EXT, identityOf, identityPolicy, keyOf, keyPolicy, lets, OWN, roleOf, rootOf, said, userOf, verdictOn, type StatementJson,
} from '../../support/access';

const sessionOf = (account: string, session: string): string => `arn:aws:sts::${account}:assumed-role/App/${session}`;
const answer = (verdict: Verdict): string => [said(verdict), ...limitTexts(verdict)].join(', ');
const app = (account: string, ...statements: readonly StatementJson[]) => identityOf(roleOf(account), identityPolicy(...statements));
const on = (identity: Parameters<typeof verdictOn>[0], ...statements: readonly StatementJson[]): Verdict => verdictOn(identity, keyOf(keyPolicy(...statements)));
const context = (value: string): StatementJson => ({ Condition: { StringEquals: { 'kms:EncryptionContext:App': value } } });

describe('access: several principals of one statement are alternatives (IAM User Guide, reference_policies_elements_principal)', () => {
  it('the account and a session of its role: allowed in the session, without any IAM policy', () => {
    const statement = lets([rootOf(OWN), sessionOf(OWN, 'month-end')], 'kms:*');
    assert.equal(answer(on(app(OWN), statement)), 'conditional: both-allow, in the session month-end');
    assert.equal(answer(on(identityOf(sessionOf(OWN, 'month-end')), statement)), 'allowed: both-allow');
    assert.equal(answer(on(identityOf(sessionOf(OWN, 'other')), statement)), 'denied: identity-policy-missing');
    assert.equal(answer(on(app(OWN, allows('kms:Decrypt')), statement)), 'allowed: both-allow');
  });

  it('the account and a session of another account: the IAM policy is plainly enough, and without it nothing is', () => {
    const statement = lets([rootOf(EXT), sessionOf(EXT, 'month-end')], 'kms:Decrypt');
    assert.equal(answer(on(app(EXT, allows('kms:Decrypt')), statement)), 'allowed: both-allow');
    assert.equal(answer(on(app(EXT), statement)), 'denied: identity-policy-missing');
  });

  it('two sessions: allowed in either', () => {
    const statement = lets([sessionOf(EXT, 'draft'), sessionOf(EXT, 'replay')], 'kms:Decrypt');
    const verdict = on(app(EXT, allows('kms:Decrypt')), statement);
    assert.equal(answer(verdict), 'conditional: both-allow, in the session draft or replay');
    assert.deepEqual(verdict.alternatives, []);
    assert.equal(verdict.because.length, 2);
  });

  it('two sessions under conditions of their own are two ways', () => {
    const verdict = on(app(OWN), lets(sessionOf(OWN, 'draft'), 'kms:Decrypt', context('a')), lets([sessionOf(OWN, 'replay'), sessionOf(OWN, 'night')], 'kms:Decrypt', context('b')));
    assert.equal(answer(verdict), 'conditional: both-allow, kms:EncryptionContext:App StringEquals a, in the session draft');
    assert.deepEqual(verdict.alternatives.map(limitTexts), [['kms:EncryptionContext:App StringEquals b', 'in the session replay or night']]);
  });

  it('a role beside its session, "*" beside either, the account beside its user: the wider one decides', () => {
    const session = sessionOf(OWN, 'month-end');
    for (const principals of [[session, roleOf(OWN)], ['*', session], [session, '*', rootOf(OWN)], [rootOf(OWN), roleOf(OWN)]]) {
      assert.equal(answer(on(app(OWN), lets(principals, 'kms:Decrypt'))), 'allowed: both-allow', principals.join());
    }
    assert.equal(answer(on(identityOf(userOf(OWN)), lets([rootOf(OWN), userOf(OWN)], 'kms:Decrypt'))), 'allowed: both-allow');
  });

  it('a Deny hits in each session that it names, and says so of all', () => {
    const both = [sessionOf(OWN, 'draft'), sessionOf(OWN, 'replay')];
    const verdict = on(app(OWN), lets(roleOf(OWN), 'kms:Decrypt'), bars(both, 'kms:Decrypt'));
    assert.equal(answer(verdict), 'conditional: both-allow, unless the session is draft or replay');
    for (const session of both) assert.equal(answer(on(identityOf(session), lets(roleOf(OWN), 'kms:Decrypt'), bars(both, 'kms:Decrypt'))), 'denied: key-policy-denies', session);
    assert.equal(answer(on(identityOf(sessionOf(OWN, 'other')), lets(roleOf(OWN), 'kms:Decrypt'), bars(both, 'kms:Decrypt'))), 'allowed: both-allow');
  });

  it('a Deny of a role and its session, or of the account and a session, is a plain one', () => {
    for (const principals of [[sessionOf(OWN, 'draft'), roleOf(OWN)], [rootOf(OWN), sessionOf(OWN, 'draft')], [sessionOf(OWN, 'draft'), '*']]) {
      const verdict = on(app(OWN), lets(roleOf(OWN), 'kms:Decrypt'), bars(principals, 'kms:Decrypt'));
      assert.equal(answer(verdict), 'denied: key-policy-denies', principals.join());
      assert.deepEqual(verdict.because.map(({ statement }) => statement.effect), ['Deny', 'Allow']);
    }
  });

  it('a session that is let in and denied again is denied; of two the other is left', () => {
    const [draft, replay] = [sessionOf(OWN, 'draft'), sessionOf(OWN, 'replay')];
    const verdict = on(app(OWN), lets(draft, 'kms:Decrypt'), bars(draft, 'kms:*'));
    assert.equal(answer(verdict), 'denied: key-policy-denies');
    assert.deepEqual(verdict.because.map(({ statement }) => statement.effect).sort(), ['Allow', 'Deny']);
    assert.equal(answer(on(app(OWN), lets([draft, replay], 'kms:Decrypt'), bars(draft, 'kms:*'))), 'conditional: both-allow, in the session replay');
  });

  it('in one session a Deny of another session does not matter', () => {
    assert.equal(answer(on(app(OWN), lets(sessionOf(OWN, 'draft'), 'kms:Decrypt'), bars(sessionOf(OWN, 'replay'), 'kms:*'))), 'conditional: both-allow, in the session draft');
    const open = bars(sessionOf(OWN, 'draft'), 'kms:*', context('x'));
    assert.equal(answer(on(app(OWN), lets(sessionOf(OWN, 'draft'), 'kms:Decrypt'), open)), 'conditional: both-allow, unless kms:EncryptionContext:App StringEquals x, in the session draft');
  });

  it('an account does not hide a placeholder that may be the role', () => {
    assert.equal(answer(on(app(OWN), lets([rootOf(OWN), `arn:aws:iam::${OWN}:role/\${name}`], 'kms:Decrypt'))), 'unknown: unresolved');
  });
});
