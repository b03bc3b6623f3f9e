import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode } from '../support/expect-findings';
import {
  CONSUMER, getKeyPolicyOutput, identityPolicy, keyPolicy, OWNER_STATEMENT, policyDocument, roleArn, rootArn,
} from '../support/fixtures';

const CODE = 'sso-role-principal';
const ONLY = [CODE];
const NAME = 'aws-reserved/sso.amazonaws.com/eu-west-2/AWSReservedSSO_Database_Admin_1234567890abcdef';
const SSO = roleArn(CONSUMER, NAME);
const PATTERN = SSO.replace('1234567890abcdef', '*');
const byCondition = { Principal: { AWS: rootArn(CONSUMER) }, Condition: { ArnLike: { 'aws:PrincipalArn': PATTERN } } };

describe(CODE, () => {
  it('finds a role of IAM Identity Center', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: SSO } }) }, [`key.json warning ${CODE} "\\"${SSO}\\""`], ONLY);
  });

  it('takes the account with a condition on the ARN', () => {
    checkFindings({ 'key.json': keyPolicy(byCondition) }, [], ONLY);
  });

  it('finds it without a Region, in a list, in China, inside AWS CLI output', () => {
    const arn = `arn:aws-cn:iam::${CONSUMER}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_abcdef0123456789`;
    checkFindings({ 'out.json': getKeyPolicyOutput(keyPolicy({ Effect: 'Deny', Principal: { AWS: [rootArn(CONSUMER), arn] } })) }, [
      `out.json warning ${CODE} "\\\\\\"${arn}\\\\\\""`,
    ], ONLY);
  });

  it('leaves other roles and template values alone', () => {
    checkFindings({
      'key.json': keyPolicy({
        Principal: {
          AWS: [roleArn(CONSUMER, 'AWSReservedSSO'), roleArn(CONSUMER, 'aws-service-role/x.amazonaws.com/X'),
            SSO.replace(CONSUMER, '${account}')],
        },
      }),
    }, [], ONLY);
  });

  it('moves the role into a condition (IAM Identity Center User Guide, referencingpermissionsets)', () => {
    const after = applyFix({ 'key.json': keyPolicy({ Principal: { AWS: [SSO] } }) }, CODE);
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy(byCondition));
    checkFindings(after, [], ONLY);
  });

  it('leaves other principals in their statement', () => {
    const after = applyFix({ 'key.json': keyPolicy({ Principal: { AWS: [SSO, roleArn(CONSUMER)], Service: 'sns.amazonaws.com' } }) }, CODE);
    const rest = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), policyDocument(
      OWNER_STATEMENT, { ...rest, Principal: { AWS: [roleArn(CONSUMER)], Service: 'sns.amazonaws.com' } }, { ...rest, ...byCondition },
    ));
    assert.equal(fixesWithCode({ 'part.json': { ...rest, Principal: { AWS: [SSO, roleArn(CONSUMER)] } } }, CODE).length, 0);
  });

  describe('a role without its path (IAM Identity Center User Guide, referencingpermissionsets)', () => {
    const pathless = roleArn(CONSUMER, 'AWSReservedSSO_Engineer_0123456789abcdef');
    const pattern = roleArn(CONSUMER, 'aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Engineer_*');
    const byArn = (operator: string, value: string | readonly string[], elements: Readonly<Record<string, unknown>> = {}) => (
      {
        'key.json': keyPolicy({ Principal: { AWS: rootArn(CONSUMER) }, Condition: { [operator]: { 'aws:PrincipalArn': value } },
          ...elements }),
      }
    );
    const conditionAfter = (files: Record<string, object>): unknown =>
      (JSON.parse(applyFix(files, CODE)['key.json'] ?? '') as { Statement: { Condition: unknown }[] }).Statement[1]?.Condition;

    it('is reported as a principal, and gets its path in the condition', () => {
      const files = { 'key.json': keyPolicy({ Principal: { AWS: pathless } }) };
      checkFindings(files, [`key.json warning ${CODE} "\\"${pathless}\\""`], ONLY);
      assert.match(findingsWithCode(files, CODE)[0]?.message ?? '', /^No role has this ARN/);
      assert.deepEqual(conditionAfter(files), { ArnLike: { 'aws:PrincipalArn': pattern } });
    });

    it('is reported in aws:PrincipalArn, under every operator, with or without its suffix', () => {
      for (const operator of ['ArnLike', 'ArnEquals', 'StringLike', 'ArnLikeIfExists']) {
        const files = byArn(operator, roleArn(CONSUMER, 'AWSReservedSSO_Engineer_*'));
        checkFindings(files, [`key.json warning ${CODE} "\\"${roleArn(CONSUMER, 'AWSReservedSSO_Engineer_*')}\\""`], ONLY);
        assert.deepEqual(conditionAfter(files), { [operator]: { 'aws:PrincipalArn': pattern } });
      }
      assert.deepEqual(conditionAfter(byArn('StringEquals', [pathless, roleArn(CONSUMER)])), {
        StringLike: { 'aws:PrincipalArn': [pattern, roleArn(CONSUMER)] },
      });
      assert.deepEqual(conditionAfter(byArn('ArnEquals', roleArn(CONSUMER, 'AWSReservedSSO_Engineer'))), {
        ArnEquals: { 'aws:PrincipalArn': pattern },
      });
    });

    it('is reported where a Deny is to spare it, which it does not', () => {
      const files = byArn('ArnNotLike', roleArn(CONSUMER, 'AWSReservedSSO_Engineer_*'), { Effect: 'Deny', Principal: '*' });
      assert.match(findingsWithCode(files, CODE)[0]?.message ?? '',
        /so the condition is always true: the Deny applies to every request\.$/);
      assert.deepEqual(conditionAfter(files), { ArnNotLike: { 'aws:PrincipalArn': pattern } });
      const several = byArn('ArnNotLike', [roleArn(CONSUMER, 'AWSReservedSSO_Engineer_*'), roleArn(CONSUMER)], { Effect: 'Deny',
        Principal: '*' });
      assert.match(findingsWithCode(several, CODE)[0]?.message ?? '', /so it excludes nothing\.$/);
    });

    it('is reported in an IAM policy about keys', () => {
      const files = { 'app.json': identityPolicy({ Condition: { ArnLike: { 'aws:PrincipalArn': pathless } } }) };
      checkFindings(files, [`app.json warning ${CODE} "\\"${pathless}\\""`], ONLY);
    });

    it('is silent for patterns that cover the path', () => {
      for (const name of ['aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Engineer_*', '*AWSReservedSSO_Engineer_*',
        '*/AWSReservedSSO_Engineer_*', 'aws-reserved/sso.amazonaws.com/eu-west-2/AWSReservedSSO_Engineer_*']) {
        checkFindings(byArn('ArnLike', roleArn(CONSUMER, name)), [], ONLY);
      }
    });

    it('says that a pattern with a Region misses the roles of us-east-1', () => {
      const files = byArn('ArnLike', roleArn(CONSUMER, 'aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Engineer_*'));
      checkFindings(files, [
        `key.json info ${CODE} "\\"${roleArn(CONSUMER, 'aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Engineer_*')}\\""`,
      ], ONLY);
      assert.deepEqual(conditionAfter(files), { ArnLike: { 'aws:PrincipalArn': pattern } });
    });
  });
});
