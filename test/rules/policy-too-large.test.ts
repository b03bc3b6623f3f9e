import * as assert from 'node:assert/strict';
import { checkFindings, findingsWithCode } from '../support/expect-findings';
import { getKeyPolicyOutput, getRolePolicyOutput, identityPolicy, keyPolicy } from '../support/fixtures';

const CODE = 'policy-too-large';
const ONLY = [CODE];

/** A key policy of exactly so many bytes. */
function keyPolicyOf(bytes: number, filler = 'x'): string {
  const length = (text: string): number => Buffer.byteLength(text);
  const rest = bytes - length(JSON.stringify(keyPolicy({ Sid: '' })));
  const text = JSON.stringify(keyPolicy({ Sid: filler.repeat(Math.floor(rest / length(filler))) + 'x'.repeat(rest % length(filler)) }));
  assert.equal(length(text), bytes);
  return text;
}

/** An identity policy of so many characters without white space, and with much of it. */
function identityPolicyOf(characters: number): string {
  const start = JSON.stringify(identityPolicy({ Sid: '' })).length;
  return JSON.stringify(identityPolicy({ Sid: 'x'.repeat(characters - start) }), null, 8).replaceAll('\n', '\n'.repeat(1000));
}

describe('policy-too-large', () => {
  it('finds a key policy of 32,769 bytes', () => {
    checkFindings({ 'key.json': keyPolicyOf(32_769) }, ['key.json error policy-too-large "\\"Statement\\""'], ONLY);
  });

  it('warns from 90 % on: 32,768 bytes is what KMS takes', () => {
    checkFindings({ 'key.json': keyPolicyOf(32_768), 'a.json': keyPolicyOf(29_492), 'b.json': keyPolicyOf(29_491) },
      ['key.json warning policy-too-large "\\"Statement\\""', 'a.json warning policy-too-large "\\"Statement\\""'], ONLY);
  });

  it('counts white space and bytes in a key policy, but not what is around it', () => {
    checkFindings({ 'key.json': keyPolicyOf(20_000).replace('[', `[${' '.repeat(12_800)}`), 'umlaut.json': keyPolicyOf(32_770, '\u00fc'),
      'around.json': `${'\n'.repeat(20_000)}${keyPolicyOf(20_000)}${'\n'.repeat(20_000)}` }, [
      'key.json error policy-too-large "\\"Statement\\""',
      'umlaut.json error policy-too-large "\\"Statement\\""',
    ], ONLY);
  });

  it('notes an identity policy that no managed policy can be, and warns of one that no role can have', () => {
    checkFindings({ 'a.json': identityPolicyOf(6_144), 'b.json': identityPolicyOf(6_145), 'c.json': identityPolicyOf(10_240),
      'd.json': identityPolicyOf(10_241) }, [
      'b.json info policy-too-large "\\"Statement\\""',
      'c.json info policy-too-large "\\"Statement\\""',
      'd.json warning policy-too-large "\\"Statement\\""',
    ], ONLY);
    assert.match(findingsWithCode({ 'd.json': identityPolicyOf(10_241) }, CODE)[0]?.href ?? '', /reference_iam-quotas/);
  });

  it('counts the policy itself inside AWS CLI output', () => {
    checkFindings({
      'key.json': getKeyPolicyOutput(JSON.parse(keyPolicyOf(32_700)) as object),
      'role.json': getRolePolicyOutput(JSON.parse(identityPolicyOf(10_241)) as object),
      'small.json': getRolePolicyOutput(JSON.parse(identityPolicyOf(6_000)) as object),
    }, ['key.json error policy-too-large "\\\\\\"Statement\\\\\\""', 'role.json warning policy-too-large "\\"Statement\\""'], ONLY);
  });

  it('does not count what a template fills in, and leaves fragments, policies of AWS and policies without KMS', () => {
    checkFindings({
      'key.json': keyPolicyOf(32_000).replace(/x{10000}/, '${abcdefg}'.repeat(1000)),
      'part.json': { Sid: 'x'.repeat(40_000), Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
      'aws.json': {
        Policies: [{ Arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
          PolicyVersionList: [{ IsDefaultVersion: true, VersionId: 'v1', Document: JSON.parse(identityPolicyOf(20_000)) as object }] }],
      },
      's3.json': identityPolicyOf(20_000).replace('kms:Decrypt', 's3:GetObject').replace(/arn:aws:kms[^"]*/, '*'),
    }, [], ONLY);
  });
});
