import { expandAction, NO_ACTIONS, type ActionInfo, type ActionSet } from '../aws/actions';
import { sourceConditionFor, type SourceCondition } from '../aws/service-source-conditions';
import { USE_CASES, type UseCase } from '../aws/use-cases';
import type { Statement } from '../policy/policy';
import type { Key } from '../linking/entities';
import { actionPatternsFor } from './action-patterns';
import { toConditionEntry, type ConditionEntry } from './condition-entries';
import { isRefusal, refusal, type Counterpart, type Refusal } from './counterpart';
import { createCounterpart } from './counterpart-draft';
import { describeKey } from './key-reference';
import type { RequiredPermission } from './required-permission';
import { uniqueSid } from './sid';
import { statementAdditionsFor, statementObject } from './statement-additions';

export interface ServiceAccess {
  readonly counterpart: Counterpart;
  /** What the service is let in for: the action, and what else its use of the key needs. */
  readonly actions: readonly string[];
  /** Undefined where it takes the conditions that its other statement has. */
  readonly sourceCondition: SourceCondition | undefined;
}

/**
 * Lets a service in that calls KMS as itself, for this action and what its use of the key needs besides, under the conditions that its
 * other statement has, else for resources of the key's account: the guard against a confused deputy (IAM User Guide, The confused deputy
 * problem).
 */
export function generateServiceAccess(
  { key, service, action }: { readonly key: Key; readonly service: string; readonly action: ActionInfo },
): ServiceAccess | Refusal {
  const { policy, account } = key;
  if (!policy || account === undefined) return refusal(`The workspace has no key policy for ${describeKey(key)}, or does not show which `
    + 'account owns it.');
  if (policy.policy.isFragment) return refusal('The key policy is a fragment: put "Version" and "Statement" around it first.');
  const statements = policy.policy.statements.filter((statement) => statement.effect === 'Allow' && isForServiceOnly(statement, service));
  const limited = statements.find(({ conditions }) =>
    conditions.length > 0 && conditions.every(({ keyLower }) => /^(aws:source|kms:encryptioncontext:)/.test(keyLower))
  );
  const useCase = useCaseNeedingAction(service, action);
  const given = statements.reduce<ActionSet>((set, statement) => set | (statement.action?.actionSet ?? NO_ACTIONS), NO_ACTIONS);
  const requiredPermission: RequiredPermission = {
    actions: action.bit | (useCase ? keyPolicyActionsOf(useCase) & ~given : NO_ACTIONS),
    conditions: limited ? limited.conditions.map(toConditionEntry) : [sourceConditionForAccount(key, account, service)],
    writtenActions: useCase?.keyPolicyActions ?? [],
  };
  const actions = actionPatternsFor(requiredPermission.actions, requiredPermission.writtenActions);
  const statementAdditions = statementAdditionsFor([requiredPermission], {
    policy,
    fits: (statement) => isForServiceOnly(statement, service),
    write: ({ conditions }, taken) =>
      statementObject({ sid: uniqueSid(`Allow ${service} to use this key`, taken), principal: { Service: service }, actions, resource: '*',
        conditions }),
  });
  const counterpart = createCounterpart({ policy, additions: statementAdditions, newFileStatements: statementAdditions,
    newUri: () => policy.uri, purpose: `${service} use ${describeKey(key)}`, notes: [] });
  if (isRefusal(counterpart)) return counterpart;
  return { counterpart, actions, sourceCondition: limited ? undefined : sourceConditionFor(service) };
}

function isForServiceOnly({ principal }: Statement, service: string): boolean {
  const [only, ...others] = principal?.principals ?? [];
  return principal?.negated === false && others.length === 0 && only?.form === 'service' && only.text.value === service;
}

/** The use in which the service needs the action, Region aside. */
function useCaseNeedingAction(service: string, action: ActionInfo): UseCase | undefined {
  return USE_CASES.find((useCase) =>
    useCase.servicePrincipal?.split('.')[0] === service.split('.')[0] && (keyPolicyActionsOf(useCase) & action.bit) !== NO_ACTIONS
  );
}

function keyPolicyActionsOf({ keyPolicyActions }: UseCase): ActionSet {
  return keyPolicyActions.reduce<ActionSet>((set, name) => set | expandAction(name), NO_ACTIONS);
}

function sourceConditionForAccount({ partition = 'aws', region = '*' }: Key, account: string, service: string): ConditionEntry {
  const { operator, key, value } = sourceConditionFor(service);
  return { operator, key, values: [value({ partition, region, account })] };
}
