import * as assert from 'node:assert/strict';
import { hoverAtCursor, hoverOnWord } from '../../../support/hover';
import { textOf } from '../../../support/expect-findings';
import { statements, MANIFEST, files, inKey, inApp, withoutFindings } from './hover-files';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN, roleArn, rootArn } from '../../../support/fixtures';

describe('editor/hover: actions', () => {
  it('tell what they do, level, reach, key types, condition keys, the verdict with its places, and AWS\'s page', () => {
    const { hoveredText, text, markdown } = hoverOnWord(files({}), 'consumer/app.json', '"kms:Decrypt"');
    assert.equal(hoveredText, '"kms:Decrypt"');
    assert.equal(text, [
      'kms:Decrypt: decrypts what was encrypted under the key, encrypted data keys above all.', '',
      'role/App on alias/app: Allowed: the key policy (owner/key.json:20) allows kms:Decrypt for role/App of account 444455556666, and '
        + 'the IAM policy (consumer/app.json:8) allows it.', '',
      '- Access level Write, on a key, works across accounts',
      '- Key types: symmetric, asymmetric for encryption',
      '- Condition keys: kms:EncryptionAlgorithm, kms:RequestAlias, kms:EncryptionContext:…, kms:EncryptionContextKeys, '
        + 'kms:RecipientAttestation:… and those of every action on a key',
      '- A grant can give it', '',
      'AWS KMS API: Decrypt: https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html',
    ].join('\n'));
    assert.match(markdown, /\[owner\/key\.json:20\]\(<file:\/\/\/workspace\/owner\/key\.json#L20>\)/);
  });

  it('say that they do not work across accounts, or in a key policy', () => {
    assert.match(hoverOnWord(withoutFindings(files({}, { Action: 'kms:DisableKey' })), 'consumer/app.json', '"kms:DisableKey"').text,
      /Denied: kms:DisableKey does not work across accounts/);
    assert.match(inKey('"kms:ListKeys"', { Action: 'kms:ListKeys' }), /\nWithout effect in a key policy[^]*on no resource/);
    const inKeyPolicy = withoutFindings(files({ Action: ['kms:Decrypt', 'kms:DisableKey'] }));
    assert.match(hoverOnWord(inKeyPolicy, 'owner/key.json', '"kms:DisableKey"').text, /does not work across accounts/);
  });

  it('leave to a finding at the same place what it says, and tell the rest', () => {
    const all = files({}, { Action: ['kms:Decrypt', 'kms:Encrypt'] });
    const onEncrypt = (texts: Record<string, string>): string => hoverOnWord(texts, 'consumer/app.json', '"kms:Encrypt"').text;
    assert.doesNotMatch(onEncrypt(all), /Denied|role\/App/);
    assert.match(onEncrypt(all), /^kms:Encrypt: encrypts [^]*\n- Access level Write/);
    assert.match(onEncrypt(withoutFindings(all)),
      /role\/App on alias\/app: Denied: the key policy \(owner\/key\.json:\d+\) allows only/);
    assert.match(hoverOnWord(all, 'consumer/app.json', '"kms:Decrypt"').text, /role\/App on alias\/app: Allowed/);
    const twoRoles = textOf({ ...JSON.parse(MANIFEST) as object,
      identities: [ROLE_ARN, roleArn(CONSUMER, 'Other')].map((arn) => ({ arn, policies: ['consumer/app.json'] })) });
    assert.match(onEncrypt({ ...all, 'kms-handshake.json': twoRoles }), /role\/App[^\n]*Denied[^]*role\/Other[^\n]*Denied/,
      'a finding is about one identity');
  });

  it('of one verdict for many identities are only the first', () => {
    const consumers = Object.fromEntries(
      Array.from({ length: 6 },
        (_, i) => [`consumer/role/R${i}/p.json`, statements({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN })]),
    );
    const manifest = textOf({
      ...JSON.parse(MANIFEST) as object,
      identities: Array.from({ length: 6 },
        (_, i) => ({ arn: `arn:aws:iam::444455556666:role/R${i}`, policies: [`consumer/role/R${i}/p.json`] })),
    });
    const all = { ...files({ Principal: { AWS: CONSUMER } }), ...consumers, 'kms-handshake.json': manifest };
    assert.match(hoverOnWord(all, 'owner/key.json', '"kms:Decrypt"').text, /role\/R2 on alias\/app: Allowed[^\n]*\n\n[1-9] more\n/);
  });

  it('take a policy without a known identity for one of those that its verdicts suppose, as the lines above do', () => {
    const all = { ...files({}, { Action: ['kms:Decrypt', 'kms:DescribeKey'] }),
      'kms-handshake.json': textOf({ keys: [{ arn: KEY_ARN, policy: 'owner/key.json' }] }) };
    assert.match(hoverOnWord(all, 'owner/key.json', 'role/App').text, /whoever has the policy \(consumer\/app\.json\): 2 actions work/);
    assert.match(hoverOnWord(all, 'owner/key.json', '"kms:Decrypt"').text, /whoever has the policy on 1234abcd-[^ ]+: Allowed/);
    assert.match(hoverOnWord(all, 'owner/key.json', ':root').text, /No IAM policy of the account in the workspace uses this key/,
      'it is the consumer\'s');
    assert.match(hoverOnWord(all, 'owner/key.json', '"kms:*"').text,
      /Left to IAM policies, of which the workspace has none for this \(46\)/);
  });

  it('that KMS does not have say nothing, and those of other services are not ours', () => {
    assert.match(inKey('"kms:Foo"', { Action: ['kms:Foo', 'kms:Decrypt'] }), /no action of this name/);
    const other = files({}, { Action: ['s3:Get|Object', 'kms:Decrypt'], Resource: '*' });
    assert.equal(hoverAtCursor(other), undefined);
  });

  it('in NotAction are those that are left out', () => {
    const deny = { Effect: 'Deny', Action: undefined, NotAction: ['kms:Decrypt', 'kms:Describe*'] };
    assert.match(inKey('"kms:Decrypt"', deny), /denies everything but what is in NotAction/);
    assert.match(inKey('"kms:Describe*"', deny), /DescribeCustomKeyStores, DescribeKey\n\nThis statement denies everything but/);
  });
});

describe('editor/hover: wildcards', () => {
  it('in an IAM policy are divided by what the key policy gives, what works across accounts, and what takes no key', () => {
    assert.equal(inApp('"kms:De*"'), [
      'kms:De*: 8 actions of AWS KMS, and future actions that match', '',
      '- Work now (2): Decrypt, DescribeKey',
      '- Do not work across accounts (2): DeleteAlias, DeleteImportedKeyMaterial',
      '- Not allowed by the key policy (2): Decapsulate, DeriveSharedSecret',
      '- Without effect here: they work without a key and need "Resource": "*" (2): DeleteCustomKeyStore, DescribeCustomKeyStores',
    ].join('\n'));
  });

  it('in a key policy by what the other half requests, what works for these principals, and what a key policy cannot give', () => {
    assert.equal(inKey('"kms:De*"', { Action: 'kms:De*' }), [
      'kms:De*: 6 actions on a key, and future actions that match', '',
      '- Work now (4): Decapsulate, Decrypt, DeriveSharedSecret, DescribeKey',
      '- Do not work across accounts (2): DeleteAlias, DeleteImportedKeyMaterial',
      '- Without effect in a key policy, which is about one key (2): DeleteCustomKeyStore, DescribeCustomKeyStores',
    ].join('\n'));
    assert.match(inKey('"kms:Re*"', { Action: 'kms:Re*' }),
      /Given by no IAM policy in the workspace, and they need one too \(\d\): ReEncryptFrom, ReEncryptTo/);
  });

  it('name what only a grant gives', () => {
    assert.match(inApp('"kms:Ret*"', { Action: 'kms:Ret*' }), /- Only a grant gives it \(1\): RetireGrant$/);
  });

  it('under conditions work under conditions', () => {
    assert.match(inApp('"kms:De*"', {}, { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }),
      /Work under conditions \(2\): Decrypt, DescribeKey/);
  });

  it('under conditions that exclude each other are denied, with both conditions (IAM User Guide, '
    + 'reference_policies_condition-logic-multiple-context-keys-or-values)', () => {
    const via = (service: string): object => ({ Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } } });
    const contradiction =
      /Denied: the key policy \(owner\/key\.json:\d+\) allows kms:Decrypt only if kms:ViaService StringEquals s3\.us-west-2\.amazonaws\.com and the IAM policy \(consumer\/app\.json:\d+\) allows kms:Decrypt only if kms:ViaService StringEquals sqs\.us-west-2\.amazonaws\.com: no request meets both\./;
    assert.match(inApp('"kms:Decrypt"', via('sqs'), via('s3')), contradiction);
    assert.doesNotMatch(inApp('"kms:Decrypt"', via('s3'), via('s3')), /no request meets both/);
  });

  it('of a service are divided by the key policy alone', () => {
    assert.match(inKey('"kms:Gen*"', { Principal: { Service: 'logs.us-west-2.amazonaws.com' }, Action: 'kms:Gen*' }), /Work now \(5\)/);
    assert.match(inKey('"kms:Encrypt"', { Principal: { Service: 'logs.us-west-2.amazonaws.com' }, Action: 'kms:Encrypt' }),
      /logs\.us-west-2\.amazonaws\.com on alias\/app: Allowed: the key policy \(owner\/key\.json:19\) gives kms:Encrypt to logs/);
  });

  it('are not divided where no identity is known: for accounts without policies, for unknown principals', () => {
    assert.doesNotMatch(inKey('"kms:De*"', { Effect: 'Deny', Action: 'kms:De*' }), /Work/);
    const lone = { 'app.json': statements({ Effect: 'Allow', Action: 'kms:De*', Resource: KEY_ARN }) };
    assert.match(hoverOnWord(lone, 'app.json', '"kms:De*"').text, /Unknown \(6\)/);
  });

  it('of all services name those of KMS', () => {
    assert.match(inApp('"*"', { Action: '*', Resource: KEY_ARN }), /every action of every service, the 58 of AWS KMS among them/);
  });
});

