import * as assert from 'node:assert/strict';
import { EXT, KEY_ARN, OWN, roleOf, rootOf } from '../support/access';
import { textOf } from '../support/check';
import { handshake, type HandshakeFiles } from '../support/handshake';
import { analysisOf, pathOf } from '../support/workspace';

/** The texts that are shown faded, as `file: text`, whatever the rule. */
function faded(files: HandshakeFiles): string[] {
  const texts = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textOf(content)]));
  return [...analysisOf(texts).analysis.byFile.values()].flat().filter(({ unnecessary }) => unnecessary)
    .map(({ at: { uri, span } }) => `${pathOf(uri).replace(/\/.*/, '')}: ${(texts[pathOf(uri)] ?? '').slice(span.start, span.end).replaceAll('"', '')}`).sort();
}

const give = (Action: unknown, Principal: unknown = { AWS: rootOf(EXT) }) => ({ Principal, Action });
const OTHER_KEY = KEY_ARN.replace('1234abcd', '9999abcd');
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
    // Given in vain, and said twice
    ['actions that no IAM policy of the account uses', handshake({ keyPolicy: [give(['kms:Decrypt', 'kms:Encrypt'])], iam: [{ Action: 'kms:Decrypt' }] }), ['producer: kms:Encrypt']],
    ['actions that another value of the statement covers', handshake({ keyPolicy: [give('kms:*')], iam: [{ Action: ['kms:ReEncrypt*', 'kms:ReEncryptFrom'] }] }), ['consumer: kms:ReEncryptFrom']],
    ['nothing where both halves fit', handshake({ keyPolicy: [give(['kms:Decrypt', 'kms:DescribeKey'])], iam: [{ Action: ['kms:Decrypt', 'kms:DescribeKey'] }] }), []],
  ];
  for (const [what, files, expected] of cases) it(what, () => assert.deepEqual(faded(files), expected));

  function typed(actions: readonly string[]): HandshakeFiles {
    const files = handshake({ keyPolicy: [give(actions)], iam: [{ Action: actions }] });
    return { ...files, 'kms-handshake.json': { ...files['kms-handshake.json'] as object, keys: [{ arn: KEY_ARN, policy: 'producer/key-policy.json', keySpec: 'SYMMETRIC_DEFAULT' }] } };
  }
});
