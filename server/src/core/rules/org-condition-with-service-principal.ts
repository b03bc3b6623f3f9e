import { joinNames } from '../access/text/describe-access';
import { locationInFile } from '../discovery/discovery-result';
import { fixCondition } from './shared/condition-edits';
import { requiresConditionValue } from './shared/kms-conditions';
import { hasOnlyServicePrincipals, hasServicePrincipal } from './shared/via-service';
import type { Rule } from './rule';

/** Service principals do not belong to an organization and have no tags. */
export const orgConditionWithServicePrincipal: Rule = {
  code: 'org-condition-with-service-principal',
  severity: 'error',
  summary: 'A condition on the organization or tags of the caller is used with a service principal',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid',
  check: {
    *condition(conditionInStatement, { policy: located }) {
      if (located.policy.kind !== 'key') return;
      const { condition, statement } = conditionInStatement;
      if (!PRINCIPAL_ORG_KEY.test(condition.keyLower) || statement.effect !== 'Allow') return;
      if (!requiresConditionValue(condition) || !hasServicePrincipal(statement)) return;
      const services = (statement.principal?.principals ?? []).filter(({ form }) => form === 'service');
      const replacement = REPLACEMENT_KEYS.get(condition.keyLower);
      yield {
        at: locationInFile(located, condition.keyMember.key.span),
        message: `${condition.key} is not in requests that a service makes as itself, since it describes users and roles: `
          + `the statement allows ${joinNames(services.map(({ text }) => text.value))} `
          + `nothing.${replacement === undefined ? '' : ` ${replacement} does the same for the resource that the service works for.`}`,
        related: services.map(({ text }) => ({ at: locationInFile(located, text.node.span), message: 'This service calls as itself.' })),
        fixes: () => replacement === undefined || !hasOnlyServicePrincipals(statement) ? []
          : fixCondition(`Require ${replacement} instead`, located, conditionInStatement, { key: replacement }, { preferred: true }),
      };
    },
  },
};

const PRINCIPAL_ORG_KEY = /^aws:(principalorgid|principalorgpaths|principaltag\/.*)$/;
const REPLACEMENT_KEYS: ReadonlyMap<string, string> = new Map([
  ['aws:principalorgid', 'aws:SourceOrgID'], ['aws:principalorgpaths', 'aws:SourceOrgPaths'],
]);
