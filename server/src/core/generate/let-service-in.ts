import { expandAction, NO_ACTIONS, type ActionInfo, type ActionSet } from '../aws/actions';
import { sourceLimit, type SourceLimit } from '../aws/service-sources';
import { USE_CASES, type UseCase } from '../aws/use-cases';
import type { Statement } from '../model/policy';
import type { Key } from '../workspace/world';
import { wordActions } from './action-wording';
import { plainCondition, type CarriedCondition } from './carried-conditions';
import { refusal, type Counterpart, type Refusal } from './counterpart';
import { counterpartOf } from './finish';
import { sayKey } from './key-name';
import type { Need } from './need';
import { freeSid } from './sid';
import { additionsFor, statementObject } from './write-statements';

export interface ServiceAccess {
  readonly counterpart: Counterpart;
  /** What the service is let in for: the action, and what else its use of the key needs. */
  readonly actions: readonly string[];
  /** Undefined where it takes the conditions that its other statement has. */
  readonly limit: SourceLimit | undefined;
}

/**
 * Lets a service in that calls KMS as itself, for this action and what its use of the key needs besides, under the conditions that its other
 * statement has, else for resources of the key's account: the guard against a confused deputy (IAM User Guide, The confused deputy problem).
 */
export function letServiceIn({ key, service, action }: { readonly key: Key; readonly service: string; readonly action: ActionInfo }): ServiceAccess | Refusal {
  const { policy, account } = key;
  if (!policy || account === undefined) return refusal(`The workspace has no key policy for ${sayKey(key)}, or does not show which account owns it.`);
  if (policy.policy.fragment) return refusal('The key policy is a fragment: put "Version" and "Statement" around it first.');
  const statements = policy.policy.statements.filter((statement) => statement.effect === 'Allow' && isForOnly(statement, service));
  const limited = statements.find(({ conditions }) => conditions.length > 0 && conditions.every(({ keyLower }) => /^(aws:source|kms:encryptioncontext:)/.test(keyLower)));
  const useCase = useCaseWith(service, action);
  const given = statements.reduce<ActionSet>((set, statement) => set | (statement.action?.set ?? NO_ACTIONS), NO_ACTIONS);
  const need: Need = {
    actions: action.bit | (useCase ? actionsOf(useCase) & ~given : NO_ACTIONS),
    conditions: limited ? limited.conditions.map(plainCondition) : [limitOf(key, account, service)],
    written: useCase?.keyPolicyActions ?? [],
  };
  const actions = wordActions(need.actions, need.written);
  const additions = additionsFor([need], {
    policy,
    fits: (statement) => isForOnly(statement, service),
    write: ({ conditions }, taken) => statementObject({ sid: freeSid(`Allow ${service} to use this key`, taken), principal: { Service: service }, actions, resource: '*', conditions }),
  });
  const counterpart = counterpartOf({ policy, additions, fresh: additions, newUri: () => policy.uri, what: `${service} use ${sayKey(key)}`, notes: [] });
  return { counterpart, actions, limit: limited ? undefined : sourceLimit(service) };
}

function isForOnly({ principal }: Statement, service: string): boolean {
  const [only, ...others] = principal?.principals ?? [];
  return principal?.negated === false && others.length === 0 && only?.form === 'service' && only.text.value === service;
}

/** The use in which the service needs the action, Region aside. */
function useCaseWith(service: string, action: ActionInfo): UseCase | undefined {
  return USE_CASES.find((useCase) => useCase.servicePrincipal?.split('.')[0] === service.split('.')[0] && (actionsOf(useCase) & action.bit) !== NO_ACTIONS);
}

function actionsOf({ keyPolicyActions }: UseCase): ActionSet {
  return keyPolicyActions.reduce<ActionSet>((set, name) => set | expandAction(name), NO_ACTIONS);
}

function limitOf({ partition = 'aws', region = '*' }: Key, account: string, service: string): CarriedCondition {
  const { operator, key, value } = sourceLimit(service);
  return { operator, key, values: [value({ partition, region, account })] };
}
