/** Statements that never apply, by conditions that are certainly false: one mistake is one finding (docs/aws-rules.md 8). */
import assert from 'node:assert';
import { CONSUMER, OWNER, roleArn, rootArn } from '../support/fixtures';
import { findingLines } from '../support/expect-findings';
import { handshakeFiles, type HandshakeFiles } from '../support/handshake-files';

const ROLE = roleArn(CONSUMER);
const CONTEXT = { Condition: { StringEquals: { 'kms:EncryptionContext:app': 'reports' } } };
const lets = (Action: string | readonly string[], more: object = {}): Record<string, unknown> => ({ Sid: 'Reader', Principal: { AWS: ROLE },
  Action, ...more });
/** All but hints. */
const findings = (files: HandshakeFiles): string[] => findingLines(files).filter((line) => !line.includes(' hint '));
const only = (files: HandshakeFiles, expected: readonly string[]): void => assert.deepEqual(findings(files).sort(), [...expected].sort());

describe('statements that never apply: one mistake is a single finding', () => {
  it('an action without the condition\'s key is not requested (KMS Developer Guide, kms-api-permissions-reference)', () => {
    const asks = { Action: ['kms:Encrypt', 'kms:Sign'] };
    const at = 'consumer/app.json warning condition-key-not-applicable "\\"kms:EncryptionContext:app\\""';
    only(handshakeFiles({ keyPolicy: [lets('kms:Encrypt')], identityPolicy: [{ ...asks, ...CONTEXT }] }), [at]);
    only(
      handshakeFiles({ keyPolicy: [lets('kms:Encrypt', { Principal: { AWS: rootArn(CONSUMER) } })],
        identityPolicy: [{ ...asks, ...CONTEXT }] }),
      [at],
    );
    // Without the condition it is asked for.
    only(handshakeFiles({ keyPolicy: [lets('kms:Encrypt')], identityPolicy: [asks] }), [
      'consumer/app.json error action-not-allowed-by-key-policy "\\"kms:Sign\\""',
    ]);
  });

  it('nor where all of the statement lacks the key', () => {
    only(
      handshakeFiles({ keyPolicy: [lets('kms:Encrypt')], identityPolicy: [{ Action: 'kms:Encrypt' }, { Action: 'kms:Sign', ...CONTEXT }] }),
      ['consumer/app.json error condition-key-not-applicable "\\"kms:EncryptionContext:app\\""'],
    );
    only(handshakeFiles({ keyPolicy: [], identityPolicy: [{ Action: 'kms:Sign', ...CONTEXT }] }), [
      'consumer/app.json error condition-key-not-applicable "\\"kms:EncryptionContext:app\\""',
    ]);
  });

  it('an account or ARN that excludes the principal allows no one (KMS Developer Guide, conditions-kms)', () => {
    const excluded = [
      { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${CONSUMER}:role/team/reports/*` } },
      { StringEquals: { 'aws:PrincipalAccount': OWNER } }, { StringEquals: { 'kms:CallerAccount': OWNER } },
    ];
    const other = [{ Action: 'sqs:SendMessage', Resource: '*' }];
    for (const condition of excluded) {
      const files = handshakeFiles({ keyPolicy: [lets('kms:Decrypt', { Condition: condition })], identityPolicy: other });
      assert.deepEqual(findings(files).map((line) => line.split(' ').slice(0, 3).join(' ')), [
        'producer/key-policy.json error caller-account-excludes-principal',
      ], JSON.stringify(condition));
    }
    only(handshakeFiles({ keyPolicy: [lets('kms:Decrypt')], identityPolicy: other }), ['producer/key-policy.json warning '
      + `identity-policy-missing ${JSON.stringify(JSON.stringify(ROLE))}`]);
  });

  it('a Region that the key is not in allows no one (KMS Developer Guide, kms:ViaService)', () => {
    const elsewhere = { Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } } };
    const codes = findings(
      handshakeFiles({ keyPolicy: [lets('kms:Decrypt', elsewhere)], identityPolicy: [{ Action: 'sqs:SendMessage', Resource: '*' }] }),
    ).map((line) => line.split(' ')[2]);
    assert.deepEqual(codes, ['region-mismatch']);
  });

  it('a type of keys with which the action does not work is reported there alone (KMS Developer Guide, kms:KeyUsage)', () => {
    const signing = { Condition: { StringEquals: { 'kms:KeyUsage': 'SIGN_VERIFY' } } };
    const spec = { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' };
    const declared = (files: HandshakeFiles): HandshakeFiles => {
      const manifest = files['kms-handshake.json'] as { readonly keys: readonly object[] };
      return { ...files, 'kms-handshake.json': { ...manifest, keys: manifest.keys.map((key) => ({ ...key, ...spec })) } };
    };
    only(declared(handshakeFiles({ keyPolicy: [lets('kms:Decrypt', signing)], identityPolicy: [{ Action: 'kms:Decrypt' }] })), [
      'producer/key-policy.json error key-type-action-mismatch "\\"kms:Decrypt\\""',
    ]);
    only(declared(handshakeFiles({ keyPolicy: [lets('kms:Decrypt')], identityPolicy: [{ Action: 'kms:Decrypt', ...signing }] })), [
      'consumer/app.json error key-type-action-mismatch "\\"kms:Decrypt\\""',
    ]);
    // Without the condition the pair works.
    only(declared(handshakeFiles({ keyPolicy: [lets('kms:Decrypt')], identityPolicy: [{ Action: 'kms:Decrypt' }] })), []);
  });

  it('conditions that exclude each other neither allow nor request anything (docs/aws-rules.md 4.4)', () => {
    const never = { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' }, Null: { 'kms:ViaService': 'true' } } };
    only(handshakeFiles({ keyPolicy: [lets('kms:Decrypt', never)], identityPolicy: [{ Action: 'sqs:SendMessage', Resource: '*' }] }), [
      'producer/key-policy.json error conditions-contradict "\\"kms:ViaService\\""',
    ]);
    only(
      handshakeFiles({ keyPolicy: [lets('kms:Encrypt')], identityPolicy: [{ Action: 'kms:Encrypt' }, { Action: 'kms:Sign', ...never }] }),
      ['consumer/app.json error conditions-contradict "\\"kms:ViaService\\""'],
    );
  });

  it('an IAM statement for another account, ARN or type than that of its role is reported there (IAM User Guide, '
    + 'reference_policies_condition-keys)', () => {
    for (const condition of [
      { StringEquals: { 'aws:PrincipalAccount': OWNER } }, { StringNotEquals: { 'aws:PrincipalAccount': CONSUMER } },
      { StringEqualsIfExists: { 'kms:CallerAccount': OWNER } },
      { ArnEquals: { 'aws:PrincipalArn': roleArn(CONSUMER, 'Other') } }, { StringEquals: { 'aws:PrincipalType': 'User' } },
      { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, { StringEquals: { 'aws:PrincipalServiceName': 's3.amazonaws.com' } },
      { StringEquals: { 'aws:username': 'Ann' } },
    ]) {
      const files = handshakeFiles({ keyPolicy: [lets('kms:Decrypt')], identityPolicy: [{ Action: 'kms:Decrypt', Condition: condition }] });
      assert.deepEqual(findings(files).map((line) => line.split(' ').slice(0, 3).join(' ')), [
        'consumer/app.json error caller-account-excludes-principal',
      ], JSON.stringify(condition));
    }
    only(
      handshakeFiles({ keyPolicy: [lets('kms:Decrypt')],
        identityPolicy: [{ Action: 'kms:Decrypt', Condition: { StringEquals: { 'aws:PrincipalAccount': CONSUMER } } }] }),
      [],
    );
  });
});
