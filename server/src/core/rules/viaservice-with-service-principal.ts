import { joinNames } from '../access/text/describe-access';
import { sourceConditionsOf } from '../aws/service-source-conditions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Fix } from './shared/fix';
import { fixCondition } from './shared/condition-edits';
import type { ConditionInStatement } from './shared/kms-conditions';
import { requiresViaServiceOfServices } from './shared/via-service';
import type { Key } from '../linking/entities';
import type { Rule } from './rule';

export const viaserviceWithServicePrincipal: Rule = {
  code: 'viaservice-with-service-principal',
  severity: 'error',
  summary: 'kms:ViaService is used with a service principal, whose requests never have it',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service',
  check: {
    *condition(conditionInStatement, { policy: located, key }) {
      if (located.policy.kind !== 'key') return;
      const { condition, statement } = conditionInStatement;
      if (!requiresViaServiceOfServices(statement, condition)) return;
      const services = (statement.principal?.principals ?? []).map(({ text }) => text.value);
      yield {
        at: locationInFile(located, condition.keyMember.key.span),
        message: 'kms:ViaService is not in requests that a service makes as itself, only in those with the credentials of a user or role. '
          + `${joinNames(services)} calls as itself here, so the condition is never true and the statement allows nothing. `
          + sourceConditionsOf(services[0] ?? '').advice,
        related: statement.principal
          ? [{ at: locationInFile(located, statement.principal.member.span),
            message: 'The statement is for services that call as themselves.' }]
          : [],
        fixes: () => fixesFor(located, conditionInStatement, services, key),
      };
    },
  },
};

function fixesFor(located: DiscoveredPolicy, conditionInStatement: ConditionInStatement, services: readonly string[],
  key: Key | undefined): Fix[] {
  const { account, region = '*', partition = 'aws' } = key ?? {};
  const [service = ''] = services;
  const sourceConditions = sourceConditionsOf(service);
  const { conditions, hasUnlimitedUses } = sourceConditions;
  // The condition applies to all services of the statement.
  if (account === undefined || services.some((other) => sourceConditionsOf(other) !== sourceConditions)) return [];
  return conditions.flatMap(({ operator, key: conditionKey, value }) => {
    const change = { operator, key: conditionKey, value: value({ account, region, partition }) };
    return fixCondition(`Require ${conditionKey} ${change.value} instead`, located, conditionInStatement, change, {
      preferred: conditions.length === 1 && !hasUnlimitedUses,
    });
  });
}
