import { NO_ACTIONS, type ActionSet, ALL_ACTIONS, actionsWhere, KEY_ACTIONS } from '../../aws/actions';
import { conditionKeyNamed } from '../../aws/condition-keys';
import type { Condition, Statement, ActionPattern } from '../../policy/policy';
import { isImpossibleConditionValue } from './condition-values';
import { principalsExcludedBy, principalsRequiringSourceKey } from './caller-conditions';
import { requiresConditionValue, type ConditionInStatement } from './kms-conditions';
import type { Severity } from './finding';
import { actionsForKeyTypes, keyTypesOfSpec, keyTypesOfUsage, type KeyTypes } from '../../aws/key-types';
import { kmsActionPatterns } from './key-access-requests';

/**
 * Whether another finding at a condition of a key policy says why it is never true for these actions of the principals of the statement.
 */
export function isReportedAsNeverTrue(condition: Condition, statement: Statement, actions: ActionSet): boolean {
  if (!requiresConditionValue(condition)) return false;
  const inapplicableCondition = inapplicableConditionOf({ condition, statement });
  // An information does not count as the cause of missing access.
  if (inapplicableCondition && inapplicableCondition.severity !== 'info'
    && inapplicableCondition.inapplicablePatterns.some(({ actionSet }) => (actionSet & actions) !== NO_ACTIONS)) return true;
  if (isUnknownKmsConditionKey(condition) || excludesActions(condition, statement, actions)) return true;
  if (condition.values.length > 0 && condition.values.every((policyString) => isImpossibleConditionValue(policyString, condition)))
    return true;
  if (principalsRequiringSourceKey(condition, statement).length > 0) return true;
  const { principal } = statement;
  return principal?.negated === false && principalsExcludedBy(condition, principal.principals).length > 0;
}

/** Whether the key starts with `kms:`, does not exist and has no placeholder. */
export function isUnknownKmsConditionKey({ keyLower, keyMember }: Condition): boolean {
  return keyLower.startsWith('kms:') && keyMember.key.placeholders.length === 0 && conditionKeyNamed(keyLower) === undefined;
}

/** The actions of an Allow statement whose requests never have the key of a condition. */
interface InapplicableCondition {
  readonly inapplicablePatterns: readonly ActionPattern[];
  /** The statement has no other actions. */
  readonly wholeStatement: boolean;
  readonly severity: Severity;
}

/** Undefined where there are no such actions, spelled `kms:`. */
export function inapplicableConditionOf({ statement, condition }: ConditionInStatement): InapplicableCondition | undefined {
  if (statement.effect !== 'Allow' || !requiresConditionValue(condition)) return undefined;
  const key = conditionKeyNamed(condition.keyLower);
  if (!key || key.actions === ALL_ACTIONS) return undefined;
  const inapplicablePatterns = patternsWithoutKey(statement, key.actions);
  if (inapplicablePatterns.length === 0) return undefined;
  const wholeStatement = statement.action?.patterns.length === inapplicablePatterns.length;
  return { inapplicablePatterns, wholeStatement, severity: severityOf(key.name, inapplicablePatterns, wholeStatement) };
}

/** Without unknown actions and values with placeholders. */
function patternsWithoutKey({ action }: Statement, actionsWithKey: ActionSet): readonly ActionPattern[] {
  if (!action || action.negated) return [];
  return action.patterns.filter(({ service, actionSet }) =>
    service === 'kms' && actionSet !== NO_ACTIONS && (actionSet & actionsWithKey) === NO_ACTIONS);
}

/** AWS's own statements list these beside the others, and they seldom matter. */
const READ_METADATA_ACTIONS = actionsWhere(({ name }) => /^kms:(Describe|List)/.test(name));

function severityOf(key: string, patterns: readonly ActionPattern[], wholeStatement: boolean): Severity {
  if (key.startsWith('aws:')) return 'info';
  if (wholeStatement) return 'error';
  return patterns.every(({ actionSet }) => (actionSet & ~READ_METADATA_ACTIONS) === NO_ACTIONS) ? 'info' : 'warning';
}

/** Whether the condition allows only key types with which one of these actions of the statement does not work. */
function excludesActions(condition: Condition, statement: Statement, actions: ActionSet): boolean {
  const types = typesOfCondition(condition);
  if (!types) return false;
  const possible = actionsForKeyTypes(types);
  return kmsActionPatterns(statement).some(({ actionSet }) => (
    (actionSet & KEY_ACTIONS & actions) !== NO_ACTIONS && (actionSet & possible) === NO_ACTIONS));
}

/**
 * The key types that a condition on the spec or usage allows; undefined where a value is a pattern, has a placeholder or does not exist.
 */
export function typesOfCondition(condition: Condition): KeyTypes | undefined {
  const { keyLower, values, operatorName } = condition;
  const isSpec = keyLower === 'kms:keyspec' || keyLower === 'kms:customermasterkeyspec';
  if (!isSpec && keyLower !== 'kms:keyusage' && keyLower !== 'kms:customermasterkeyusage') return undefined;
  if (!requiresConditionValue(condition) || operatorName?.startsWith('String') !== true || values.length === 0) return undefined;
  const allowedTypes = new Set<string>();
  for (const { value, placeholders } of values) {
    const types = placeholders.length > 0 || /[*?]|\$\{/.test(value) ? undefined : isSpec ? keyTypesOfSpec(value) : keyTypesOfUsage(value);
    if (!types) return undefined;
    for (const type of types) allowedTypes.add(type);
  }
  return allowedTypes;
}
