import { NO_ACTIONS, actionSetOf, unionOfSets, type ActionInfo } from '../aws/actions';
import { sourceConditionFor, type SourceCondition } from '../aws/service-source-conditions';
import { USE_CASES, type UseCase } from '../aws/use-cases';
import type { Key } from '../linking/entities';
import type { Statement } from '../policy/policy';
import { actionPatternsFor } from './action-patterns';
import { toConditionEntry, type ConditionEntry } from './condition-entries';
import { isRefusal, refusal, type Counterpart, type Refusal } from './counterpart';
import { createCounterpart } from './counterpart-draft';
import { describeKey } from './key-reference';
import type { RequiredPermission } from './required-permission';
import { statementAdditionsFor } from './statement-additions';
import { actionsOfStatement } from './statement-permissions';

export interface ServiceAccess {
  readonly counterpart: Counterpart;
  /** What the service is allowed: the action, and what else its use of the key needs. */
  readonly actions: readonly string[];
  /** Undefined where it takes the conditions that its other statement has. */
  readonly sourceCondition: SourceCondition | undefined;
}

/**
 * Allows a service that calls KMS as itself this action and what its use of the key needs besides, under the conditions that its other
 * statement has, else for resources of the key's account: the guard against a confused deputy (IAM User Guide, The confused deputy
 * problem).
 */
export function generateServiceAccess(key: Key, service: string, action: ActionInfo): ServiceAccess | Refusal {
  const { policy, account } = key;
  if (!policy || account === undefined) return refusal(`The workspace has no key policy for ${describeKey(key)}, or does not show which `
    + 'account owns it.');
  if (policy.policy.isFragment) return refusal('The key policy is a fragment: put "Version" and "Statement" around it first.');
  const statements = policy.policy.statements.filter((statement) => statement.effect === 'Allow' && isForServiceOnly(statement, service));
  const limited = statements.find(({ conditions }) =>
    conditions.length > 0 && conditions.every(({ keyLower }) => /^(aws:source|kms:encryptioncontext:)/.test(keyLower)));
  const useCase = useCaseNeedingAction(service, action);
  const allowed = unionOfSets(statements.map(actionsOfStatement));
  const writtenActions = useCase?.keyPolicyActions ?? [];
  const permission: RequiredPermission = {
    actions: action.bit | actionSetOf(writtenActions) & ~allowed, writtenActions,
    conditions: limited ? limited.conditions.map(toConditionEntry) : [sourceConditionForAccount(key, account, service)],
  };
  const counterpart = createCounterpart({
    policy, newUri: () => policy.uri, purpose: `${service} use ${describeKey(key)}`,
    additions: statementAdditionsFor([permission], policy, (statement) => isForServiceOnly(statement, service),
      { sid: () => `Allow ${service} to use this key`, principal: { Service: service }, resource: '*' }),
  });
  if (isRefusal(counterpart)) return counterpart;
  return { counterpart, actions: actionPatternsFor(permission.actions, writtenActions),
    sourceCondition: limited ? undefined : sourceConditionFor(service) };
}

function isForServiceOnly({ principal }: Statement, service: string): boolean {
  const [first, ...others] = principal?.principals ?? [];
  return principal?.negated === false && others.length === 0 && first?.form === 'service' && first.text.value === service;
}

/** The use in which the service needs the action, Region aside. */
function useCaseNeedingAction(service: string, action: ActionInfo): UseCase | undefined {
  return USE_CASES.find(({ servicePrincipal, keyPolicyActions }) =>
    servicePrincipal?.split('.')[0] === service.split('.')[0] && (actionSetOf(keyPolicyActions) & action.bit) !== NO_ACTIONS);
}

function sourceConditionForAccount({ partition = 'aws', region = '*' }: Key, account: string, service: string): ConditionEntry {
  const { operator, key, value } = sourceConditionFor(service);
  return { operator, key, values: [value({ partition, region, account })] };
}
