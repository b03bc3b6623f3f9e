import { NO_ACTIONS, actionSetOf, unionOfSets } from '../aws/actions';
import { sourceConditionFor, sourceConditionsOf } from '../aws/service-source-conditions';
import type { UseCase } from '../aws/use-cases';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';
import type { Grantee } from './grantee';
import { placeholderMarker } from './placeholder-marker';
import { statementObject, uniqueSid, type JsonObject } from './statement-additions';
import { actionsOfStatement } from './statement-permissions';

/** A use case in which an AWS service calls KMS as itself. */
export type ServiceUseCase = UseCase & { readonly servicePrincipal: string };

export function isServiceUseCase(useCase: UseCase | undefined): useCase is ServiceUseCase {
  return useCase?.servicePrincipal !== undefined;
}

/**
 * The statement for the service, limited to calls that it makes for the grantee's account by the condition that the guide of the service
 * gives (docs/aws-rules.md 7.3): without it anybody could have the service use the key (IAM User Guide, the confused deputy problem).
 *
 * @param usedSids the Sids that the policy has; that of the statement counts as taken from then on
 */
export function serviceStatement(useCase: ServiceUseCase, key: Key, { account }: Grantee, usedSids: Set<string>): JsonObject {
  const principal = servicePrincipalInRegion(useCase, key);
  const { operator, key: conditionKey, value } = sourceConditionFor(useCase.servicePrincipal, useCase.id);
  const { partition = 'aws', region = placeholderMarker('REGION') } = key;
  return statementObject({
    sid: uniqueSid(`Allow ${principal} to use this key for account ${account}`, usedSids),
    principal: { Service: principal },
    actions: useCase.keyPolicyActions,
    resource: '*',
    conditions: [{ operator, key: conditionKey, values: [value({ partition, region, account })] }],
  });
}

/** Whether the policy allows the service all actions of the use case, under whatever conditions but those of its other uses. */
export function allowsServiceUseCase({ policy }: DiscoveredPolicy, useCase: ServiceUseCase, key: Key): boolean {
  const service = servicePrincipalInRegion(useCase, key);
  const allows = policy.statements.filter(({ effect, principal, conditions }) => effect === 'Allow' && principal?.negated === false
    && principal.principals.some(({ form, text }) => form === 'service' && text.value === service)
    && !conditions.some(({ keyLower }) => isSourceConditionOfOtherUseCase(keyLower, useCase)));
  return (actionSetOf(useCase.keyPolicyActions) & ~unionOfSets(allows.map(actionsOfStatement))) === NO_ACTIONS;
}

/** Encrypted topics do not meet the condition that is made for queues, nor queues that for topics. */
function isSourceConditionOfOtherUseCase(keyLower: string, { id, servicePrincipal }: ServiceUseCase): boolean {
  const { key } = sourceConditionFor(servicePrincipal, id);
  return sourceConditionsOf(servicePrincipal).conditions.some((other) => other.key !== key && other.key.toLowerCase() === keyLower);
}

function servicePrincipalInRegion({ servicePrincipal }: ServiceUseCase, { region = placeholderMarker('REGION') }: Key): string {
  return servicePrincipal.replace('REGION', region);
}
