import * as assert from 'node:assert/strict';
import { analyse } from '../../server/src/core/rules/analyse';
import { updateWorkspace } from '../../server/src/core/workspace/workspace';
import { EXT, KEY_ARN, OWN, roleOf, rootOf } from '../support/access';
import { fixesOf, textOf } from '../support/check';
import { handshake, type HandshakeFiles } from '../support/handshake';
import { analysisOf, pathOf, uriOf } from '../support/workspace';

/** The texts that are shown faded, as `file: text`, whatever the rule. */
function faded(files: HandshakeFiles): string[] {
  const texts = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textOf(content)]));
  return [...analysisOf(texts).analysis.byFile.values()].flat().filter(({ unnecessary }) => unnecessary)
    .map(({ at: { uri, span } }) => `${pathOf(uri).replace(/\/.*/, '')}: ${(texts[pathOf(uri)] ?? '').slice(span.start, span.end).replaceAll('"', '')}`).sort();
}

const give = (Action: unknown, Principal: unknown = { AWS: rootOf(EXT) }) => ({ Principal, Action });
const OTHER_KEY = KEY_ARN.replace('1234abcd', '9999abcd');
const THIRD = '777788889999';
const OTHER_ROLE = { 'consumer/other.json': { to: roleOf(EXT, 'Other'), policy: [{ Action: 'kms:Encrypt' }] } };

