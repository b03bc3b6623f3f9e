import { findBlockedServiceCalls, blocksServiceCalls } from '../access/network-conditions';
import { locationInFile } from '../discovery/discovery-result';
import type { Condition } from '../policy/policy';
import { fixPolicy } from './shared/fix';
import { conditionEdits, type ConditionTest } from './shared/condition-edits';
import { hasServicePrincipal } from './shared/via-service';
import type { Rule } from './rule';

export const networkConditionBreaksServices: Rule = {
  code: 'network-condition-breaks-services',
  severity: 'info',
  summary: 'A condition on the network also stops AWS services that call KMS for a user',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html#conditions-aws-ip-address',
  check: {
    *condition({ condition, statement }, { policy: located }) {
      const isDeny = statement.effect === 'Deny';
      if (!blocksServiceCalls(condition, statement) || !isDeny && !hasServicePrincipal(statement)) return;
      yield {
        at: locationInFile(located, condition.keyMember.key.span),
        message: isDeny
          ? `This condition also denies calls of AWS services for a user. ${reasonFor(condition)}. To leave them out, require `
            + 'aws:ViaAWSService "false" as well.'
          : `This condition does not allow calls of AWS services for a user. ${reasonFor(condition)}.`,
        fixes: () => isDeny
          ? [fixPolicy('Leave out calls by AWS services (aws:ViaAWSService)', located, conditionEdits(statement, [NOT_VIA_AWS_SERVICE]))]
          : [],
      };
    },
    /** An Allow for certain networks only, for an identity that uses the key through a service. */
    *pair({ identity, verdicts }) {
      for (const { actions, verdict } of verdicts) {
        const blocked = findBlockedServiceCalls(identity, actions, verdict);
        for (const { condition, statementRef: { policy, statement } } of blocked?.conditions ?? []) {
          // The policy rule reports a Deny and a statement for services.
          if (!blocked || statement.effect === 'Deny' || hasServicePrincipal(statement)) continue;
          yield {
            at: locationInFile(policy, condition.keyMember.key.span),
            href: 'https://docs.aws.amazon.com/kms/latest/developerguide/vpce-policy-condition.html',
            message: 'This condition does not allow calls of AWS services for a user, though the IAM policy has a service use the key. '
              + `${reasonFor(condition)}. If the calls are meant too, allow them in a statement of their own under kms:ViaService.`,
            related: blocked.serviceUses.map(({ policy: usingPolicy, pattern: { text }, service }) => ({
              at: locationInFile(usingPolicy, text.node.span),
              message: `IAM policy: ${text.value} has the service ${service} use the key.`,
            })),
          };
        }
      }
    },
  },
};

function reasonFor({ key }: Condition): string {
  return `When a service (Amazon EBS, Amazon S3, …) calls KMS, the call may come from the service's network, and ${key} then has another `
    + 'value or is missing';
}

const NOT_VIA_AWS_SERVICE: ConditionTest = { operator: 'Bool', key: 'aws:ViaAWSService', value: 'false' };
