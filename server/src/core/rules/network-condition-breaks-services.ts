import { stoppedServices, stopsServices } from '../access/network-conditions';
import { placeOf } from '../locate/located';
import type { Condition } from '../model/policy';
import { fixPolicy } from './fix';
import { conditionEdits, type Test } from './judgements/condition-edits';
import { kmsConditions } from './judgements/conditions';
import { linksOf } from './judgements/key-halves';
import { namesServices } from './judgements/via-service';
import type { PairSubject, PolicySubject, RuleFor, RuleMeta } from './rule';

const META: RuleMeta = {
  code: 'network-condition-breaks-services',
  severity: 'info',
  summary: 'A condition on the network also stops AWS services that call KMS for a user',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html#conditions-aws-ip-address',
  fixable: true,
};

/** A Deny for all other networks also stops the services that call KMS for those who may. */
export const networkConditionBreaksServices: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: META,
  needs: ['conditions'],
  *check({ policy: located }) {
    for (const { condition, statement } of kmsConditions(located.policy)) {
      if (!stopsServices(condition, statement) || statement.effect !== 'Deny' && !namesServices(statement)) continue;
      yield {
        at: placeOf(located, condition.keyMember.key.span),
        message: statement.effect === 'Deny'
          ? `${reasonFor(condition)}: the statement denies those calls too. To leave them out, require aws:ViaAWSService "false" as well.`
          : `${reasonFor(condition)}: the statement does not allow those calls.`,
        fixes: () => statement.effect === 'Deny' ? [fixPolicy('Leave out calls by AWS services (aws:ViaAWSService)', located, conditionEdits(statement, [VIA_NO_SERVICE]))] : [],
      };
    }
  },
};

/** An Allow for some networks alone, for an identity that has a service use the key. */
export const networkConditionOfPair: RuleFor<'pair', PairSubject> = {
  scope: 'pair',
  meta: META,
  *check({ identity, key, verdicts }) {
    for (const { actions, verdict } of verdicts) {
      const stopped = stoppedServices(identity, actions, verdict);
      for (const { condition, because: { policy, statement } } of stopped?.conditions ?? []) {
        // A Deny, and a statement for services, are findings without the pair.
        if (!stopped || statement.effect === 'Deny' || namesServices(statement)) continue;
        yield {
          at: placeOf(policy, condition.keyMember.key.span),
          href: 'https://docs.aws.amazon.com/kms/latest/developerguide/vpce-policy-condition.html',
          message: `${reasonFor(condition)}: the statement does not allow those calls, though the IAM policy has a service use the key. If they are meant too, allow them in a statement of their own under kms:ViaService.`,
          related: stopped.uses.map((use) => ({ at: placeOf(use.policy, use.pattern.text.node.span), message: `IAM policy: ${use.pattern.text.value} has the service ${use.service} use the key.` })),
          rests: linksOf(identity, key),
        };
      }
    }
  },
};

function reasonFor({ key }: Condition): string {
  return `When a service (Amazon EBS, Amazon S3, …) calls KMS for a user, the call may come from the service's network, and ${key} then has another value or is missing`;
}

const VIA_NO_SERVICE: Test = { operator: 'Bool', key: 'aws:ViaAWSService', value: 'false' };
