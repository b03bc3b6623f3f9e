import * as assert from 'node:assert/strict';
import { hoverAtCursor, hoverOnWord } from '../../../support/hover';
import { textOf } from '../../../support/expect-findings';

const KEY = 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const APP = 'arn:aws:iam::444455556666:role/App';

const statements = (...all: readonly object[]): string => textOf({ Version: '2012-10-17', Statement: all });

const MANIFEST = textOf({
  keys: [{ arn: KEY, policy: 'owner/key.json', aliases: ['alias/app'], keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' }],
  identities: [{ arn: APP, policies: ['consumer/app.json'] }],
  accounts: { '111122223333': 'security', '444455556666': 'analytics' },
  organizations: { 'o-exampleorgid': ['111122223333', '444455556666'] },
  placeholders: [{ files: ['owner/**'], values: { other: '777788889999' } }],
});

const ROOT = { Sid: 'Root', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' };

/** The key lets the statement's principal in; the role App asks for Decrypt, and for what does not work. */
function files(opening: object, asking: object = {}): Record<string, string> {
  return {
    'kms-handshake.json': MANIFEST,
    'owner/key.json': statements(ROOT, { Sid: 'Open', Effect: 'Allow', Principal: { AWS: APP }, Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Resource: '*', ...opening }),
    'consumer/app.json': statements({ Sid: 'Use', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:De*'], Resource: KEY, ...asking }),
  };
}

const inKey = (word: string, opening: object = {}): string => hoverOnWord(files(opening), 'owner/key.json', word).text;
const inApp = (word: string, asking: object = {}, opening: object = {}): string =>
  hoverOnWord(files(opening, asking), 'consumer/app.json', word).text;

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
    assert.match(inApp('"kms:DisableKey"', { Action: 'kms:DisableKey' }), /Denied: kms:DisableKey does not work across accounts/);
    assert.match(inKey('"kms:ListKeys"', { Action: 'kms:ListKeys' }), /\nWithout effect in a key policy[^]*on no resource/);
    assert.match(inKey('"kms:DisableKey"', { Action: ['kms:Decrypt', 'kms:DisableKey'] }), /does not work across accounts/);
  });

  it('of one verdict for many identities are only the first', () => {
    const consumers = Object.fromEntries(
      Array.from({ length: 6 },
        (_, i) => [`consumer/role/R${i}/p.json`, statements({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY })]),
    );
    const manifest = textOf({
      ...JSON.parse(MANIFEST) as object,
      identities: Array.from({ length: 6 },
        (_, i) => ({ arn: `arn:aws:iam::444455556666:role/R${i}`, policies: [`consumer/role/R${i}/p.json`] })),
    });
    const all = { ...files({ Principal: { AWS: '444455556666' } }), ...consumers, 'kms-handshake.json': manifest };
    assert.match(hoverOnWord(all, 'owner/key.json', '"kms:Decrypt"').text, /role\/R2 on alias\/app: Allowed[^\n]*\n\n[1-9] more\n/);
  });

  it('take a policy that nobody is known to have for one of those that its verdicts suppose, as the lines above do', () => {
    const all = { ...files({}, { Action: ['kms:Decrypt', 'kms:DescribeKey'] }),
      'kms-handshake.json': textOf({ keys: [{ arn: KEY, policy: 'owner/key.json' }] }) };
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
      'kms:De*: 8 actions of AWS KMS, and those of the same form that come later', '',
      '- Work now (2): Decrypt, DescribeKey',
      '- Do not work across accounts (2): DeleteAlias, DeleteImportedKeyMaterial',
      '- Not allowed by the key policy (2): Decapsulate, DeriveSharedSecret',
      '- Without effect here: they work without a key and need "Resource": "*" (2): DeleteCustomKeyStore, DescribeCustomKeyStores',
    ].join('\n'));
  });

  it('in a key policy by what the other half asks for, what works for these principals, and what a key policy cannot give', () => {
    assert.equal(inKey('"kms:De*"', { Action: 'kms:De*' }), [
      'kms:De*: 6 actions on a key, and those of the same form that come later', '',
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

  it('are not divided where nobody is known: for accounts without policies, for what is not known', () => {
    assert.doesNotMatch(inKey('"kms:De*"', { Effect: 'Deny', Action: 'kms:De*' }), /Work/);
    const lone = { 'app.json': statements({ Effect: 'Allow', Action: 'kms:De*', Resource: KEY }) };
    assert.match(hoverOnWord(lone, 'app.json', '"kms:De*"').text, /Unknown \(6\)/);
  });

  it('of all services name those of KMS', () => {
    assert.match(inApp('"*"', { Action: '*', Resource: KEY }), /every action of every service, the 58 of AWS KMS among them/);
  });
});

describe('editor/hover: principals', () => {
  it('tell what :root means, and whose IAM policies use the key', () => {
    assert.equal(
      inKey('"arn:aws:iam::444455556666:root"', { Principal: { AWS: 'arn:aws:iam::444455556666:root' } }).split('\n\nIAM User Guide')[0],
      [
        'Account 444455556666 (analytics): :root means the account as a whole, its IAM users and roles, not its root user alone.',
        'It is another account than the key\'s. By itself this gives no identity anything: '
        + 'an IAM policy of that account has to allow the same, on the ARN of this key.',
      '- role/App (consumer/app.json): 2 actions work, 4 blocked',
    ].join('\n\n'));
  });

  it('tell that the other half is missing, except of the owner, whom the key policy may serve by itself', () => {
    assert.match(inKey('"777788889999"', { Principal: { AWS: '777788889999' } }),
      /The other half is missing: no IAM policy of the account in the workspace/);
    assert.match(inKey('"arn:aws:iam::777788889999:role/X"', { Principal: { AWS: 'arn:aws:iam::777788889999:role/X' } }),
      /The other half is missing: no IAM policy of role\/X of account 777788889999/);
    const owner = inKey('"arn:aws:iam::111122223333:root"');
    assert.match(owner, /leaves the decision to the IAM policies of the account/);
    assert.doesNotMatch(owner, /half is missing/);
    assert.match(inKey('"arn:aws:iam::111122223333:role/Admin"', { Principal: { AWS: 'arn:aws:iam::111122223333:role/Admin' } }),
      /needs no IAM policy\.\n\n- role\/Admin: 2 actions work/);
  });

  it('say what a service can do with the key as itself, under which conditions, and that it calls for others with their permissions (IAM '
    + 'User Guide, Forward access sessions)', () => {
    const Principal = { Service: 'cloudtrail.amazonaws.com' };
    const conditional = inKey('"cloudtrail.amazonaws.com"', { Principal, Action: ['kms:DescribeKey', 'kms:Decrypt'],
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } });
    assert.match(conditional,
      /- Allowed under conditions: the key policy \(owner\/key\.json:\d+\) gives kms:Decrypt and kms:DescribeKey to cloudtrail\.amazonaws\.com by itself, if aws:SourceAccount StringEquals 111122223333\./);
    assert.match(conditional, /in a forward access session \(kms:ViaService\), the permissions of that user or role count instead/);
    const never = inKey('"cloudtrail.amazonaws.com"', { Principal,
      Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } });
    assert.match(never,
      /- Denied: the key policy .* only if kms:ViaService StringEquals s3\.us-west-2\.amazonaws\.com, which is never the case where cloudtrail\.amazonaws\.com calls as itself\./);
    assert.doesNotMatch(inKey('"cloudtrail.amazonaws.com"', { Principal, Effect: 'Deny' }), /forward access session/);
  });

  it('know everybody, everybody of an account, services, sessions, and what is left of the deleted', () => {
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
    const text = inKey('"444455556666"', { Effect: 'Deny', Principal: { AWS: '444455556666' } });
    assert.match(text, /every identity of it, whatever else allows the same/);
    assert.doesNotMatch(text, /half|works?,/);
  });
});

describe('editor/hover: resources', () => {
  it('tell a key by its ARN: Region, account, partition, aliases, spec, its policy as a link, and how the identity stands', () => {
    const { text, markdown } = hoverOnWord(files({}), 'consumer/app.json', KEY);
    assert.equal(text.split('\n\nIAM User Guide')[0], [
      'KMS key 1234abcd-12ab-34cd-56ef-1234567890ab', '',
      '- us-west-2 (US West (Oregon)), account 111122223333 (security), partition aws',
      '- Alias: alias/app',
      '- SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT',
      '- Key policy: owner/key.json (declared in kms-handshake.json)', '',
      '- role/App: 2 actions work, 4 blocked',
    ].join('\n'));
    assert.match(markdown, /\[owner\/key\.json\]\(<file:\/\/\/workspace\/owner\/key\.json#L1>\)/);
  });

  it('that the workspace does not know are taken apart', () => {
    assert.match(inApp('key/mrk-', { Resource: 'arn:aws:kms:eu-west-1:999900001111:key/mrk-1234abcd12ab34cd56ef1234567890ab' }),
      /Multi-Region KMS key[^]*eu-west-1 \(Europe \(Ireland\)\), account 999900001111, partition aws\n- Its key policy is not in the workspace/);
    const pattern = inApp('arn:aws:kms:*:111122223333:key/*', { Resource: 'arn:aws:kms:*:111122223333:key/*' });
    assert.match(pattern, /every Region, account 111122223333 \(security\)[^]*alias\/app \(owner\/key\.json\): 2 actions work/);
    assert.match(inApp('"*"', { Resource: '*' }), /every resource, the keys of all accounts included/);
  });

  it('are told as AWS completes them where fields are missing (IAM User Guide, reference-arns)', () => {
    const told = inApp('"arn:aws:kms:us-west-2', { Resource: 'arn:aws:kms:us-west-2:111122223333' });
    assert.match(told,
      /us-west-2 \(US West \(Oregon\)\), account 111122223333 \(security\)[^]*AWS completes this ARN to arn:aws:kms:us-west-2:111122223333:\*\.[^]*alias\/app \(owner\/key\.json\)/);
    assert.doesNotMatch(inApp('arn:aws:kms:*:111122223333:key/*', { Resource: 'arn:aws:kms:*:111122223333:key/*' }), /completes/);
  });

  it('tell an alias from its key, and nothing of other services', () => {
    assert.match(inApp('alias/app', { Resource: ['arn:aws:kms:us-west-2:111122223333:alias/app', KEY] }),
      /the alias itself, not the key[^]*KMS key 1234abcd/);
    assert.equal(hoverAtCursor(files({}, { Resource: ['arn:aws:s3:::b|ucket', KEY] })), undefined);
  });

  it('in a key policy are this key', () => {
    assert.match(inKey('"Resource": "*"'.slice(-3)),
      /\* in a key policy means this key, no other\.[^]*This is its policy: declared in kms-handshake\.json/);
  });
});

describe('editor/hover: conditions', () => {
  const condition = (block: object): object => ({ Condition: block });

  it('operators tell what they compare, and what requests without the key do', () => {
    assert.match(inKey('"StringEquals"', condition({ StringEquals: { 'kms:ViaService': 's3.*' } })),
      /letter for letter[^]*\* or \? in the value of kms:ViaService is an ordinary character: StringLike reads it[^]*The opposite is StringNotEquals/);
    assert.match(inKey('"StringNotEquals"', condition({ StringNotEquals: { 'kms:ViaService': 'x' } })),
      /Requests that do not have the key meet it too, so that this statement allows them/);
    assert.match(inKey('"Bool"', { Effect: 'Deny', ...condition({ Bool: { 'aws:SecureTransport': 'false' } }) }),
      /Requests that do not have the key are not denied/);
    const all = inKey('"ForAllValues:StringLikeIfExists"',
      condition({ 'ForAllValues:StringLikeIfExists': { 'kms:ResourceAliases': 'alias/*' } }));
    assert.match(all,
      /also when there are none[^]*IfExists: makes the condition true[^]*Null "false" for the key, excludes it[^]*condition-single-vs-multi/);
    assert.match(inKey('"StringEqual"', condition({ StringEqual: { 'kms:ViaService': 'x' } })), /IAM has no such operator/);
  });

  it('types of principals tell who calls then, and what the identity is of (IAM User Guide, reference_policies_variables)', () => {
    const typed = condition({ StringEquals: { 'aws:PrincipalType': 'AssumedRole' } });
    assert.equal(inKey('"AssumedRole"', typed).split('\n')[0],
      'AssumedRole: a role in one of its sessions, also one for an identity of SAML or OIDC');
    assert.match(inKey('"aws:PrincipalType"', typed),
      /One of Account, User, AssumedRole, FederatedUser\n- Here it is AssumedRole, as far as the workspace shows/);
  });

  it('keys tell what they hold, their type, which actions carry them, and the value that is known', () => {
    assert.equal(
      inKey('"kms:KeySpec"', { Action: ['kms:Decrypt', 'kms:ListKeys'], ...condition({ StringEquals: { 'kms:KeySpec': 'RSA_2048' } }) }),
      [
        'kms:KeySpec: the kind of key, such as SYMMETRIC_DEFAULT or RSA_2048.',
        '',
        '- One value in a request (text)',
        '- One of ECC_NIST_EDWARDS25519, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, ECC_SECG_P256K1, HMAC_224, HMAC_256 and 13 more',
        '- Of the statement\'s actions these do not have it: ListKeys',
        '- Here it is SYMMETRIC_DEFAULT, as far as the workspace shows',
        '',
        'AWS KMS Developer Guide: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-key-spec',
      ].join('\n'),
    );
    assert.match(inKey('"kms:ResourceAliases"', condition({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } })),
      /Several values in a request \(texts\): needs ForAnyValue: or ForAllValues:[^]*IAM policies only, so not for this one/);
    assert.match(inKey('"kms:GrantOperations"', condition({ 'ForAnyValue:StringEquals': { 'kms:GrantOperations': 'Decrypt' } })),
      /None of the statement's actions has it; those that do: CreateGrant/);
    assert.match(inKey('"kms:EncryptionContext:App"', condition({ StringEquals: { 'kms:EncryptionContext:App': 'x' } })),
      /Here for the name App; capitals do not count/);
    assert.match(inKey('"kms:Nothing"', condition({ StringEquals: { 'kms:Nothing': 'x' } })), /no condition key of this name/);
    assert.match(inKey('"kms:CustomerMasterKeySpec"', condition({ StringEquals: { 'kms:CustomerMasterKeySpec': 'x' } })),
      /Deprecated: use kms:KeySpec/);
  });

  it('values tell what they name, and tags that look like accounts do not', () => {
    const one = (key: string, value: string): string | undefined => {
      const text = files({ Principal: { AWS: '777788889999' }, ...condition({ StringEquals: { [key]: value } }) });
      return hoverAtCursor({ ...text, 'owner/key.json': (text['owner/key.json'] ?? '').replace(`: "${value}"`, `: "|${value}"`) })?.text;
    };
    assert.match(one('kms:CallerAccount', '444455556666') ?? '',
      /Account 444455556666 \(analytics\)[^]*1 identity with IAM policies[^]*o-exampleorgid/);
    assert.match(one('aws:PrincipalOrgID', 'o-exampleorgid') ?? '', /Declared accounts: 111122223333, 444455556666/);
    assert.match(one('kms:ViaService', 's3.us-west-2.amazonaws.com') ?? '', /the service s3 sends, in us-west-2 \(US West \(Oregon\)\)/);
    assert.match(one('aws:RequestedRegion', 'eu-west-1') ?? '', /Region eu-west-1 \(Europe \(Ireland\)\)/);
    assert.match(one('kms:RequestAlias', 'alias/app') ?? '', /KMS key 1234abcd/);
    assert.match(one('kms:GrantOperations', 'Encrypt') ?? '', /encrypts a small piece of data/);
    assert.match(one('aws:PrincipalArn', APP) ?? '',
      /role\/App of account 444455556666 \(analytics\)[^]*IAM policy of the role: consumer\/app\.json[^]*alias\/app \(owner\/key\.json\): /);
    assert.equal(one('aws:PrincipalTag/number', '444455556666'), undefined);
    assert.equal(one('aws:PrincipalTag/team', 'blue'), undefined);
  });
});

describe('editor/hover: statements and elements', () => {
  it('a Sid, the effect and the braces say who gets what in one sentence', () => {
    assert.equal(inKey('"Open"', { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }),
      'Allows role/App of account 444455556666 (analytics) kms:Decrypt and kms:DescribeKey on this key, if kms:ViaService StringEquals '
        + 's3.us-west-2.amazonaws.com.');
    assert.equal(inKey('"Root"'), 'Lets the IAM policies of account 111122223333 (security) allow everything (kms:*) on this key.');
    assert.equal(inApp('"Use"'), 'Allows role/App of account 444455556666 (analytics) kms:Decrypt and kms:De* on the key alias/app of '
      + 'account 111122223333 (security).');
    assert.equal(inKey('"Deny"', { Effect: 'Deny', Principal: '*', Action: undefined, NotAction: 'kms:Describe*' }),
      'Denies everybody everything but kms:Describe* on this key.');
    const brace = hoverAtCursor({ ...files({}), 'owner/key.json': (files({})['owner/key.json'] ?? '').replace('    {', '    |{') });
    assert.deepEqual([brace?.hoveredText, brace?.text.slice(0, 8)], ['{', 'Lets the']);
  });

  it('white space and what is not written yet say nothing', () => {
    const text = files({})['owner/key.json'] ?? '';
    assert.equal(hoverAtCursor({ ...files({}), 'owner/key.json': text.replace('\n      "Effect"', '\n  |    "Effect"') }), undefined);
    assert.equal(hoverAtCursor({ 'key.json': '{ "Statement": [{ "Sid": "A|", "Effect": "Allow", "Principal": {"AWS": '
      + '"111122223333"}, "Action": "kms:*" }] }' }), undefined);
  });

  it('element names tell what they are for, by the kind of the policy', () => {
    assert.match(inKey('"Resource"'), /Here it has to be "\*": this key/);
    assert.match(inApp('"Resource"'), /the ARN of the key; an alias ARN means the alias alone/);
    assert.match(inKey('"Service"', { Principal: { Service: 'logs.amazonaws.com' } }), /^Service: AWS services that call/);
    assert.match(inKey('"Principal"'), /reference_policies_elements_principal\.html/);
  });

  it('policy variables and placeholders are told for themselves', () => {
    const variable = { Condition: { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } } };
    const { hoveredText, text } = hoverOnWord(files({}, variable), 'consumer/app.json', '${aws:PrincipalTag/team}');
    assert.equal(hoveredText, '${aws:PrincipalTag/team}');
    assert.match(text, /Policy variable aws:PrincipalTag\/team: the value of the tag of this name on the caller/);
    const old = { ...files({}, variable) };
    assert.match(
      hoverOnWord({ ...old, 'consumer/app.json': (old['consumer/app.json'] ?? '').replace('2012-10-17', '2008-10-17') },
        'consumer/app.json', '${aws:PrincipalTag/team}').text,
      /stays plain text/,
    );
    const holes = { Principal: { AWS: ['arn:aws:iam::${other}:root', 'arn:aws:iam::${unknown}:root'] } };
    assert.match(inKey('${other}', holes), /Placeholder other, filled in by the template\. Its value is 777788889999/);
    assert.match(inKey('${unknown}', holes), /Its value is not known; kms-handshake\.json can declare it/);
  });
});

describe('editor/hover: files', () => {
  it('kms-handshake.json tells its ARNs, accounts, aliases and organizations', () => {
    const on = (word: string): string => hoverOnWord(files({}), 'kms-handshake.json', word).text;
    assert.match(on(KEY), /KMS key 1234abcd[^]*Key policy: owner\/key\.json/);
    assert.match(on('alias/app'), /KMS key 1234abcd/);
    assert.match(on(APP), /role\/App of account 444455556666 \(analytics\)/);
    assert.match(on('"444455556666": "'), /Account 444455556666 \(analytics\)/);
    assert.match(on('o-exampleorgid'), /Organization o-exampleorgid/);
    assert.equal(hoverAtCursor({ ...files({}), 'kms-handshake.json': MANIFEST.replace('"owner/key', '"|owner/key') }), undefined);
  });

  it('policies inside strings of AWS CLI output, fragments and unfinished text are told too', () => {
    const dump = JSON.stringify({ Policy: statements(ROOT) });
    const inside = hoverAtCursor({ 'dump.json': dump.replace('kms:*', 'kms|:*') });
    assert.equal(inside?.hoveredText, '\\"kms:*\\"');
    assert.match(inside.text, /46 actions on a key/);
    const crlf = Object.fromEntries(Object.entries(files({})).map(([path, text]) => [path, text.replaceAll('\n', '\r\n')]));
    assert.equal(hoverOnWord(crlf, 'owner/key.json', APP).hoveredText, `"${APP}"`);
    assert.match(hoverAtCursor({ 'f.json': '{ "Effect": "Allow", "Action": "kms:Dec|rypt", "Resource": "*" }' })?.text ?? '',
      /^kms:Decrypt: decrypts/);
    assert.match(
      hoverAtCursor({ 'f.json': '{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": ["kms:Dec|rypt", "kms:' })?.text
        ?? '',
      /^kms:Decrypt: decrypts/,
    );
  });

  it('every place of every file is told of without fail, around the pointer', () => {
    const all = files({ Principal: { AWS: ['*', '444455556666'] }, Condition: { Null: { 'kms:ViaService': 'true' } } }, {
      Action: ['*', 'kms:E*', 'kms:'],
      Resource: [KEY, '*', 'arn:aws:kms:'],
    });
    for (const [path, text] of Object.entries(all)) {
      const offsets = Array.from({ length: Math.floor(text.length / 7) + 1 }, (_, i) => i * 7);
      const told = offsets.flatMap((offset) => {
        const hover = hoverAtCursor({ ...all, [path]: `${text.slice(0, offset)}|${text.slice(offset)}` });
        return hover ? [{ offset, over: hover.hoveredText }] : [];
      });
      for (const { offset, over } of told)
        assert.ok(text.slice(Math.max(0, offset - over.length), offset + over.length).includes(over), `${path}:${offset}`);
      const words = offsets.filter((offset) => /\w/.test(text.charAt(offset)));
      assert.ok(told.length > words.length / 2, `${path}: ${told.length} hovers at ${words.length} words`);
    }
  });

  it('other policies and other JSON say nothing', () => {
    for (const [path, text] of Object.entries({
      's3.json': statements({ Effect: 'Al|low', Action: 's3:GetObject', Resource: '*' }),
      'trust.json': statements({ Effect: 'Al|low', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
      'package.json': '{ "name": "|kms:Decrypt" }',
    })) assert.equal(hoverAtCursor({ [path]: text }), undefined, path);
  });
});
