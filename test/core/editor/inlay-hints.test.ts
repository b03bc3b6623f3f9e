import * as assert from 'node:assert/strict';
import { toMarkdown } from '../../../server/src/core/editor/hover/rich-text';
import { inlayHints } from '../../../server/src/core/editor/inlay-hints';
import { textOf } from '../../support/expect-findings';
import { uriOfPath, workspaceFromTexts } from '../../support/workspace-from-texts';
import { CONSUMER } from '../../support/fixtures';

const MANIFEST = { accounts: { 111122223333: 'security', 444455556666: 'analytics' } };

/** The text with every hint in it as `⟨label⟩`. */
function shown(content: string | object, within?: string): string {
  const text = textOf(content);
  return [...hintsIn(content, within)].reverse().reduce(
    (marked, { offset, label }) => `${marked.slice(0, offset)}⟨${label}⟩${marked.slice(offset)}`,
    text,
  );
}

function hintsIn(content: string | object, within?: string, manifest: object = MANIFEST): ReturnType<typeof inlayHints> {
  const text = textOf(content);
  const workspace = workspaceFromTexts({ 'kms-handshake.json': textOf(manifest), 'policy.json': text });
  const start = within === undefined ? 0 : text.indexOf(within);
  return inlayHints(workspace.readings.get(uriOfPath('policy.json'))?.policies ?? [], workspace.world, { start,
    end: within === undefined ? text.length : start + within.length });
}

const keyPolicy = (statement: string): string => '{ "Version": "2012-10-17", "Statement": [{ "Effect": '
  + `"Allow", ${statement}, "Resource": "*" }] }`;
const iamPolicy = (statement: string): string => `{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", ${statement} }] }`;
const HELP = '"Principal": { "AWS": "*" }, ';

