import * as assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { awsCliCommand, formatAwsCliCommand, type AwsCliCommand } from '../../../server/src/core/generate/aws-cli-command';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { SHELLS, quoteForShell, type Shell } from '../../../server/src/core/generate/shell-quoting';
import { skipTest } from '../../support/skip-test';
import { type Files, manifest, open, refused } from './support';
import { CONSUMER, identityPolicyAllow, KEY_ARN, ownerKeyPolicy, policyDocument, ROLE_ARN, roleArn } from '../../support/fixtures';

function commandFor(files: Files, path: string, folder = 'file:///w', shell?: Shell) {
  const opened = open(files);
  return awsCliCommand(opened.world, opened.policy(path), folder, shell);
}

function command(files: Files, path: string, folder?: string): AwsCliCommand {
  const result = commandFor(files, path, folder);
  if (isRefusal(result)) assert.fail(result.refused);
  return result;
}

function why(files: Files, path: string, shell?: Shell): string {
  const result = commandFor(files, path, undefined, shell);
  return refused(result as Parameters<typeof refused>[0]);
}

const attachedTo = (arn: string, policies = 'consumer/*.json') => ({
  'kms-handshake.json': { identities: [{ arn, policies: [policies] }] },
});

describe('the AWS CLI command for a policy', () => {
  it('puts a key policy on its key', () => {
    const files = { 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy() };
    assert.equal(command(files, 'producer/key-policy.json').command,
      `aws kms put-key-policy --key-id ${KEY_ARN} --policy-name default --policy file://producer/key-policy.json --region us-west-2`);
  });

  it('has quoted words for what is not known', () => {
    const result = command({ 'key policy.json': ownerKeyPolicy() }, 'key policy.json');
    assert.equal(result.command, "aws kms put-key-policy --key-id '<KEY_ID>' --policy-name default --policy 'file://key policy.json' "
      + "--region '<REGION>'");
    assert.deepEqual(result.placeholders, ['KEY_ID', 'REGION']);
  });

  it('puts a policy on the role, user or group that has it', () => {
    const policy = { 'consumer/app.json': policyDocument(identityPolicyAllow('kms:Decrypt')) };
    const put = (arn: string) => command({ ...attachedTo(arn), ...policy }, 'consumer/app.json').command;
    assert.equal(put(ROLE_ARN), 'aws iam put-role-policy --role-name App --policy-name app --policy-document file://consumer/app.json');
    assert.equal(put(`arn:aws:iam::${CONSUMER}:user/team/Bob`),
      'aws iam put-user-policy --user-name Bob --policy-name app --policy-document '
        + 'file://consumer/app.json');
    assert.equal(put(`arn:aws:iam::${CONSUMER}:group/Dev`), 'aws iam put-group-policy --group-name Dev --policy-name app --policy-document '
      + 'file://consumer/app.json');
  });

  it('creates a managed policy where no identity, or more than one, has it', () => {
    const policy = { 'consumer/app policy.json': policyDocument(identityPolicyAllow('kms:Decrypt')) };
    const create = "aws iam create-policy --policy-name app-policy --policy-document 'file://consumer/app policy.json'";
    assert.equal(command(policy, 'consumer/app policy.json').command, create);
    const two = {
      identities: [{ arn: ROLE_ARN, policies: ['consumer'] }, { arn: roleArn(CONSUMER, 'Other'), policies: ['consumer'] }],
    };
    assert.equal(command({ 'kms-handshake.json': two, ...policy }, 'consumer/app policy.json').command, create);
  });

  it('names the file alone outside the folder', () => {
    const files = { 'consumer/app.json': policyDocument(identityPolicyAllow('kms:Decrypt')) };
    assert.match(command(files, 'consumer/app.json', 'file:///elsewhere').command, /file:\/\/app\.json$/);
  });

  it('contains the policy itself where that is part of AWS CLI output', () => {
    const output = { Policy: JSON.stringify(ownerKeyPolicy()) };
    assert.match(command({ 'a.json': output }, 'a.json').command,
      /^aws kms put-key-policy --key-id '<KEY_ID>' --policy-name default --policy '\{"Version":"2012-10-17",.*\}' --region '<REGION>'$/);
    const role = { RoleName: 'App', PolicyName: 'use-keys', PolicyDocument: policyDocument(identityPolicyAllow('kms:Decrypt')) };
    const manifest = { identities: [{ arn: ROLE_ARN, policies: ['a.json'] }] };
    assert.match(command({ 'kms-handshake.json': manifest, 'a.json': role }, 'a.json').command,
      /^aws iam put-role-policy --role-name App --policy-name use-keys --policy-document '\{"Version":/);
    assert.match(why({ 'a.json': output }, 'a.json', 'powershell'), /part of a larger file/);
  });

  it('refuses what AWS would not take', () => {
    assert.match(why({ 'a.json': identityPolicyAllow('kms:Decrypt') }, 'a.json'), /fragment/);
    assert.match(why({ 'a.jsonc': `// mine\n${JSON.stringify(ownerKeyPolicy())}` }, 'a.jsonc'), /plain JSON/);
    const slr = `arn:aws:iam::${CONSUMER}:role/aws-service-role/x.amazonaws.com/Y`;
    assert.match(why({ ...attachedTo(slr), 'consumer/a.json': policyDocument(identityPolicyAllow('kms:Decrypt')) }, 'consumer/a.json'),
      /an AWS service manages it/);
  });

  it('refuses names with control characters, which end a command where it is pasted, whatever quotes are around them', () => {
    for (const control of ['\u0003', '\n', '\r', '\t', '\u0015', '\u001b', '\u0000', '\u007f', '\u0085', '\u009b', '\u2028', '\u2029',
      '\u202e']) {
      const path = `${encodeURIComponent(`app${control}id`)}.json`;
      const files = { [path]: ownerKeyPolicy() };
      const opened = open(files);
      for (const shell of SHELLS) {
        const result = awsCliCommand(opened.world, opened.policy(path), 'file:///w', shell);
        assert.ok(isRefusal(result), JSON.stringify(control));
        assert.match(result.refused,
          /^"file:\/\/app\\\S+id\.json" contains control characters, which can end a command where it is pasted, and begin another\. Rename /);
      }
    }
  });

  it('takes letters of every script, also beside Latin ones', () => {
    for (const name of ['отчёт_KMS', '鍵 policy', 'clé', 'p\u0430y']) assert.equal(lastWordIn('posix', name), `'file://${name}.json'`);
  });

  it('refuses them in every value, as in the name of an identity', () => {
    const result = formatAwsCliCommand(['aws', 'iam', 'put-role-policy'], [['role-name', 'App\u0003id']], 'posix');
    assert.ok(isRefusal(result));
    assert.match(result.refused, /^"App\\u0003id" contains control characters/);
  });

  it('joins a value that begins with a hyphen to its option', () => {
    const files = { ...attachedTo(roleArn(CONSUMER, '-App')),
      'consumer/a.json': policyDocument(identityPolicyAllow('kms:Decrypt')) };
    assert.match(commandIn('posix', files, 'consumer/a.json'), / --role-name=-App /);
    assert.match(commandIn('powershell', files, 'consumer/a.json'), / '--role-name=-App' /);
    assert.match(commandIn('cmd', files, 'consumer/a.json'), / "--role-name=-App" /);
  });
});

function commandIn(shell: Shell, files: Files, path: string): string {
  const opened = open(files);
  const result = awsCliCommand(opened.world, opened.policy(path), 'file:///w', shell);
  if (isRefusal(result)) assert.fail(result.refused);
  return result.command;
}

/** The last word of the command for a policy whose file has that name: `file://NAME.json`. */
function lastWordIn(shell: Shell, name: string): string {
  const path = `${encodeURIComponent(name)}.json`;
  const command = commandIn(shell, { [path]: policyDocument(identityPolicyAllow('kms:Decrypt')) }, path);
  const start = 'aws iam create-policy --policy-name ';
  assert.ok(command.startsWith(start));
  return command.slice(start.length).replace(/^\S+ --policy-document /, '');
}

describe('the words of a command, as text', () => {
  const cases: readonly (readonly [shell: Shell, name: string, word: string])[] = [
    ['posix', 'a-b_1.2', 'file://a-b_1.2.json'],
    ['posix', "it's $(id)", "'file://it'\\''s $(id).json'"],
    // fish reads \\' in single quotes as a quote, so that a backslash stands outside of them.
    ['posix', "a\\'; id; '", "'file://a'\\\\''\\''; id; '\\''.json'"],
    ['powershell', 'a-b_1.2', 'file://a-b_1.2.json'],
    ['powershell', "it's $(id); $env:X", "'file://it''s $(id); $env:X.json'"],
    ['powershell', 'a`b@c,d', "'file://a`b@c,d.json'"],
    // about_Quoting_Rules: PowerShell takes typographic quotes for plain ones.
    ['powershell', '\u2018a\u2019; id; \u201ab\u201b', "'file://\u2018\u2018a\u2019\u2019; id; \u201a\u201ab\u201b\u201b.json'"],
    ['cmd', 'a-b_1.2', 'file://a-b_1.2.json'],
    ['cmd', "a & calc | 'b' ^ (c)", "\"file://a & calc | 'b' ^ (c).json\""],
  ];
  for (const [shell, name, word] of cases) it(`${shell}: ${name}`, () => { assert.equal(lastWordIn(shell, name), word); });

  it('quotes words to replace for every shell', () => {
    const region = (shell: Shell): string | undefined =>
      / --region (.*)$/.exec(commandIn(shell, { 'key.json': ownerKeyPolicy() }, 'key.json'))?.[1];
    assert.deepEqual(SHELLS.map(region), ['\'<REGION>\'', '\'<REGION>\'', '"<REGION>"']);
  });

  for (const [shell, name] of [['powershell', 'a"b'], ['powershell', 'a&calc'], ['powershell', '%PATH%'], ['powershell', 'a^b'], ['cmd',
    'a"b'], ['cmd', '%PATH%'], ['cmd', 'a!b'], ['cmd', 'a\\b']] as const) {
    it(`${shell} cannot quote ${name}, which is refused`, () => {
      const path = `${encodeURIComponent(name)}.json`;
      const opened = open({ [path]: policyDocument(identityPolicyAllow('kms:Decrypt')) });
      const result = awsCliCommand(opened.world, opened.policy(path), 'file:///w', shell);
      assert.ok(isRefusal(result));
      assert.match(result.refused,
        /^"file:\/\/.*" contains .*\. Rename the file or the identity first, or take the command for another shell\.$/);
    });
  }

  it('begin with no equals sign, by which zsh means the path of a command (zshexpn, `=` expansion)', () => {
    assert.deepEqual(quoteForShell('=ls', 'posix'), { word: "'=ls'" });
  });
});

describe('the words of a command, in the shells of this machine', () => {
  const name = fc.string({ minLength: 1, maxLength: 20,
    unit: fc.constantFrom(...'aA0 \'"\\$`;&|<>(){}[]*?!#~-=%^@,:+'.split(''), 'é', '…', '\u2018', '\u2019', '; id;', '$(id)', '%PATH%') });
  /** How a shell is made to print each of the words as it takes them. */
  const shells: readonly (readonly [program: string, shell: Shell, args: (words: string) => readonly string[], separator: string])[] = [
    ...['sh', 'dash', 'bash', 'zsh', 'ksh', 'fish'].map((program) =>
      [program, 'posix', (words: string) => ['-c', `printf '%s\\0' ${words}`], '\0'] as const
    ),
    ['pwsh', 'powershell', (words) => ['-NoProfile', '-NonInteractive', '-Command', `& '${process.execPath}' -e `
      + `'process.stdout.write(process.argv.slice(1).join(String.fromCharCode(0)))' -- ${words}`], '\0'],
  ];
  for (const [program, shell, args, separator] of shells) {
    it(`${program} takes any name as one word`, function () {
      if (spawnSync(program, ['-c', 'exit']).error !== undefined) skipTest(this, `${program} is not on this machine`);
      fc.assert(fc.property(name, (text) => {
        const path = `${encodeURIComponent(text)}.json`;
        const opened = open({ [path]: policyDocument(identityPolicyAllow('kms:Decrypt')) });
        const result = awsCliCommand(opened.world, opened.policy(path), 'file:///w', shell);
        if (isRefusal(result)) {
          assert.match(text, /["%&^]/);
          assert.equal(shell, 'powershell');
          return;
        }
        // Where its input is a socket, as Node's pipes are, bash takes itself for a remote shell and reads ~/.bashrc.
        const output = execFileSync(program, [...args(result.command)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
        const words = output.split(separator).slice(0, 7);
        assert.equal(words.length, 7);
        assert.equal(words[6], `file://${text}.json`);
        assert.match(words[4] ?? '', /^[\w+=,.@-]{1,128}$/);
      }), { numRuns: 60 });
    });
  }
});
