import { KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { actionsForKeyTypes, keyTypesOfSpec, keyTypesOfUsage, type KeyTypes } from '../../aws/key-types';
import type { Condition, Statement } from '../../policy/policy';
import { kmsActionPatterns } from './key-access-requests';
import { requiresValues } from './kms-conditions';

/** Whether the condition leaves types of keys only with which an action of the statement, one of these, does not work. */
export function excludesActions(condition: Condition, statement: Statement, actions: ActionSet): boolean {
  const types = typesOfCondition(condition);
  if (!types) return false;
  const possible = actionsForKeyTypes(types);
  return kmsActionPatterns(statement).some(({ actionSet }) => (actionSet & KEY_ACTIONS & actions) !== NO_ACTIONS && (actionSet & possible) === NO_ACTIONS);
}

/** What a condition on the spec or usage leaves; undefined where a value is a pattern, unknown, or none that AWS has. */
export function typesOfCondition(condition: Condition): KeyTypes | undefined {
  const { keyLower, values, operatorName } = condition;
  const isSpec = keyLower === 'kms:keyspec' || keyLower === 'kms:customermasterkeyspec';
  if (!isSpec && keyLower !== 'kms:keyusage' && keyLower !== 'kms:customermasterkeyusage') return undefined;
  if (!requiresValues(condition) || condition.setOperator === 'all' || operatorName?.startsWith('String') !== true || values.length === 0) return undefined;
  const all = new Set<string>();
  for (const { value, placeholders } of values) {
    const types = placeholders.length > 0 || /[*?]|\$\{/.test(value) ? undefined : isSpec ? keyTypesOfSpec(value) : keyTypesOfUsage(value);
    if (!types) return undefined;
    for (const type of types) all.add(type);
  }
  return all;
}
