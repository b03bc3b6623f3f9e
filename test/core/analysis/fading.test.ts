import * as assert from 'node:assert/strict';
import { analyse } from '../../../server/src/core/analysis/analyse';
import { updateWorkspace } from '../../../server/src/core/workspace/workspace';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn } from '../../support/fixtures';
import { fixesWithCode, textOf } from '../../support/expect-findings';
import { handshakeFiles, type HandshakeFiles } from '../../support/handshake-files';
import { analysisOfWorkspaceTexts, pathOfUri, uriOfPath } from '../../support/workspace-from-texts';

/** The texts that are shown faded, as `file: text`, whatever the rule. */
function faded(files: HandshakeFiles): string[] {
  const texts = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textOf(content)]));
  return [...analysisOfWorkspaceTexts(texts).analysis.findingsByFile.values()].flat().filter(({ unnecessary }) => unnecessary)
    .map(({ at: { uri, span } }) => `${pathOfUri(uri).replace(/\/.*/, '')}: `
      + (texts[pathOfUri(uri)] ?? '').slice(span.start, span.end).replaceAll('"', '')).sort();
}

const give = (Action: unknown, Principal: unknown = { AWS: rootArn(CONSUMER) }) => ({ Principal, Action });
const OTHER_KEY = KEY_ARN.replace('1234abcd', '9999abcd');
const THIRD = '777788889999';
const OTHER_ROLE = { 'consumer/other.json': { identityArn: roleArn(CONSUMER, 'Other'), policy: [{ Action: 'kms:Encrypt' }] } };