describe('fading: text without effect', () => {
  const cases: readonly (readonly [what: string, files: HandshakeFiles, expected: readonly string[]])[] = [
    // Actions that cannot work
    ['actions of the owner\'s account only, given to another (KMS permissions reference, "Cross-account use")',
      handshake({ keyPolicy: [give(['kms:Decrypt', 'kms:PutKeyPolicy'])], iam: [{ Action: 'kms:Decrypt' }] }), ['producer: kms:PutKeyPolicy']],
    ['not where the owner is meant too', handshake({ keyPolicy: [give(['kms:Decrypt', 'kms:PutKeyPolicy'], { AWS: [rootOf(EXT), roleOf(OWN)] })], iam: [{ Action: 'kms:Decrypt' }] }), []],
    ['such actions in the IAM policy of another account', handshake({ keyPolicy: [give('kms:Decrypt')], iam: [{ Action: ['kms:Decrypt', 'kms:ScheduleKeyDeletion'] }] }), ['consumer: kms:ScheduleKeyDeletion']],
    ['not where the statement is about a key of its own account too', handshake({
      keyPolicy: [give('kms:Decrypt')], iam: [{ Action: ['kms:Decrypt', 'kms:ScheduleKeyDeletion'], Resource: [KEY_ARN, OTHER_KEY.replace(OWN, EXT)] }],
    }), []],
    ['actions that take no key, in a key policy (KMS permissions reference, "Policy type")', handshake({ keyPolicy: [give(['kms:Decrypt', 'kms:ListKeys', 'kms:RetireGrant'])], iam: [{ Action: 'kms:Decrypt' }] }),
      ['producer: kms:ListKeys', 'producer: kms:RetireGrant']],
    ['actions that take no resource, limited to a key', handshake({ keyPolicy: [give('kms:Decrypt')], iam: [{ Action: ['kms:Decrypt', 'kms:GenerateRandom'] }] }), ['consumer: kms:GenerateRandom']],
    ['not with a star for the resource', handshake({ keyPolicy: [give('kms:Decrypt')], iam: [{ Action: 'kms:Decrypt' }, { Action: 'kms:GenerateRandom', Resource: '*' }] }), []],
    ['actions of other services in a key policy', handshake({ keyPolicy: [give(['kms:Decrypt', 's3:GetObject'])], iam: [{ Action: 'kms:Decrypt' }] }), ['producer: s3:GetObject']],
    ['not a star, which means kms:*', handshake({ keyPolicy: [give('*', { AWS: rootOf(OWN) })], owner: false }), []],
    ['actions that the type of the key does not have (KMS Developer Guide, symm-asymm-compare)', typed(['kms:Decrypt', 'kms:Sign']), ['consumer: kms:Sign', 'producer: kms:Sign']],
    ['not wildcards of which a part works', typed(['kms:Decrypt', 'kms:Generate*']), []],
    ['not names that AWS may have and we do not know', handshake({ keyPolicy: [give(['kms:Decrypt', 'kms:DecryptNow'])], iam: [{ Action: 'kms:Decrypt' }] }), []],
    // What the other half never gives
    ['actions that the key policy gives nobody of the account', handshake({ keyPolicy: [give('kms:Decrypt')], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }), ['consumer: kms:Encrypt']],
    ['not where another role of the account has them: the policy can be attached to it', handshake({
      keyPolicy: [give('kms:Decrypt', { AWS: roleOf(EXT) }), give('kms:Encrypt', { AWS: roleOf(EXT, 'Other') })], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }], others: OTHER_ROLE,
    }), []],
    ['not where everybody of the account may be let in', handshake({
      keyPolicy: [give('kms:Decrypt', { AWS: roleOf(EXT) }), { ...give('kms:Encrypt', '*'), Condition: { StringEquals: { 'kms:CallerAccount': EXT, 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }],
      iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'], Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' } } }],
    }), []],
    ['not where the statement is about another key too', handshake({ keyPolicy: [give('kms:Decrypt')], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: [KEY_ARN, OTHER_KEY] }] }), []],
    ['not where a placeholder may be the action', handshake({ keyPolicy: [give(['kms:Decrypt', 'kms:${more}'])], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }), []],
    ['what a Deny of the key policy takes from the whole account', handshake({
      keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt']), { Effect: 'Deny', ...give('kms:Encrypt') }], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }],
    }), ['consumer: kms:Encrypt']],
    ['not what it takes from one role', handshake({
      keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt']), { Effect: 'Deny', ...give('kms:Encrypt', { AWS: roleOf(EXT) }) }], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }],
    }), []],
    ['what a Deny of the same IAM policy takes', handshake({ keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt'])], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }, { Effect: 'Deny', Action: 'kms:Encrypt' }] }), ['consumer: kms:Encrypt']],
    ['what a key policy gives and denies the same role', handshake({ keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt'], { AWS: roleOf(OWN) }), { Effect: 'Deny', ...give('kms:Encrypt', { AWS: roleOf(OWN) }) }] }), ['producer: kms:Encrypt']],
    // One IAM policy in two accounts
    ['not what another account that has the policy is given', twoAccounts({ keyPolicy: [give('kms:Decrypt'), give(['kms:Decrypt', 'kms:Encrypt'], { AWS: rootOf(THIRD) })], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }, THIRD), []],
    ['what no account that has the policy is given', twoAccounts({ keyPolicy: [give('kms:Decrypt'), give('kms:Decrypt', { AWS: rootOf(THIRD) })], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }, THIRD), ['consumer: kms:Encrypt']],
    ['not what works in the account of the key, which has the policy too', twoAccounts({ keyPolicy: [give('kms:Decrypt')], iam: [{ Action: ['kms:Decrypt', 'kms:ScheduleKeyDeletion'] }] }, OWN), []],
    ['what works in neither of two other accounts', twoAccounts({ keyPolicy: [give('kms:Decrypt'), give('kms:Decrypt', { AWS: rootOf(THIRD) })], iam: [{ Action: ['kms:Decrypt', 'kms:ScheduleKeyDeletion'] }] }, THIRD), ['consumer: kms:ScheduleKeyDeletion']],
    ['not what a Deny takes from one of two accounts', twoAccounts({
      keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt'], { AWS: [rootOf(EXT), rootOf(THIRD)] }), { Effect: 'Deny', ...give('kms:Encrypt') }], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }],
    }, THIRD), []],
    ['what a Deny takes from both', twoAccounts({
      keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt'], { AWS: [rootOf(EXT), rootOf(THIRD)] }), { Effect: 'Deny', ...give('kms:Encrypt', { AWS: [rootOf(EXT), rootOf(THIRD)] }) }], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }],
    }, THIRD), ['consumer: kms:Encrypt']],
    // Given in vain, and said twice
    ['actions that no IAM policy of the account uses', handshake({ keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt'])], iam: [{ Action: 'kms:Decrypt' }] }), ['producer: kms:Encrypt']],
    ['actions that another value of the statement covers', handshake({ keyPolicy: [give('kms:*')], iam: [{ Action: ['kms:ReEncrypt*', 'kms:ReEncryptFrom'] }] }), ['consumer: kms:ReEncryptFrom']],
    ['nothing where both halves fit', handshake({ keyPolicy: [give(['kms:Decrypt', 'kms:DescribeKey'])], iam: [{ Action: ['kms:Decrypt', 'kms:DescribeKey'] }] }), []],
  ];
  for (const [what, files, expected] of cases) it(what, () => assert.deepEqual(faded(files), expected));

  it('follows when the policy is attached in another account, or there no more', () => {
    const half = { keyPolicy: [give('kms:Decrypt'), give(['kms:Decrypt', 'kms:Encrypt'], { AWS: rootOf(THIRD) })], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] };
    const [one, both] = [handshake(half), twoAccounts(half, THIRD)].map((files) => textOf(files['kms-handshake.json'] ?? ''));
    let { workspace, analysis } = analysisOf(Object.fromEntries(Object.entries(handshake(half)).map(([path, content]) => [path, textOf(content)])));
    const fadedThen = (declared = ''): number => {
      workspace = updateWorkspace(workspace, [{ put: { uri: uriOf('kms-handshake.json'), text: declared } }]);
      analysis = analyse(workspace, analysis);
      return [...analysis.byFile.values()].flat().filter(({ unnecessary }) => unnecessary).length;
    };
    assert.deepEqual([one, both, one].map(fadedThen), [1, 0, 1]);
  });

  it('goes with no fix that would take from the other account what it uses', () => {
    const shared = { keyPolicy: [give('kms:Decrypt'), give(['kms:Decrypt', 'kms:Encrypt'], { AWS: rootOf(THIRD) })], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] };
    const own = { keyPolicy: [give('kms:Decrypt')], iam: [{ Action: ['kms:Decrypt', 'kms:ScheduleKeyDeletion'] }] };
    const removals = (files: HandshakeFiles, code: string) => fixesOf(files, code).filter(({ title }) => title.startsWith('Remove ')).length;
    assert.deepEqual([handshake(shared), twoAccounts(shared, THIRD)].map((files) => removals(files, 'action-not-allowed-by-key-policy')), [1, 0]);
    assert.deepEqual([handshake(own), twoAccounts(own, OWN)].map((files) => removals(files, 'cross-account-unsupported-action')), [1, 0]);
  });

  /** The IAM policy is attached to a role of that account too. */
  function twoAccounts(half: Parameters<typeof handshake>[0], account: string): HandshakeFiles {
    const files = handshake(half);
    const declared = files['kms-handshake.json'] as { readonly identities: readonly object[] };
    return { ...files, 'kms-handshake.json': { ...declared, identities: [...declared.identities, { arn: roleOf(account, 'Twin'), policies: ['consumer/app.json'] }] } };
  }

  function typed(actions: readonly string[]): HandshakeFiles {
    const files = handshake({ keyPolicy: [give(actions)], iam: [{ Action: actions }] });
    return { ...files, 'kms-handshake.json': { ...files['kms-handshake.json'] as object, keys: [{ arn: KEY_ARN, policy: 'producer/key-policy.json', keySpec: 'SYMMETRIC_DEFAULT' }] } };
  }
});