describe('editor/inlay-hints', () => {
  for (const [what, given, expected] of [
    ['an account id', keyPolicy('"Principal": { "AWS": "444455556666" }, "Action": "kms:Decrypt"'), '"444455556666"⟨analytics⟩ }'],
    ['each of several principals', keyPolicy('"Principal": { "AWS": ["arn:aws:iam::444455556666:role/App", '
      + '"arn:aws:iam::111122223333:root"] }, "Action": "kms:Decrypt"'),
      '["arn:aws:iam::444455556666:role/App"⟨analytics⟩, "arn:aws:iam::111122223333:root"⟨security⟩]'],
    ['the ARN of a key', iamPolicy('"Action": "kms:Decrypt", "Resource": '
      + '"arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"'), '567890ab"⟨security⟩ }'],
    ['an account in a condition', keyPolicy(`${HELP}"Action": "kms:Decrypt", "Condition": { "StringEquals": { "kms:CallerAccount": `
      + '["444455556666", "999988887777"] } }'),
      '["444455556666"⟨analytics⟩, "999988887777"]'],
    ['an ARN in a condition', keyPolicy(`${HELP}"Action": "kms:Decrypt", "Condition": { "ArnLike": { "aws:PrincipalArn": `
      + '"arn:aws:iam::444455556666:role/*" } }'), 'role/*"⟨analytics⟩ }'],
    ['a wildcard', keyPolicy(`${HELP}"Action": ["kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Decrypt"]`),
      '["kms:ReEncrypt*"⟨2 actions⟩, "kms:GenerateDataKey*"⟨4 actions⟩, "kms:Decrypt"]'],
    ['a wildcard for one action', keyPolicy(`${HELP}"Action": "kms:Encryp*"`), '"kms:Encryp*"⟨1 action⟩'],
    ['a wildcard for nothing', keyPolicy(`${HELP}"Action": "kms:Encode*"`), '"kms:Encode*"⟨no action⟩'],
    ['a wildcard of which a key policy gives less', keyPolicy(`${HELP}"Action": "kms:Create*"`), '"kms:Create*"⟨2 actions⟩'],
    ['the same wildcard in an IAM policy', iamPolicy('"Action": "kms:Create*", "Resource": "*"'), '"kms:Create*"⟨4 actions⟩'],
  ] as const) {
    it(`behind ${what}`, () => assert.ok(shown(given).includes(expected), shown(given)));
  }

  it('a star is every service, of which the KMS actions are counted', () => {
    assert.match(shown({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['*', 'kms:ListKeys'], Resource: '*' }] }),
      /"\*"⟨\d\d KMS actions⟩/);
  });

  it('none behind accounts without a name, other services and values that are not known', () => {
    const silent = iamPolicy('"Action": ["s3:*", "kms:${action}*"], "Resource": '
      + '["arn:aws:kms:us-west-2:999988887777:key/*", "kms:Decrypt"]');
    assert.deepEqual(hintsIn(silent), []);
  });

  it('none in policies that are not about KMS, and in other files', () => {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: CONSUMER }, Action: 'sts:AssumeRole' }] };
    assert.deepEqual(hintsIn(trust), []);
    assert.deepEqual(hintsIn({ account: CONSUMER, action: 'kms:*' }), []);
  });

  it('none behind a string that is still being typed', () => {
    assert.deepEqual(hintsIn(keyPolicy('"Principal": { "AWS": "444455556666').replace(', "Resource": "*" }] }', '')), []);
  });

  it('are shown behind the escaped quote in a policy inside a string', () => {
    const text = JSON.stringify({ Policy: keyPolicy('"Principal": { "AWS": "444455556666" }, "Action": "kms:ReEncrypt*"') });
    assert.ok(shown(text).includes('\\"444455556666\\"⟨analytics⟩ }'), shown(text));
    assert.ok(shown(text).includes('\\"kms:ReEncrypt*\\"⟨2 actions⟩,'), shown(text));
  });

  it('are given for the requested range', () => {
    const text = keyPolicy('"Principal": { "AWS": "444455556666" }, "Action": "kms:ReEncrypt*"');
    assert.deepEqual(hintsIn(text, '"Principal": { "AWS": "444455556666"').map(({ label }) => label), ['analytics']);
    assert.deepEqual(hintsIn(text, '"Action": "kms:ReEncrypt*"').map(({ label }) => label), ['2 actions']);
    assert.deepEqual(hintsIn(text, '"2012-10-17"'), []);
  });

  const markdown = (hint: ReturnType<typeof hintsIn>[number] | undefined): string => toMarkdown(hint?.tooltip ?? [], () => undefined);

  it('say more when asked', () => {
    const [hint] = hintsIn(keyPolicy(`${HELP}"Action": "kms:Create*"`));
    assert.match(markdown(hint),
      /`kms:Create\*` covers `kms:CreateAlias`, `kms:CreateGrant`\.\n\nWithout effect in a key policy: `kms:CreateCustomKeyStore`, `kms:CreateKey`\.$/);
    const [out] = hintsIn('{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "NotAction": '
      + '"kms:ReEncrypt*", "Resource": "*" }] }');
    assert.match(markdown(out), /leaves out `kms:ReEncryptFrom`, `kms:ReEncryptTo`/);
    const [none] = hintsIn(keyPolicy(`${HELP}"Action": "kms:Encode*"`));
    assert.equal(markdown(none), '`kms:Encode*` covers no KMS action.');
    const [name] = hintsIn(keyPolicy('"Principal": { "AWS": "444455556666" }, "Action": "kms:Decrypt"'));
    assert.equal(markdown(name), 'Account 444455556666 is called `analytics` in kms-handshake.json.');
  });

  it('say names of accounts and actions as they are: no image and no link comes of them (CommonMark 0.31, code spans)', () => {
    const evil = 'x` ![pixel](https://evil.example/p.png) `';
    const [name] = hintsIn(keyPolicy('"Principal": { "AWS": "444455556666" }, "Action": "kms:Decrypt"'), undefined, {
      accounts: { 444455556666: evil },
    });
    assert.equal(markdown(name), 'Account 444455556666 is called `` x` ![pixel](https://evil.example/p.png) ` `` in kms-handshake.json.');
    const [action] = hintsIn(keyPolicy(`${HELP}"Action": "kms:D*\` ![x](https://evil.example)"`));
    assert.equal(markdown(action), '``kms:D*` ![x](https://evil.example)`` covers no KMS action.');
  });
});
