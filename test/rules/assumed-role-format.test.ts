import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, keyPolicy, roleArn } from '../support/fixtures';

const CODE = 'assumed-role-format';
const ONLY = [CODE, 'principal-not-iam-arn', 'principal-partial-wildcard'];
const iam = (resource: string): string => `arn:aws:iam::${CONSUMER}:${resource}`;
const sts = (resource: string): string => `arn:aws:sts::${CONSUMER}:${resource}`;
const fixed = (arn: string, title = ''): unknown =>
  JSON.parse(applyFix({ 'key.json': keyPolicy({ Principal: { AWS: arn } }) }, CODE, title)['key.json'] ?? '');

describe(CODE, () => {
  it('finds iam in place of sts', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: iam('assumed-role/App/s') } }) }, [
      `key.json error ${CODE} "\\"${iam('assumed-role/App/s')}\\""`,
    ], ONLY);
  });

  it('takes a session', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: sts('assumed-role/App/s') } }) }, [], ONLY);
  });

  for (const arn of [sts('assumed-role/App'), sts('assumed-role/App/'), sts('assumed-role/App/*'), sts('assumed-role/path/App/s'),
    iam('assumed-role/App/*'), sts('assumed-role')]) {
    it(`finds ${arn}, inside AWS CLI output`, () => {
      checkFindings({ 'out.json': getKeyPolicyOutput(keyPolicy({ Principal: { AWS: [roleArn(CONSUMER), arn] } })) }, [
        `out.json error ${CODE} "\\\\\\"${arn}\\\\\\""`,
      ], ONLY);
    });
  }

  it('leaves a wildcard in the role to its own rule, and template values alone', () => {
    checkFindings({
      'key.json': keyPolicy({
        Principal: { AWS: [sts('assumed-role/*/s'), 'arn:aws:iam::${account}:assumed-role/App/s', sts('assumed-role/${role}/*')] },
      }),
    }, [`key.json error principal-partial-wildcard "\\"${sts('assumed-role/*/s')}\\""`], ONLY);
  });

  it('names the role, or the session', () => {
    const role = keyPolicy({ Principal: { AWS: roleArn(CONSUMER, 'App') } });
    for (const arn of [iam('assumed-role/App/s'), sts('assumed-role/App'), sts('assumed-role/App/*')]) assert.deepEqual(fixed(arn), role);
    assert.deepEqual(fixed(sts('assumed-role/path/App/s')), keyPolicy({ Principal: { AWS: roleArn(CONSUMER, 'path/App') } }));
    for (const arn of [iam('assumed-role/App/s'), sts('assumed-role/path/App/s')]) {
      assert.deepEqual(fixed(arn, 'session s only'), keyPolicy({ Principal: { AWS: sts('assumed-role/App/s') } }));
    }
    assert.equal(fixesWithCode({ 'key.json': keyPolicy({ Principal: { AWS: sts('assumed-role/App/*') } }) }, CODE).length, 1);
  });
});
