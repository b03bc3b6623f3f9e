import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { awsCliCommand, type CliCommand } from '../../../server/src/core/generate/cli-command';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { allows, APP, documentOf, EXT, KEY_ARN, keyPolicyOf, manifest, open, refused, type Files } from './support';

function commandFor(files: Files, path: string, folder = 'file:///w') {
  const opened = open(files);
  return awsCliCommand(opened.world, opened.policy(path), folder);
}

function command(files: Files, path: string, folder?: string): CliCommand {
  const result = commandFor(files, path, folder);
  if (isRefusal(result)) assert.fail(result.refused);
  return result;
}

function why(files: Files, path: string): string {
  const result = commandFor(files, path);
  return refused(result as Parameters<typeof refused>[0]);
}

const attachedTo = (arn: string, policies = 'consumer/*.json') => ({ 'kms-handshake.json': { identities: [{ arn, policies: [policies] }] } });

describe('the AWS CLI command for a policy', () => {
  it('puts a key policy on its key', () => {
    const files = { 'kms-handshake.json': manifest, 'producer/key-policy.json': keyPolicyOf() };
    assert.equal(command(files, 'producer/key-policy.json').command,
      `aws kms put-key-policy --key-id ${KEY_ARN} --policy-name default --policy file://producer/key-policy.json --region us-west-2`);
  });

  it('has quoted words for what nobody knows', () => {
    const result = command({ 'key policy.json': keyPolicyOf() }, 'key policy.json');
    assert.equal(result.command, "aws kms put-key-policy --key-id '<KEY_ID>' --policy-name default --policy 'file://key policy.json' --region '<REGION>'");
    assert.deepEqual(result.placeholders, ['KEY_ID', 'REGION']);
  });

  it('puts a policy on the role, user or group that has it', () => {
    const policy = { 'consumer/app.json': documentOf(allows('kms:Decrypt')) };
    const put = (arn: string) => command({ ...attachedTo(arn), ...policy }, 'consumer/app.json').command;
    assert.equal(put(APP), 'aws iam put-role-policy --role-name App --policy-name app --policy-document file://consumer/app.json');
    assert.equal(put(`arn:aws:iam::${EXT}:user/team/Bob`), 'aws iam put-user-policy --user-name Bob --policy-name app --policy-document file://consumer/app.json');
    assert.equal(put(`arn:aws:iam::${EXT}:group/Dev`), 'aws iam put-group-policy --group-name Dev --policy-name app --policy-document file://consumer/app.json');
  });

  it('creates a managed policy where nobody, or more than one, has it', () => {
    const policy = { 'consumer/app policy.json': documentOf(allows('kms:Decrypt')) };
    const create = "aws iam create-policy --policy-name app-policy --policy-document 'file://consumer/app policy.json'";
    assert.equal(command(policy, 'consumer/app policy.json').command, create);
    const two = { identities: [{ arn: APP, policies: ['consumer'] }, { arn: `arn:aws:iam::${EXT}:role/Other`, policies: ['consumer'] }] };
    assert.equal(command({ 'kms-handshake.json': two, ...policy }, 'consumer/app policy.json').command, create);
  });

  it('names the file alone outside the folder', () => {
    const files = { 'consumer/app.json': documentOf(allows('kms:Decrypt')) };
    assert.match(command(files, 'consumer/app.json', 'file:///elsewhere').command, /file:\/\/app\.json$/);
  });

  it('refuses what AWS would not take', () => {
    const output = { Policy: JSON.stringify(keyPolicyOf()) };
    assert.match(why({ 'a.json': output }, 'a.json'), /AWS CLI output/);
    assert.match(why({ 'a.json': allows('kms:Decrypt') }, 'a.json'), /fragment/);
    assert.match(why({ 'a.jsonc': `// mine\n${JSON.stringify(keyPolicyOf())}` }, 'a.jsonc'), /plain JSON/);
    const slr = `arn:aws:iam::${EXT}:role/aws-service-role/x.amazonaws.com/Y`;
    assert.match(why({ ...attachedTo(slr), 'consumer/a.json': documentOf(allows('kms:Decrypt')) }, 'consumer/a.json'), /an AWS service manages it/);
  });

  it('survives any name in a shell', () => {
    const name = fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(...'aA0 \'"\\$`;&|<>(){}[]*?!#~-=%\t\n'.split(''), 'é', '…') });
    fc.assert(fc.property(name, (text) => {
      const path = `${encodeURIComponent(text)}.json`;
      const result = command({ [path]: documentOf(allows('kms:Decrypt')) }, path).command;
      const words = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${result}`], { encoding: 'utf8' }).split('\0').slice(0, -1);
      assert.equal(words.length, 7);
      assert.equal(words[6], `file://${text}.json`);
      assert.match(words[4] ?? '', /^[\w+=,.@-]{1,128}$/);
    }), { numRuns: 60 });
  });
});