describe('fading: text without effect', () => {
  const cases: readonly (readonly [what: string, files: HandshakeFiles, expected: readonly string[]])[] = [
    // Actions that cannot work
    ['actions of the owner\'s account only, given to another (KMS permissions reference, "Cross-account use")',
      handshakeFiles({ keyPolicy: [give(['kms:Decrypt', 'kms:PutKeyPolicy'])], identityPolicy: [{ Action: 'kms:Decrypt' }] }), [
      'producer: kms:PutKeyPolicy',
    ]],
    ['not where the owner is meant too',
      handshakeFiles({
        keyPolicy: [give(['kms:Decrypt', 'kms:PutKeyPolicy'], { AWS: [rootArn(CONSUMER), roleArn(OWNER)] })],
        identityPolicy: [{ Action: 'kms:Decrypt' }],
      }), []],
    ['such actions in the IAM policy of another account',
      handshakeFiles({ keyPolicy: [give('kms:Decrypt')], identityPolicy: [{ Action: ['kms:Decrypt', 'kms:ScheduleKeyDeletion'] }] }), [
      'consumer: kms:ScheduleKeyDeletion',
    ]],
    ['not where the statement is about a key of its own account too', handshakeFiles({
      keyPolicy: [give('kms:Decrypt')],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:ScheduleKeyDeletion'],
        Resource: [KEY_ARN, OTHER_KEY.replace(OWNER, CONSUMER)] }],
    }), []],
    ['actions that take no key, in a key policy (KMS permissions reference, "Policy type")',
      handshakeFiles({ keyPolicy: [give(['kms:Decrypt', 'kms:ListKeys', 'kms:RetireGrant'])],
        identityPolicy: [{ Action: 'kms:Decrypt' }] }), ['producer: kms:ListKeys', 'producer: kms:RetireGrant']],
    ['actions that take no resource, limited to a key',
      handshakeFiles({ keyPolicy: [give('kms:Decrypt')], identityPolicy: [{ Action: ['kms:Decrypt', 'kms:GenerateRandom'] }] }), [
      'consumer: kms:GenerateRandom',
    ]],
    ['not with a star for the resource',
      handshakeFiles({ keyPolicy: [give('kms:Decrypt')],
        identityPolicy: [{ Action: 'kms:Decrypt' }, { Action: 'kms:GenerateRandom', Resource: '*' }] }), []],
    ['actions of other services in a key policy',
      handshakeFiles({ keyPolicy: [give(['kms:Decrypt', 's3:GetObject'])], identityPolicy: [{ Action: 'kms:Decrypt' }] }), [
      'producer: s3:GetObject',
    ]],
    ['not a star, which means kms:*',
      handshakeFiles({ keyPolicy: [give('*', { AWS: rootArn(OWNER) })], withOwnerStatement: false }), []],
    ['actions that the type of the key does not have (KMS Developer Guide, symm-asymm-compare)', typed(['kms:Decrypt', 'kms:Sign']), [
      'consumer: kms:Sign',
      'producer: kms:Sign',
    ]],
    ['not wildcards of which a part works', typed(['kms:Decrypt', 'kms:Generate*']), []],
    ['not names that AWS may have and we do not know',
      handshakeFiles({ keyPolicy: [give(['kms:Decrypt', 'kms:DecryptNow'])], identityPolicy: [{ Action: 'kms:Decrypt' }] }), []],
    // What the other half never gives
    ['actions that the key policy gives nobody of the account',
      handshakeFiles({ keyPolicy: [give('kms:Decrypt')], identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }), [
      'consumer: kms:Encrypt',
    ]],
    ['not where another role of the account has them: the policy can be attached to it', handshakeFiles({
      keyPolicy: [give('kms:Decrypt', { AWS: roleArn(CONSUMER) }),
        give('kms:Encrypt', { AWS: roleArn(CONSUMER, 'Other') })],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }],
      others: OTHER_ROLE,
    }), []],
    ['not where everybody of the account may be let in', handshakeFiles({
      keyPolicy: [give('kms:Decrypt', { AWS: roleArn(CONSUMER) }), { ...give('kms:Encrypt', '*'),
        Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER, 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'],
        Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' } } }],
    }), []],
    ['not where the statement is about another key too',
      handshakeFiles({ keyPolicy: [give('kms:Decrypt')],
        identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: [KEY_ARN, OTHER_KEY] }] }), []],
    ['not where a placeholder may be the action',
      handshakeFiles({ keyPolicy: [give(['kms:Decrypt', 'kms:${more}'])], identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }),
      []],
    ['what a Deny of the key policy takes from the whole account', handshakeFiles({
      keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt']), { Effect: 'Deny', ...give('kms:Encrypt') }],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }],
    }), ['consumer: kms:Encrypt']],
    ['not what it takes from one role', handshakeFiles({
      keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt']), { Effect: 'Deny', ...give('kms:Encrypt', { AWS: roleArn(CONSUMER) }) }],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }],
    }), []],
    ['what a Deny of the same IAM policy takes',
      handshakeFiles({ keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt'])],
        identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }, { Effect: 'Deny', Action: 'kms:Encrypt' }] }), [
      'consumer: kms:Encrypt',
    ]],
    ['what a key policy gives and denies the same role',
      handshakeFiles({
        keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt'], { AWS: roleArn(OWNER) }), { Effect: 'Deny',
          ...give('kms:Encrypt', { AWS: roleArn(OWNER) }) }],
      }), ['producer: kms:Encrypt']],
    // One IAM policy in two accounts
    ['not what another account that has the policy is given',
      twoAccounts({ keyPolicy: [give('kms:Decrypt'), give(['kms:Decrypt', 'kms:Encrypt'], { AWS: rootArn(THIRD) })],
        identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }, THIRD), []],
    ['what no account that has the policy is given',
      twoAccounts({ keyPolicy: [give('kms:Decrypt'), give('kms:Decrypt', { AWS: rootArn(THIRD) })],
        identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }, THIRD), ['consumer: kms:Encrypt']],
    ['not what works in the account of the key, which has the policy too',
      twoAccounts({ keyPolicy: [give('kms:Decrypt')], identityPolicy: [{ Action: ['kms:Decrypt', 'kms:ScheduleKeyDeletion'] }] },
        OWNER), []],
    ['what works in neither of two other accounts',
      twoAccounts({ keyPolicy: [give('kms:Decrypt'), give('kms:Decrypt', { AWS: rootArn(THIRD) })],
        identityPolicy: [{ Action: ['kms:Decrypt', 'kms:ScheduleKeyDeletion'] }] }, THIRD), ['consumer: kms:ScheduleKeyDeletion']],
    ['not what a Deny takes from one of two accounts', twoAccounts({
      keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt'], { AWS: [rootArn(CONSUMER), rootArn(THIRD)] }), { Effect: 'Deny',
        ...give('kms:Encrypt') }],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }],
    }, THIRD), []],
    ['what a Deny takes from both', twoAccounts({
      keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt'], { AWS: [rootArn(CONSUMER), rootArn(THIRD)] }), { Effect: 'Deny',
        ...give('kms:Encrypt', { AWS: [rootArn(CONSUMER), rootArn(THIRD)] }) }],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }],
    }, THIRD), ['consumer: kms:Encrypt']],
    // Given in vain, and said twice
    ['actions that no IAM policy of the account uses',
      handshakeFiles({ keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt'])], identityPolicy: [{ Action: 'kms:Decrypt' }] }), [
      'producer: kms:Encrypt',
    ]],
    ['actions that another value of the statement covers',
      handshakeFiles({ keyPolicy: [give('kms:*')], identityPolicy: [{ Action: ['kms:ReEncrypt*', 'kms:ReEncryptFrom'] }] }), [
      'consumer: kms:ReEncryptFrom',
    ]],
    ['nothing where both halves fit',
      handshakeFiles({ keyPolicy: [give(['kms:Decrypt', 'kms:DescribeKey'])],
        identityPolicy: [{ Action: ['kms:Decrypt', 'kms:DescribeKey'] }] }), []],
  ];
  for (const [what, files, expected] of cases) it(what, () => assert.deepEqual(faded(files), expected));

  it('follows when the policy is attached in another account, or there no more', () => {
    const half = { keyPolicy: [give('kms:Decrypt'), give(['kms:Decrypt', 'kms:Encrypt'], { AWS: rootArn(THIRD) })],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] };
    const [name, both] = [handshakeFiles(half), twoAccounts(half, THIRD)].map((files) => textOf(files['kms-handshake.json'] ?? ''));
    let { workspace, analysis } = analysisOfWorkspaceTexts(
      Object.fromEntries(Object.entries(handshakeFiles(half)).map(([path, content]) => [path, textOf(content)])),
    );
    const fadedThen = (declared = ''): number => {
      const update = updateWorkspace(workspace, [{ put: { uri: uriOfPath('kms-handshake.json'), text: declared } }]);
      workspace = update.workspace;
      analysis = analyse(workspace, { previous: analysis, delta: update.delta });
      return [...analysis.findingsByFile.values()].flat().filter(({ unnecessary }) => unnecessary).length;
    };
    assert.deepEqual([name, both, name].map(fadedThen), [1, 0, 1]);
  });

  it('goes with no fix that would take from the other account what it uses', () => {
    const shared = { keyPolicy: [give('kms:Decrypt'), give(['kms:Decrypt', 'kms:Encrypt'], { AWS: rootArn(THIRD) })],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] };
    const own = { keyPolicy: [give('kms:Decrypt')], identityPolicy: [{ Action: ['kms:Decrypt', 'kms:ScheduleKeyDeletion'] }] };
    const removals = (files: HandshakeFiles, code: string) =>
      fixesWithCode(files, code).filter(({ title }) => title.startsWith('Remove ')).length;
    assert.deepEqual(
      [handshakeFiles(shared), twoAccounts(shared, THIRD)].map((files) => removals(files, 'action-not-allowed-by-key-policy')),
      [1, 0],
    );
    assert.deepEqual(
      [handshakeFiles(own), twoAccounts(own, OWNER)].map((files) => removals(files, 'cross-account-unsupported-action')),
      [1, 0],
    );
  });

  /** The IAM policy is attached to a role of that account too. */
  function twoAccounts(half: Parameters<typeof handshakeFiles>[0], account: string): HandshakeFiles {
    const files = handshakeFiles(half);
    const declared = files['kms-handshake.json'] as { readonly identities: readonly object[] };
    return { ...files,
      'kms-handshake.json': { ...declared,
        identities: [...declared.identities, { arn: roleArn(account, 'Twin'), policies: ['consumer/app.json'] }] } };
  }

  function typed(actions: readonly string[]): HandshakeFiles {
    const files = handshakeFiles({ keyPolicy: [give(actions)], identityPolicy: [{ Action: actions }] });
    return { ...files,
      'kms-handshake.json': { ...files['kms-handshake.json'] as object,
        keys: [{ arn: KEY_ARN, policy: 'producer/key-policy.json', keySpec: 'SYMMETRIC_DEFAULT' }] } };
  }
});
