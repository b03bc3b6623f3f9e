import { operatorNamed } from '../aws/operators';
import { placeOf } from '../locate/located';
import { fixPolicy } from './fix';
import { conditionEdits, type Test } from './judgements/condition-edits';
import { kmsConditions } from './judgements/conditions';
import { namesServices } from './judgements/via-service';
import type { PolicySubject, RuleFor } from './rule';

/** A Deny for all other networks also stops the services that call KMS for those who may. */
export const networkConditionBreaksServices: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'network-condition-breaks-services',
    severity: 'info',
    summary: 'A condition on the network also stops AWS services that call KMS for a user',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html#conditions-aws-ip-address',
    fixable: true,
  },
  needs: ['conditions'],
  *check({ policy: located }) {
    for (const { condition, statement } of kmsConditions(located.policy)) {
      if (!OF_NETWORK.test(condition.keyLower) || condition.base === undefined || statement.conditions.some(({ keyLower }) => OF_SERVICES.test(keyLower))) continue;
      const negated = operatorNamed(condition.base)?.negated === true;
      const stopped = statement.effect === 'Deny' && negated ? 'denies those calls too' : statement.effect === 'Allow' && !negated && namesServices(statement) ? 'does not allow those calls' : undefined;
      if (stopped === undefined) continue;
      yield {
        at: placeOf(located, condition.keyMember.key.span),
        message: `When a service (Amazon EBS, Amazon S3, …) calls KMS for a user, the call may come from the service's network, and ${condition.key} is then another or missing: the statement ${stopped}.${statement.effect === 'Deny' ? ' To leave them out, ask for aws:ViaAWSService "false" as well.' : ''}`,
        fixes: () => statement.effect === 'Deny' ? [fixPolicy('Leave out calls by AWS services (aws:ViaAWSService)', located, conditionEdits(statement, [VIA_NO_SERVICE]))] : [],
      };
    }
  },
};

const VIA_NO_SERVICE: Test = { operator: 'Bool', key: 'aws:ViaAWSService', value: 'false' };
const OF_NETWORK = /^aws:(sourceip|vpcsourceip|sourcevpc|sourcevpce|sourcevpcarn|vpceaccount|vpceorgid|vpceorgpaths)$/;
/** A statement that asks for one of these has thought of services. */
const OF_SERVICES = /^(aws:(viaawsservice|calledvia|calledviafirst|calledvialast|principalisawsservice|principalservicename|principalservicenameslist)|kms:viaservice)$/;

