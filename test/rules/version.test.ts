import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { getKeyPolicyOutput, identityPolicy, keyPolicy } from '../support/fixtures';

const ONLY = ['version', 'unknown-element'];
const withVersion = (policy: object, version: unknown): object => ({ ...policy, Version: version });

describe('version', () => {
  it('finds a date of its own', () => {
    checkFindings({ 'app.json': withVersion(identityPolicy(), '2024-01-01') }, ['app.json error version "\\"2024-01-01\\""'], ONLY);
  });

  it('takes 2012-10-17', () => {
    checkFindings({ 'app.json': identityPolicy(), 'key.json': keyPolicy() }, [], ONLY);
  });

  it('warns about the old one and about a missing one', () => {
    checkFindings({ 'a.json': withVersion(keyPolicy(), '2008-10-17'), 'b.json': withVersion(identityPolicy(), undefined) }, [
      'a.json warning version "\\"2008-10-17\\""', 'b.json warning version "\\"Statement\\""',
    ], ONLY);
  });

  it('leaves fragments, templates, beginnings, other capitals and policies without KMS alone', () => {
    checkFindings({
      'part.json': { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
      'a.json': withVersion(identityPolicy(), '${version}'),
      'b.json': '{"Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}',
      'c.json': { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
    }, [], ONLY);
    checkFindings({ 'd.json': { version: '2012-10-17', ...withVersion(identityPolicy(), undefined) } }, [
      'd.json error unknown-element "\\"version\\""',
    ], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    checkFindings({ 'out.json': getKeyPolicyOutput(withVersion(keyPolicy(), '2012-10-18')) }, [
      'out.json error version "\\\\\\"2012-10-18\\\\\\""',
    ], ONLY);
  });

  it('puts it before Statement, where AWS requires it (IAM User Guide, reference_policies_elements_version)', () => {
    const lines = '{\n  "Statement": [{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}]\n}\n';
    assert.equal(applyFix({ 'app.json': lines }, 'version')['app.json'], lines.replace('{\n  "S', '{\n  "Version": "2012-10-17",\n  "S'));
    const line = '{"Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}]}';
    assert.equal(applyFix({ 'app.json': line }, 'version')['app.json'], line.replace('{"S', '{"Version":"2012-10-17","S'));
    const commented = '{\n  // who\n  "Id": "a",\n  "Statement": '
      + '[{"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*"}]\n}\n';
    assert.equal(applyFix({ 'key.jsonc': commented }, 'version')['key.jsonc'],
      commented.replace('  "Id"', '  "Version": "2012-10-17",\n  "Id"'));
  });

  it('is safe while there is no variable', () => {
    assert.deepEqual(fixesWithCode({ 'app.json': withVersion(identityPolicy(), '2008-10-17') }, 'version').map(({ safe }) => safe), [true]);
    const named = identityPolicy({ Condition: { StringEquals: { 'aws:PrincipalTag/team': '${aws:username}' } } });
    assert.deepEqual(fixesWithCode({ 'app.json': withVersion(named, '2024-01-01') }, 'version').map(({ safe }) => safe), [false]);
    checkFindings(applyFix({ 'app.json': withVersion(identityPolicy(), '2024-01-01') }, 'version'), [], ONLY);
  });

  it('leaves what is reported about a variable already, unless AWS rejects the version', () => {
    const both = ['version', 'variable-needs-version'];
    const named = identityPolicy({ Condition: { StringEquals: { 'aws:PrincipalTag/team': '${aws:username}' } } });
    checkFindings({ 'a.json': withVersion(named, '2008-10-17'), 'b.json': withVersion(named, undefined) }, [
      'a.json warning variable-needs-version "${aws:username}"', 'b.json warning variable-needs-version "${aws:username}"',
    ], both);
    checkFindings({ 'a.json': withVersion(named, '2024-01-01') }, ['a.json error version "\\"2024-01-01\\""'], both);
    checkFindings({ 'a.json': { version: '2012-10-17', ...withVersion(named, undefined) } }, [], both);
  });

  it('is reported where the variable is not one, or in a statement that is not about KMS', () => {
    const other = { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::${aws:username}' };
    const files = { 'a.json': withVersion(identityPolicy({}, other), '2008-10-17') };
    checkFindings(files, ['a.json warning version "\\"2008-10-17\\""'], ONLY);
    assert.deepEqual(fixesWithCode(files, 'version').map(({ safe }) => safe), [false]);
  });
});
