import * as assert from 'node:assert/strict';
import { textAfterCompletion, completionsAt, completionItemAt, completionLabelsAt } from '../../support/completion';
import { findingLines } from '../../support/expect-findings';
import { actionNamed } from '../../../server/src/core/aws/actions';
import type { FilesByPath } from '../../support/workspace-from-texts';
import {
  OWNER_STATEMENT_TEXT, policy, allow, allowConsumer, allowIf, declaredFiles, inKey, inApp, has, lacks, documentationOf,
} from './completion-files';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN, rootArn } from '../../support/fixtures';

describe('editor/completion: where', () => {
  for (const [what, text] of [
    ['a file that is no policy', '{ "name": "|" }'],
    ['a file that is no policy, without a word typed', '{ "scripts": { | } }'],
    ['a list', '[ | ]'],
    ['a policy of another resource', allow('"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/|"')],
    ['a trust policy', allow('"Principal": { "AWS": "|" }, "Action": "sts:AssumeRole"')],
    ['a Sid', allow('"Sid": "|", "Action": "kms:Decrypt", "Resource": "*"')],
    ['a comment', `${policy(OWNER_STATEMENT_TEXT)} // kms:|`],
    ['the end of a value', allow('"Action": "kms:Decrypt"|, "Resource": "*"')],
    ['outside of the policy', `${policy(OWNER_STATEMENT_TEXT)}\n|`],
  ] as const) {
    it(`offers nothing in ${what}`, () => assert.deepEqual(completionLabelsAt({ 'some.json': text }), []));
  }

  it('offers nothing in policies that are declared to be none of KMS, or left out', () => {
    const text = allowConsumer('"Action": "kms:|"');
    assert.ok(completionLabelsAt({ 'some.json': text }).length > 0);
    assert.deepEqual(
      completionLabelsAt({ 'kms-handshake.json': { kinds: [{ files: ['some.json'], kind: 'service-control' }] }, 'some.json': text }),
      [],
    );
    assert.deepEqual(completionLabelsAt({ 'kms-handshake.json': { exclude: ['some.json'] }, 'some.json': text }), []);
    assert.deepEqual(completionLabelsAt({ 'kms-handshake.json': { exclude: ['some.json'] }, 'some.json': '|' }), []);
  });

  // What is chosen makes valid JSON of the half that is typed.
  for (const [what, typed, label, expected] of [
    ['in quotes', '"Action": "|"', 'kms:Decrypt', '"Action": "kms:Decrypt"'],
    ['over what is typed', '"Action": "kms:D|"', 'kms:Decrypt', '"Action": "kms:Decrypt"'],
    ['over the whole value', '"Action": "kms:|Encrypt"', 'kms:Decrypt', '"Action": "kms:Decrypt"'],
    ['before a value', '"Action": |"kms:Encrypt"', 'kms:Decrypt', '"Action": "kms:Decrypt"'],
    ['without quotes', '"Action": |', 'kms:Decrypt', '"Action": "kms:Decrypt"'],
    ['without quotes, half typed', '"Action": kms:De|', 'kms:Decrypt', '"Action": "kms:Decrypt"'],
    ['in a string without end', '"Action": "kms:|', 'kms:Decrypt', '"Action": "kms:Decrypt"'],
    ['in an empty list', '"Action": [|]', 'kms:Decrypt', '"Action": ["kms:Decrypt"]'],
    ['behind a comma', '"Action": ["kms:Encrypt", |]', 'kms:Decrypt', '"Action": ["kms:Encrypt", "kms:Decrypt"]'],
    ['without a comma', '"Action": ["kms:Encrypt" "|"]', 'kms:Decrypt', '"Action": ["kms:Encrypt", "kms:Decrypt"]'],
    ['before another value', '"Action": ["|" "kms:Encrypt"]', 'kms:Decrypt', '"Action": ["kms:Decrypt", "kms:Encrypt"]'],
    ['in a list without end', '"Action": ["kms:Encrypt", "kms:|', 'kms:Decrypt', '"Action": ["kms:Encrypt", "kms:Decrypt"'],
    ['a name without quotes', '"Action": "kms:Decrypt", Res|', 'Resource', '"Action": "kms:Decrypt", "Resource": "*"'],
    ['a name in quotes', '"Action": "kms:Decrypt", "|"', 'Resource', '"Action": "kms:Decrypt", "Resource": "*"'],
    ['a name with its value', '"|": "kms:Decrypt"', 'Action', '"Action": "kms:Decrypt"'],
    ['a name without a comma before it', '"Action": "kms:Decrypt" |', 'Resource', '"Action": "kms:Decrypt", "Resource": "*"'],
  ] as const) {
    it(`writes ${what}`, () =>
      assert.equal(textAfterCompletion(inKey(allowConsumer(typed)), label).replace(/\s+/g, ' '),
        allowConsumer(expected).replace(/\s+/g, ' ')));
  }

  it('knows the place in a string that goes on into the next line of the text', () => {
    const text = allowConsumer('"Action": "kms:|, "Resource": "*"');
    assert.equal(textAfterCompletion(inKey(text), 'kms:Decrypt'), allowConsumer('"Action": "kms:Decrypt", "Resource": "*"'));
  });

  it('writes a comma before the member on the next line', () => {
    const text = policy(`{\r\n  "Effect": "|"\r\n  "Principal": { "AWS": "${CONSUMER}" },\r\n  "Action": "kms:Decrypt" }`);
    assert.match(textAfterCompletion({ 'some.json': text }, 'Allow'), /"Effect": "Allow",\r\n {2}"Principal"/);
  });

  it('is the same in a policy inside a string of AWS CLI output, where quotes are escaped', () => {
    const files = (text: string): FilesByPath => ({ 'out.json': JSON.stringify({ Policy: text, PolicyName: 'default' }, null, 2) });
    assert.equal(textAfterCompletion(files(allowConsumer('"Action": ["kms:Encrypt", "kms:D|"], "Resource": "*"')), 'kms:Decrypt'),
      files(allowConsumer('"Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*"'))['out.json']);
    assert.equal(completionItemAt(files(allowConsumer('"Action": "kms:D|"')), 'kms:Decrypt').filterText, '\\"kms:Decrypt');
    const lines = (statements: string): string => `{\n  "Version": "2012-10-17",\n  "Statement": [\n    ${statements}\n  ]\n}`;
    const written = JSON.parse(textAfterCompletion(files(lines('|')), 'Key users')) as { Policy: string };
    assert.match(written.Policy, /\n {4}\{\n {6}"Sid": "Allow use of the key"/);
  });

  it('is the same in a fragment, and in a template', () => {
    has({ 'some.json': '{ "Effect": "Allow", "Action": "kms:|" }' }, 'kms:Decrypt');
    has({ 'some.json.tpl': allowConsumer('"Action": "kms:|"').replaceAll(CONSUMER, '${account_id}') }, 'kms:Decrypt');
  });

  it('compares with the quote that is typed, as the editor does', () => {
    assert.equal(completionItemAt(inKey(allowConsumer('"Action": "kms:D|"')), 'kms:Decrypt').filterText, '"kms:Decrypt');
    assert.equal(completionItemAt(inKey(allowConsumer('"Action": |')), 'kms:Decrypt').filterText, 'kms:Decrypt');
  });

  it('writes snippets for editors that know them: tab stops, and dollar signs as they are', () => {
    const item = (files: FilesByPath, label: string): string =>
      completionsAt(files, true)?.items.find((completion) => completion.label === label)?.newText ?? '';
    assert.equal(item(inKey(allowConsumer('|')), 'Condition'), '"Condition": {"${1}"\\}');
    assert.equal(item(inKey(allowIf('{ "StringEquals": { | } }')), 'kms:EncryptionContext:KEY'),
      '"kms:EncryptionContext:${1:KEY}": "${2}"');
    assert.equal(item({ 'new.json': '|' }, 'Key policy: default').match(/\$\{1:KEY_ACCOUNT_ID\}/g)?.length, 1);
    assert.equal(completionItemAt(inKey(allowConsumer('|')), 'Condition').newText, '"Condition": {}');
  });
});

describe('editor/completion: what', () => {
  it('names the elements that are missing, by the kind of the policy', () => {
    assert.deepEqual(completionLabelsAt(inKey(policy('{ | }'))), ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition',
      'NotPrincipal', 'NotAction']);
    assert.deepEqual(completionLabelsAt(inApp(allow(`"Resource": "${KEY_ARN}", |`))), ['Sid', 'Action', 'Condition', 'NotAction']);
    assert.deepEqual(completionLabelsAt(inKey('{ "Version": "2012-10-17", | }')), ['Statement', 'Id']);
    assert.deepEqual(completionLabelsAt(inKey(allowConsumer('|', '{ "AWS": "*" }'))), ['Action', 'Resource', 'Condition', 'NotAction']);
    assert.deepEqual(completionLabelsAt(inKey(policy('{ "Principal": { "|" } }'))), ['AWS', 'Service']);
    assert.deepEqual(completionLabelsAt(inKey('{ "Version": "|", "Statement": [] }')), ['2012-10-17']);
    assert.deepEqual(completionLabelsAt(inKey(policy('{ "Effect": "|" }'))), ['Allow', 'Deny']);
  });

  it('a statement of which nothing tells the kind yet may become either', () => {
    has({ 'some.json': policy('{ "Effect": "Allow", | }') }, 'Principal', 'NotResource');
    assert.equal(completionItemAt({ 'some.json': policy('{ "Effect": "Allow", | }') }, 'Principal').detail, 'key policies only');
    has({ 'some.json': policy('{ "Principal": { "AWS": "|" } }') }, '*');
    lacks(inApp(allow(`"Action": "kms:Decrypt", "Resource": "${KEY_ARN}", |`)), 'Principal');
  });

  it('tells of each action its level, whether it works across accounts, and what it does', () => {
    const item = completionItemAt(inKey(allowConsumer('"Action": "kms:|"')), 'kms:Decrypt');
    assert.equal(item.detail, 'Write · across accounts');
    assert.ok(documentationOf(item).startsWith(actionNamed('kms:Decrypt')?.description ?? '-'), documentationOf(item));
    assert.match(documentationOf(item), /Condition keys: .*kms:EncryptionAlgorithm/);
    assert.match(documentationOf(item), /AWS documentation: https:\/\/docs\.aws\.amazon\.com\//);
  });

  it('puts actions behind that have no effect for another account', () => {
    const labels = completionLabelsAt(inKey(allowConsumer('"Action": "kms:|"')));
    assert.ok(labels.indexOf('kms:VerifyMac') < labels.indexOf('kms:PutKeyPolicy'));
    assert.match(documentationOf(completionItemAt(inKey(allowConsumer('"Action": "kms:|"')), 'kms:PutKeyPolicy')),
      /no effect on a key of another account/);
    const own = completionLabelsAt(inKey(allowConsumer('"Action": "kms:|"', `{ "AWS": "${OWNER}" }`)));
    assert.ok(own.indexOf('kms:PutKeyPolicy') < own.indexOf('kms:VerifyMac'));
  });

  it('leaves out what is covered already, and in a key policy what has no effect there', () => {
    lacks(inKey(allowConsumer('"Action": ["kms:Decrypt", "kms:ReEncrypt*", "|"]')), 'kms:Decrypt', 'kms:ReEncryptTo', 'kms:ReEncrypt*',
      'kms:ListKeys');
    has(inApp(allow('"Action": "|", "Resource": "*"')), 'kms:ListKeys', 'kms:CreateKey');
  });

  it('says what wildcards expand to, one that is being typed included', () => {
    const files = (typed: string): FilesByPath => inKey(allowConsumer(`"Action": "${typed}|"`));
    assert.equal(completionItemAt(files('kms:'), 'kms:ReEncrypt*').detail, 'ReEncryptFrom, ReEncryptTo');
    assert.match(documentationOf(completionItemAt(files('kms:'), 'kms:GenerateDataKey*')), /kms:GenerateDataKeyPair, /);
    assert.equal(completionItemAt(files('kms:*Pair*'), 'kms:*Pair*').detail, 'GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext');
    // Of kms:List* a key policy can give four, an IAM policy all seven (docs/aws-rules.md 3.1)
    assert.equal(completionItemAt(files('kms:'), 'kms:List*').detail, '4 actions');
    assert.equal(completionItemAt(inApp(allow('"Action": "|"')), 'kms:List*').detail, '7 actions');
  });

  it('offers the principals that are known in the workspace, by their names', () => {
    const files = inKey(allowConsumer('"Action": "kms:Decrypt"', '{ "AWS": "|" }'));
    assert.deepEqual(completionLabelsAt(files).slice(0, 3), [rootArn(CONSUMER), ROLE_ARN, rootArn(OWNER)]);
    assert.equal(completionItemAt(files, ROLE_ARN).detail, 'role/App · 444455556666 (analytics)');
    lacks(inKey(allowConsumer('"Action": "kms:Decrypt"', `{ "AWS": ["${ROLE_ARN}", "|"] }`)), ROLE_ARN);
    has(inKey(allowConsumer('"Action": "kms:Decrypt"', '{ "Service": "|" }')), 'logs.us-west-2.amazonaws.com', 'sns.amazonaws.com');
    has(inKey(allowConsumer('"Action": "kms:Decrypt"', '|')), '{ "AWS": … }', '{ "Service": … }');
  });

  it('offers the keys that are known in the workspace, by their aliases and accounts; in a key policy the key itself', () => {
    const files = inApp(allow('"Action": "kms:Decrypt", "Resource": "|"'));
    assert.equal(completionLabelsAt(files)[0], 'alias/app');
    const { detail, filterText, newText } = completionItemAt(files, 'alias/app');
    assert.deepEqual([detail, newText], [KEY_ARN, `"${KEY_ARN}"`]);
    assert.ok(filterText.includes(KEY_ARN) && filterText.includes('alias/app'), filterText);
    assert.match(documentationOf(completionItemAt(files, 'alias/app')), /Key policy: key\.json/);
    const inPlaceholder = inApp(allow('"Action": "kms:Decrypt", "Resource": "arn:aws:kms:REG|ION:KEY_ACCOUNT_ID:key/KEY_ID"'));
    assert.ok(completionItemAt(inPlaceholder, 'alias/app').filterText.startsWith('"arn:aws:kms:REG'), 'a word to replace hides no key');
    has(files, `arn:aws:kms:us-west-2:${OWNER}:key/*`, '*');
    assert.deepEqual(completionLabelsAt(inKey(allowConsumer('"Action": "kms:Decrypt", "Resource": "|"'))), ['*']);
    assert.equal(completionLabelsAt(inApp(allow('"Action": "kms:ListKeys", "Resource": "|"')))[0], '*', 'an action that takes no key');
  });

  it('offers operators, plain, for sets and with IfExists', () => {
    const files = inKey(allowIf('{ | }'));
    has(files, 'StringEquals', 'ForAnyValue:StringLike', 'BoolIfExists', 'Null');
    lacks(files, 'NullIfExists', 'ForAnyValue:Bool');
    lacks(inKey(allowIf('{ "StringEquals": {}, "|" }')), 'StringEquals');
  });

  it('offers condition keys that the operator compares and requests for the actions have', () => {
    const equals = inKey(allowIf('{ "StringEquals": { "|" } }'));
    has(equals, 'kms:ViaService', 'kms:CallerAccount', 'kms:EncryptionContext:KEY', 'aws:PrincipalOrgID');
    lacks(equals, 'kms:GrantOperations', 'kms:MultiRegion', 'kms:EncryptionContextKeys', 'kms:SigningAlgorithm', 'aws:SourceAccount',
      'kms:ResourceAliases');
    has(inKey(allowIf('{ "Bool": { "|" } }', '"kms:CreateGrant"')), 'kms:GrantIsForAWSResource', 'kms:MultiRegion');
    has(inKey(allowIf('{ "ForAllValues:StringEquals": { "|" } }', '"kms:CreateGrant"')), 'kms:GrantOperations');
    assert.equal(
      completionItemAt(inKey(allowIf('{ "StringEquals": { "|" } }', '["kms:Decrypt", "kms:DescribeKey"]')), 'kms:EncryptionAlgorithm')
        .detail,
      'not in requests for kms:DescribeKey',
    );
    assert.equal(completionItemAt(equals, 'kms:CustomerMasterKeySpec').deprecated, true);
    has(inApp(allow(`"Action": "kms:Decrypt", "Resource": "${KEY_ARN}", "Condition": { "ForAnyValue:StringLike": { "|" } }`)),
      'kms:ResourceAliases');
  });

  it('a service that calls as itself has other condition keys than people', () => {
    const files = inKey(
      allowConsumer('"Action": "kms:Decrypt", "Resource": "*", "Condition": { "StringEquals": { "|" } }',
        '{ "Service": "sns.amazonaws.com" }'),
    );
    has(files, 'aws:SourceAccount', 'aws:SourceArn');
    lacks(files, 'kms:ViaService', 'aws:PrincipalOrgID');
  });

  for (const [what, condition, actions, expected, missing] of [
    ['enums', '{ "StringEquals": { "kms:KeySpec": "|" } }', '"kms:Decrypt"', 'SYMMETRIC_DEFAULT', 'symmetric'],
    ['truth', '{ "Bool": { "kms:GrantIsForAWSResource": "|" } }', '"kms:CreateGrant"', 'true', 'yes'],
    ['account ids, those that the principals can be', '{ "StringEquals": { "kms:CallerAccount": "|" } }', '"kms:Decrypt"', CONSUMER, OWNER],
    ['Regions', '{ "StringEquals": { "kms:ReplicaRegion": "|" } }', '"kms:ReplicateKey"', 'eu-west-1', 'cn-north-1'],
    ['services in the Region of the key', '{ "StringEquals": { "kms:ViaService": "|" } }', '"kms:Decrypt"', 's3.us-west-2.amazonaws.com',
      's3.eu-west-1.amazonaws.com'],
    ['services in any Region for Like operators', '{ "StringLike": { "kms:ViaService": "|" } }', '"kms:Decrypt"', 's3.*.amazonaws.com',
      's3.eu-west-1.amazonaws.com'],
    ['grant operations without kms:', '{ "ForAllValues:StringEquals": { "kms:GrantOperations": ["Encrypt", "|"] } }', '"kms:CreateGrant"',
      'Decrypt', 'Encrypt'],
    ['aliases of the key', '{ "StringEquals": { "kms:RequestAlias": "|" } }', '"kms:Decrypt"', 'alias/app', 'alias/other'],
    ['organizations', '{ "StringEquals": { "aws:PrincipalOrgID": "|" } }', '"kms:Decrypt"', 'o-exampleorgid', CONSUMER],
    ['paths of organizations', '{ "ForAnyValue:StringLike": { "aws:SourceOrgPaths": ["|"] } }', '"kms:Decrypt"', 'o-exampleorgid/*',
      CONSUMER],
    ['identities of the principals', '{ "ArnLike": { "aws:PrincipalArn": "|" } }', '"kms:Decrypt"', ROLE_ARN, rootArn(OWNER)],
    ['types that the principals can be of', '{ "StringEquals": { "aws:PrincipalType": "|" } }', '"kms:Decrypt"', 'AssumedRole',
      'Anonymous'],
    ['the presence of a key', '{ "Null": { "kms:ViaService": "|" } }', '"kms:Decrypt"', 'false', 's3.us-west-2.amazonaws.com'],
  ] as const) {
    it(`offers values of condition keys: ${what}`, () => {
      has(inKey(allowIf(condition, actions)), expected);
      lacks(inKey(allowIf(condition, actions)), missing);
    });
  }

  it('offers every Region for a service that is typed, where no key tells one', () => {
    const files = { 'app.json': allow('"Action": "kms:Decrypt", "Resource": "*", "Condition": { "StringEquals": '
      + '{ "kms:ViaService": "s3.|" } }') };
    has(files, 's3.eu-west-1.amazonaws.com', 's3.us-east-1.amazonaws.com');
    lacks(files, 'sqs.eu-west-1.amazonaws.com');
  });

  it('offers whole statements, filled with what is known in the workspace', () => {
    has(inKey(policy(`${OWNER_STATEMENT_TEXT}, |`)), 'Owner account: default key policy', 'Key administrators', 'Key users',
      'Grants by AWS services for key users', 'External account', 'Amazon RDS and Aurora');
    const written = textAfterCompletion(inKey(policy(`${OWNER_STATEMENT_TEXT}, |`)), 'External account');
    assert.match(written, new RegExp(`"AWS": "arn:aws:iam::${CONSUMER}:root"`), 'the only other account');
    assert.match(textAfterCompletion(inKey(policy(`${OWNER_STATEMENT_TEXT}, |`)), 'Owner account: default key policy'),
      /Enable IAM User Permissions 2/);
    assert.match(textAfterCompletion(inApp(policy('|')), 'Use a KMS key'), new RegExp(`"Resource": "${KEY_ARN}"`));
    const second = KEY_ARN.replace('1234abcd', '5678abcd');
    const two = { ...inApp(policy('|')), 'other.json': allow(`"Action": "kms:Decrypt", "Resource": "${second}"`) };
    const { newText } = completionsAt(two, true)?.items.find(({ label }) => label === 'Use a KMS key') ?? { newText: '' };
    assert.match(newText, new RegExp(`"Resource": "\\$\\{1\\|${KEY_ARN},${second}\\|\\}"`), 'of two keys one is chosen');
    lacks(inApp(allow(`"Action": "kms:Decrypt", "Resource": "${KEY_ARN}" }, | `).replace(/ \}\] \}$/, '] }')), 'Key users');
  });

  it('offers whole policies for an empty document or object, of the kind that it is declared to hold', () => {
    assert.equal(completionLabelsAt({ 'new.json': '|' }).length, 4);
    assert.equal(completionLabelsAt({ 'new.json': '{\n  |\n}\n' }).length, 4);
    assert.deepEqual(completionLabelsAt(declaredFiles('key.json', '|')), ['Key policy: default', 'Key policy: administrators and users',
      'Key policy: external account']);
    assert.deepEqual(completionLabelsAt(declaredFiles('app.json', '|')), ['IAM policy: use a KMS key']);
    assert.deepEqual(completionLabelsAt({ 'kms-handshake.json': { kinds: [{ files: ['new.json'], kind: 'ignore' }] }, 'new.json': '|' }),
      []);
    const written = findingLines(declaredFiles('key.json', textAfterCompletion(declaredFiles('key.json', '|'), 'Key policy: default')));
    assert.deepEqual(written.filter((line) => line.startsWith('key.json')), []);
  });
});
