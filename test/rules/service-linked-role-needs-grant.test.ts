import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode } from '../support/expect-findings';
import {
  CONSUMER, getKeyPolicyOutput, keyPolicy, manifest, OWNER, OWNER_STATEMENT, policyDocument, roleArn, rootArn,
} from '../support/fixtures';

const ONLY = ['service-linked-role-needs-grant'];
const NAME = 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
const FOREIGN = roleArn(CONSUMER, NAME);
const files = (elements: Readonly<Record<string, unknown>>) => ({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy(elements) });

describe('service-linked-role-needs-grant', () => {
  it('finds a service-linked role of another account', () => {
    checkFindings(files({ Principal: { AWS: FOREIGN } }), [`key.json warning service-linked-role-needs-grant "\\"${FOREIGN}\\""`], ONLY);
  });

  it('leaves open what the policy of another role allows: '
    + 'that of GuardDuty malware protection has kms:CreateGrant on keys of every account (AWS Managed Policy Reference)', () => {
    const other = roleArn(CONSUMER,
      'aws-service-role/malware-protection.guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDutyMalwareProtection');
    checkFindings(files({ Principal: { AWS: other } }), [`key.json info service-linked-role-needs-grant "\\"${other}\\""`], ONLY);
  });

  it('takes the owner\'s', () => {
    checkFindings(files({ Principal: { AWS: roleArn(OWNER, NAME) } }), [], ONLY);
  });

  it('takes other roles, Deny, and placeholders', () => {
    checkFindings(files({ Principal: { AWS: roleArn(CONSUMER) } }), [], ONLY);
    checkFindings(files({ Effect: 'Deny', Principal: { AWS: FOREIGN } }), [], ONLY);
    checkFindings(files({ Principal: { AWS: `arn:aws:iam::\${account}:role/${NAME}` } }), [], ONLY);
  });

  it('finds it in a list inside AWS CLI output', () => {
    checkFindings({ 'kms-handshake.json': manifest(),
      'key.json': getKeyPolicyOutput(keyPolicy({ Principal: { AWS: [rootArn(CONSUMER), FOREIGN] } })) }, [
      `key.json warning service-linked-role-needs-grant ${JSON.stringify(`\\"${FOREIGN}\\"`)}`,
    ], ONLY);
  });

  describe('allows the account to create the grant, and nothing else (EC2 Auto Scaling, key-policy-requirements-EBS-encryption)', () => {
    const grant = (...roles: readonly string[]) => ({
      Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:CreateGrant', Resource: '*',
      Condition: { StringEquals: { 'kms:GranteePrincipal': roles.length === 1 ? roles[0] : roles } },
    });
    const fixed = (elements: Readonly<Record<string, unknown>>): unknown =>
      JSON.parse(applyFix(files(elements), 'service-linked-role-needs-grant')['key.json'] ?? '');

    it('in place of a statement for the role alone', () => {
      assert.deepEqual(fixed({ Principal: { AWS: FOREIGN } }), policyDocument(OWNER_STATEMENT, grant(FOREIGN)));
      assert.deepEqual(
        fixesWithCode(files({ Principal: { AWS: FOREIGN } }), 'service-linked-role-needs-grant').map(({ preferred }) => preferred),
        [false],
      );
    });

    it('beside a statement for others', () => {
      const after = fixed({ Sid: 'Use', Principal: { AWS: [rootArn(CONSUMER), FOREIGN, `${FOREIGN}_blue`] } });
      assert.deepEqual(after,
        keyPolicy({ Sid: 'Use', Principal: { AWS: [rootArn(CONSUMER)] } }, { Sid: 'Use2', ...grant(FOREIGN, `${FOREIGN}_blue`) }));
    });

    const conditions: readonly object[] = [
      { Bool: { 'kms:GrantIsForAWSResource': 'true' } }, { StringEquals: { 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' } },
      { ArnLike: { 'aws:PrincipalArn': FOREIGN } }, { StringEquals: { 'aws:SourceAccount': CONSUMER } },
    ];
    for (const Condition of conditions) {
      it(`without a condition that was written for the role as caller: ${JSON.stringify(Condition)}`, () => {
        assert.deepEqual(fixed({ Principal: { AWS: FOREIGN }, Action: ['kms:CreateGrant', 'kms:ListGrants'], Condition }),
          policyDocument(OWNER_STATEMENT, grant(FOREIGN)));
      });
    }

    it('not where the policy that AWS wrote for the role may allow the actions', () => {
      const other = roleArn(CONSUMER,
        'aws-service-role/malware-protection.guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDutyMalwareProtection');
      assert.deepEqual(fixesWithCode(files({ Principal: { AWS: other } }), 'service-linked-role-needs-grant'), []);
    });
  });

  describe('a role without its path (IAM User Guide, service-linked roles)', () => {
    const pathless = roleArn(OWNER, 'AWSServiceRoleForAutoScaling');
    const excluding = (operator: string, value: string, effect = 'Deny') =>
      files({ Effect: effect, Principal: '*', Condition: { [operator]: { 'aws:PrincipalArn': value } } });

    it('is reported as a principal, of any account', () => {
      for (const arn of [pathless, roleArn(CONSUMER, 'AWSServiceRoleForBackup')]) {
        checkFindings(files({ Principal: { AWS: arn } }), [`key.json warning service-linked-role-needs-grant "\\"${arn}\\""`], ONLY);
      }
    });

    it('is reported in a condition, where it excludes no one', () => {
      const [finding] = findingsWithCode(excluding('ArnNotEquals', pathless), 'service-linked-role-needs-grant');
      assert.match(finding?.message ?? '',
        /^No role has this ARN: .*so the condition is always true: the Deny applies to every request\.$/);
      const after = applyFix(excluding('ArnNotEquals', pathless), 'service-linked-role-needs-grant');
      checkFindings(after, [], ONLY);
      assert.match(after['key.json'] ?? '',
        /"ArnNotEquals": \{\s+"aws:PrincipalArn": "arn:aws:iam::111122223333:role\/aws-service-role\/\*\/AWSServiceRoleForAutoScaling"/);
    });

    it('is not a role with another name, or with its path', () => {
      checkFindings(
        files({
          Principal: { AWS: [roleArn(OWNER, NAME), roleArn(OWNER, 'App/AWSServiceRoleForX'), roleArn(OWNER, 'MyAWSServiceRoleForX')] },
        }),
        [],
        ONLY,
      );
      checkFindings(excluding('ArnNotLike', roleArn(OWNER, 'aws-service-role/*')), [], ONLY);
      checkFindings(excluding('ArnNotLike', `arn:aws:iam::${OWNER}:role/*AWSServiceRoleForAutoScaling`), [], ONLY);
    });
  });
});
