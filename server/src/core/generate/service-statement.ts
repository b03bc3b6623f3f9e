import { expandAction, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { sourceLimit, sourcesOf } from '../aws/service-sources';
import type { UseCase } from '../aws/use-cases';
import type { LocatedPolicy } from '../locate/located';
import type { Key } from '../workspace/world';
import type { CarriedCondition } from './carried-conditions';
import type { Party } from './party';
import { placeholder } from './placeholder';
import { freeSid } from './sid';
import { statementObject, type JsonObject } from './write-statements';

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
export function serviceStatement(useCase: ServiceUseCase, key: Key, party: Party, taken: Set<string>): JsonObject {
  return statementObject({
    sid: freeSid(`Allow ${principalOf(useCase, key)} to use this key for account ${party.account}`, taken),
    principal: { Service: principalOf(useCase, key) },
    actions: useCase.keyPolicyActions,
    resource: '*',
    conditions: [limitFor(useCase, key, party)],
  });
}

/** Whether the policy lets the service in for all the actions of the use case, under whatever conditions but those of its other uses. */
export function letsServiceIn(policy: LocatedPolicy, useCase: ServiceUseCase, key: Key): boolean {
  const principal = principalOf(useCase, key);
  const given = policy.policy.statements
    .filter((statement) => statement.effect === 'Allow' && statement.principal?.negated === false
      && statement.principal.principals.some(({ form, text }) => form === 'service' && text.value === principal)
      && !statement.conditions.some(({ keyLower }) => isForOtherUse(keyLower, useCase)))
    .reduce((set, statement) => set | (statement.action?.set ?? NO_ACTIONS), NO_ACTIONS);
  const needed = useCase.keyPolicyActions.reduce<ActionSet>((set, action) => set | expandAction(action), NO_ACTIONS);
  return (needed & ~given) === NO_ACTIONS;
}

/** Encrypted topics do not meet the condition that is made for queues, nor queues that for topics. */
function isForOtherUse(keyLower: string, { id, servicePrincipal }: ServiceUseCase): boolean {
  const { key } = sourceLimit(servicePrincipal, id);
  return sourcesOf(servicePrincipal).limits.some((limit) => limit.key !== key && limit.key.toLowerCase() === keyLower);
}

function principalOf(useCase: ServiceUseCase, key: Key): string {
  return useCase.servicePrincipal.replace('REGION', key.region ?? placeholder('REGION'));
}

/** The condition that the guide of each service gives (docs/aws-rules.md 7.3). */
function limitFor(useCase: ServiceUseCase, key: Key, party: Party): CarriedCondition {
  const { operator, key: conditionKey, value } = sourceLimit(useCase.servicePrincipal, useCase.id);
  return { operator, key: conditionKey, values: [value({ partition: key.partition ?? 'aws', region: key.region ?? placeholder('REGION'), account: party.account })] };
}