describe('editor/hover: principals', () => {
  it('tell what :root means, and whose IAM policies use the key', () => {
    assert.equal(
      inKey('"arn:aws:iam::444455556666:root"', { Principal: { AWS: rootArn(CONSUMER) } }).split('\n\nIAM User Guide')[0],
      [
        'Account 444455556666 (analytics): :root means the account as a whole, its IAM users and roles, not its root user alone.',
        'It is another account than the key\'s. By itself this gives no identity anything: '
        + 'an IAM policy of that account has to allow the same, on the ARN of this key.',
      '- role/App (consumer/app.json): 2 actions work, 4 blocked',
    ].join('\n\n'));
  });

  it('tell that the other half is missing, except of the owner, whom the key policy may serve by itself', () => {
    const onPrincipal = (principal: string, change = (texts: Record<string, string>) => texts): string =>
      hoverOnWord(change(files({ Principal: { AWS: principal } })), 'owner/key.json', `"${principal}"`).text;
    assert.match(onPrincipal('777788889999', withoutFindings),
      /The other half is missing: no IAM policy of the account in the workspace/);
    assert.doesNotMatch(onPrincipal('777788889999'), /half is missing/, 'the finding at the same place says it');
    assert.match(onPrincipal('arn:aws:iam::777788889999:role/X', withoutFindings),
      /The other half is missing: no IAM policy of role\/X of account 777788889999/);
    const owner = inKey('"arn:aws:iam::111122223333:root"');
    assert.match(owner, /leaves the decision to the IAM policies of the account/);
    assert.doesNotMatch(owner, /half is missing/);
    assert.match(inKey('"arn:aws:iam::111122223333:role/Admin"', { Principal: { AWS: roleArn(OWNER, 'Admin') } }),
      /needs no IAM policy\.\n\n- role\/Admin: 2 actions work/);
  });

  it('say what a service can do with the key as itself, under which conditions, and that it calls for others with their permissions (IAM '
    + 'User Guide, Forward access sessions)', () => {
    const Principal = { Service: 'cloudtrail.amazonaws.com' };
    const conditional = inKey('"cloudtrail.amazonaws.com"', { Principal, Action: ['kms:DescribeKey', 'kms:Decrypt'],
      Condition: { StringEquals: { 'aws:SourceAccount': OWNER } } });
    assert.match(conditional,
      /- Allowed under conditions: the key policy \(owner\/key\.json:\d+\) gives kms:Decrypt and kms:DescribeKey to cloudtrail\.amazonaws\.com by itself, if aws:SourceAccount StringEquals 111122223333\./);
    assert.match(conditional, /in a forward access session \(kms:ViaService\), the permissions of that user or role count instead/);
    const never = inKey('"cloudtrail.amazonaws.com"', { Principal,
      Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } });
    assert.match(never,
      /- Denied: the key policy .* only if kms:ViaService StringEquals s3\.us-west-2\.amazonaws\.com, which is never the case where cloudtrail\.amazonaws\.com calls as itself\./);
    assert.doesNotMatch(inKey('"cloudtrail.amazonaws.com"', { Principal, Effect: 'Deny' }), /forward access session/);
  });

  it('cover everyone, everyone of an account, services, sessions, and ids of deleted identities', () => {
    const everybody = (opening: object): string => {
      const all = files({ Principal: { AWS: '*' }, ...opening });
      return hoverAtCursor({ ...all, 'owner/key.json': (all['owner/key.json'] ?? '').replace('"AWS": "*"', '"AWS": "|*"') })?.text ?? '';
    };
    assert.match(everybody({}), /everybody, in every AWS account\.\n\nWithout any condition/);
    const limited = everybody({ Condition: { StringEquals: { 'kms:CallerAccount': '777788889999' } } });
    assert.match(limited, /limits it to account 777788889999\./);
    assert.doesNotMatch(limited, /role\/App/);
    assert.match(inKey('"logs.us-west-2.amazonaws.com"', { Principal: { Service: 'logs.us-west-2.amazonaws.com' } }),
      /calls with its own service principal; it needs no IAM policy/);
    assert.match(inKey('assumed-role/App/s1', { Principal: { AWS: 'arn:aws:sts::444455556666:assumed-role/App/s1' } }),
      /the one session s1 of the role App/);
    assert.match(inKey('"AIDACKCEVSQ6C2EXAMPLE"', { Principal: { AWS: 'AIDACKCEVSQ6C2EXAMPLE' } }), /left of a deleted user or role/);
  });

  it('of a Deny say what a Deny does', () => {
    const text = inKey('"444455556666"', { Effect: 'Deny', Principal: { AWS: CONSUMER } });
    assert.match(text, /every identity of it, whatever else allows the same/);
    assert.doesNotMatch(text, /half|works?,/);
  });
});
