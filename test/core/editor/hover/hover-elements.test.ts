import * as assert from 'node:assert/strict';
import { hoverAtCursor, hoverOnWord } from '../../../support/hover';
import { statements, MANIFEST, files, inKey, inApp } from './hover-files';
import { CONSUMER, KEY_ARN, OWNER_STATEMENT, ROLE_ARN } from '../../../support/fixtures';

describe('editor/hover: resources', () => {
  it('show a key by its ARN: Region, account, partition, aliases, spec, its policy as a link, and the verdict for the identity', () => {
    const { text, markdown } = hoverOnWord(files({}), 'consumer/app.json', KEY_ARN);
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

  it('are shown as AWS completes them where fields are missing (IAM User Guide, reference-arns)', () => {
    const told = inApp('"arn:aws:kms:us-west-2', { Resource: 'arn:aws:kms:us-west-2:111122223333' });
    assert.match(told,
      /us-west-2 \(US West \(Oregon\)\), account 111122223333 \(security\)[^]*AWS completes this ARN to arn:aws:kms:us-west-2:111122223333:\*\.[^]*alias\/app \(owner\/key\.json\)/);
    assert.doesNotMatch(inApp('arn:aws:kms:*:111122223333:key/*', { Resource: 'arn:aws:kms:*:111122223333:key/*' }), /completes/);
  });

  it('tell an alias from its key, and nothing of other services', () => {
    assert.match(inApp('alias/app', { Resource: ['arn:aws:kms:us-west-2:111122223333:alias/app', KEY_ARN] }),
      /the alias itself, not the key[^]*KMS key 1234abcd/);
    assert.equal(hoverAtCursor(files({}, { Resource: ['arn:aws:s3:::b|ucket', KEY_ARN] })), undefined);
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
    const item = (key: string, value: string): string | undefined => {
      const text = files({ Principal: { AWS: '777788889999' }, ...condition({ StringEquals: { [key]: value } }) });
      return hoverAtCursor({ ...text, 'owner/key.json': (text['owner/key.json'] ?? '').replace(`: "${value}"`, `: "|${value}"`) })?.text;
    };
    assert.match(item('kms:CallerAccount', CONSUMER) ?? '',
      /Account 444455556666 \(analytics\)[^]*1 identity with IAM policies[^]*o-exampleorgid/);
    assert.match(item('aws:PrincipalOrgID', 'o-exampleorgid') ?? '', /Declared accounts: 111122223333, 444455556666/);
    assert.match(item('kms:ViaService', 's3.us-west-2.amazonaws.com') ?? '', /the service s3 sends, in us-west-2 \(US West \(Oregon\)\)/);
    assert.match(item('aws:RequestedRegion', 'eu-west-1') ?? '', /Region eu-west-1 \(Europe \(Ireland\)\)/);
    assert.match(item('kms:RequestAlias', 'alias/app') ?? '', /KMS key 1234abcd/);
    assert.match(item('kms:GrantOperations', 'Encrypt') ?? '', /encrypts a small piece of data/);
    assert.match(item('aws:PrincipalArn', ROLE_ARN) ?? '',
      /role\/App of account 444455556666 \(analytics\)[^]*IAM policy of the role: consumer\/app\.json[^]*alias\/app \(owner\/key\.json\): /);
    assert.equal(item('aws:PrincipalTag/number', CONSUMER), undefined);
    assert.equal(item('aws:PrincipalTag/team', 'blue'), undefined);
  });
});

describe('editor/hover: statements and elements', () => {
  it('a Sid, the effect and the braces say who gets what in one sentence', () => {
    assert.equal(inKey('"Open"', { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }),
      'Allows role/App of account 444455556666 (analytics) kms:Decrypt and kms:DescribeKey on this key, if kms:ViaService StringEquals '
        + 's3.us-west-2.amazonaws.com.');
    assert.equal(inKey(`"${OWNER_STATEMENT.Sid}"`),
      'Lets the IAM policies of account 111122223333 (security) allow everything (kms:*) on this key.');
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

  it('policy variables and placeholders have a text of their own', () => {
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
    assert.match(on(KEY_ARN), /KMS key 1234abcd[^]*Key policy: owner\/key\.json/);
    assert.match(on('alias/app'), /KMS key 1234abcd/);
    assert.match(on(ROLE_ARN), /role\/App of account 444455556666 \(analytics\)/);
    assert.match(on('"444455556666": "'), /Account 444455556666 \(analytics\)/);
    assert.match(on('o-exampleorgid'), /Organization o-exampleorgid/);
    assert.equal(hoverAtCursor({ ...files({}), 'kms-handshake.json': MANIFEST.replace('"owner/key', '"|owner/key') }), undefined);
  });

  it('policies inside strings of AWS CLI output, fragments and unfinished text have hovers too', () => {
    const dump = JSON.stringify({ Policy: statements(OWNER_STATEMENT) });
    const inside = hoverAtCursor({ 'dump.json': dump.replace('kms:*', 'kms|:*') });
    assert.equal(inside?.hoveredText, '\\"kms:*\\"');
    assert.match(inside.text, /46 actions on a key/);
    const crlf = Object.fromEntries(Object.entries(files({})).map(([path, text]) => [path, text.replaceAll('\n', '\r\n')]));
    assert.equal(hoverOnWord(crlf, 'owner/key.json', ROLE_ARN).hoveredText, `"${ROLE_ARN}"`);
    assert.match(hoverAtCursor({ 'f.json': '{ "Effect": "Allow", "Action": "kms:Dec|rypt", "Resource": "*" }' })?.text ?? '',
      /^kms:Decrypt: decrypts/);
    assert.match(
      hoverAtCursor({ 'f.json': '{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": ["kms:Dec|rypt", "kms:' })?.text
        ?? '',
      /^kms:Decrypt: decrypts/,
    );
  });

  it('no place of any file makes it fail, and the range contains the pointer', () => {
    const all = files({ Principal: { AWS: ['*', CONSUMER] }, Condition: { Null: { 'kms:ViaService': 'true' } } }, {
      Action: ['*', 'kms:E*', 'kms:'],
      Resource: [KEY_ARN, '*', 'arn:aws:kms:'],
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
