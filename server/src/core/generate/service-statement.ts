import { expandAction, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { sourceConditionFor, sourceConditionsOf } from '../aws/service-source-conditions';
import type { UseCase } from '../aws/use-cases';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';
import type { ConditionEntry } from './condition-entries';
import type { Grantee } from './grantee';
import { placeholderMarker } from './placeholder-marker';
import { uniqueSid } from './sid';
import { statementObject, type JsonObject } from './statement-additions';

/** A use case in which an AWS service calls KMS as itself. */
export type ServiceUseCase = UseCase & { readonly servicePrincipal: string };

export function isServiceUseCase(useCase: UseCase | undefined): useCase is ServiceUseCase {
  return useCase?.servicePrincipal !== undefined;
}

/**
 * The statement for the service, limited to calls that it makes for the party's account: without that anybody could have
 * the service use the key (IAM User Guide, the confused deputy problem).
 *
 * @param taken the Sids that the policy has; that of the statement counts as taken from then on
 */
export function serviceStatement(useCase: ServiceUseCase, key: Key, grantee: Grantee, taken: Set<string>): JsonObject {
  return statementObject({
    sid: uniqueSid(`Allow ${servicePrincipalInRegion(useCase, key)} to use this key for account ${grantee.account}`, taken),
    principal: { Service: servicePrincipalInRegion(useCase, key) },
    actions: useCase.keyPolicyActions,
    resource: '*',
    conditions: [useCaseSourceCondition(useCase, key, grantee)],
  });
}

/** Whether the policy lets the service in for all the actions of the use case, under whatever conditions but those of its other uses. */
export function allowsServiceUseCase(policy: DiscoveredPolicy, useCase: ServiceUseCase, key: Key): boolean {
  const principal = servicePrincipalInRegion(useCase, key);
  const given = policy.policy.statements
    .filter((statement) => statement.effect === 'Allow' && statement.principal?.negated === false
      && statement.principal.principals.some(({ form, text: policyString }) => form === 'service' && policyString.value === principal)
      && !statement.conditions.some(({ keyLower }) => isSourceConditionOfOtherUseCase(keyLower, useCase)))
    .reduce((set, statement) => set | (statement.action?.actionSet ?? NO_ACTIONS), NO_ACTIONS);
  const needed = useCase.keyPolicyActions.reduce<ActionSet>((set, action) => set | expandAction(action), NO_ACTIONS);
  return (needed & ~given) === NO_ACTIONS;
}

/** Encrypted topics do not meet the condition that is made for queues, nor queues that for topics. */
function isSourceConditionOfOtherUseCase(keyLower: string, { id, servicePrincipal }: ServiceUseCase): boolean {
  const { key } = sourceConditionFor(servicePrincipal, id);
  return sourceConditionsOf(servicePrincipal).conditions.some((limit) => limit.key !== key && limit.key.toLowerCase() === keyLower);
}

function servicePrincipalInRegion(useCase: ServiceUseCase, key: Key): string {
  return useCase.servicePrincipal.replace('REGION', key.region ?? placeholderMarker('REGION'));
}

/** The condition that the guide of each service gives (docs/aws-rules.md 7.3). */
function useCaseSourceCondition(useCase: ServiceUseCase, key: Key, grantee: Grantee): ConditionEntry {
  const { operator, key: conditionKey, value } = sourceConditionFor(useCase.servicePrincipal, useCase.id);
  return { operator, key: conditionKey,
    values: [value({ partition: key.partition ?? 'aws', region: key.region ?? placeholderMarker('REGION'), account: grantee.account })] };
}
