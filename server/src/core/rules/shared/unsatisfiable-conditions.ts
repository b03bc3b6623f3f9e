import { NO_ACTIONS, type ActionSet, ALL_ACTIONS, actionsWhere, KEY_ACTIONS } from '../../aws/actions';
import { conditionKeyNamed } from '../../aws/condition-keys';
import type { Condition, Statement, ActionPattern } from '../../policy/policy';
import { isImpossibleConditionValue } from './condition-values';
import { principalsExcludedBy, principalsRequiringSourceKey } from './caller-conditions';
import { requiresConditionValue, type ConditionInStatement } from './kms-conditions';
import type { Severity } from './finding';
import { actionsForKeyTypes, keyTypesOfSpec, keyTypesOfUsage, type KeyTypes } from '../../aws/key-types';
import { kmsActionPatterns } from './key-access-requests';

/** Whether a finding at a condition of a key policy says why it is never true in requests for these actions of those whom the statement names. */
export function isReportedAsNeverTrue(condition: Condition, statement: Statement, actions: ActionSet): boolean {
  if (!requiresConditionValue(condition)) return false;
  const inapplicableCondition = inapplicableConditionOf({ condition, statement });
  // As a mere note it is not the cause to tell the consumer.
  if (inapplicableCondition && inapplicableCondition.severity !== 'info' && inapplicableCondition.inapplicablePatterns.some(({ actionSet }) => (actionSet & actions) !== NO_ACTIONS)) return true;
  if (isUnknownKmsConditionKey(condition) || excludesActions(condition, statement, actions)) return true;
  if (condition.values.length > 0 && condition.values.every((policyString) => isImpossibleConditionValue(policyString, condition))) return true;
  if (principalsRequiringSourceKey(condition, statement).length > 0) return true;
  const { principal } = statement;
  return principal?.negated === false && principalsExcludedBy(condition, principal.principals).length > 0;
}

/** A key of KMS that KMS does not have, and that no template fills in. */
export function isUnknownKmsConditionKey({ keyLower, keyMember }: Condition): boolean {
  return keyLower.startsWith('kms:') && keyMember.key.placeholders.length === 0 && conditionKeyNamed(keyLower) === undefined;
}

/** What of an Allow statement a condition rules out, because requests for it do not have the key. */
export interface InapplicableCondition {
  readonly inapplicablePatterns: readonly ActionPattern[];
  /** Nothing else is left for the statement to allow. */
  readonly wholeStatement: boolean;
  readonly severity: Severity;
}

/** The actions, spelled `kms:`, of the statement that the key can never be asked of; undefined where there are none. */
export function inapplicableConditionOf({ statement, condition }: ConditionInStatement): InapplicableCondition | undefined {
  if (statement.effect !== 'Allow' || !requiresConditionValue(condition)) return undefined;
  const key = conditionKeyNamed(condition.keyLower);
  if (!key || key.actions === ALL_ACTIONS) return undefined;
  const lacking = patternsWithoutKey(statement, key.actions);
  if (lacking.length === 0) return undefined;
  const whole = statement.action?.patterns.length === lacking.length;
  return { inapplicablePatterns: lacking, wholeStatement: whole, severity: severityOf(key.name, lacking, whole) };
}

/** Unknown actions, and values that a template fills in, are other rules' matter. */
function patternsWithoutKey({ action }: Statement, carrying: ActionSet): readonly ActionPattern[] {
  if (!action || action.negated) return [];
  return action.patterns.filter(({ service, actionSet }) => service === 'kms' && actionSet !== NO_ACTIONS && (actionSet & carrying) === NO_ACTIONS);
}

/** AWS's own statements carry these along, and what they miss seldom hurts. */
const READ_METADATA_ACTIONS = actionsWhere(({ name }) => /^kms:(Describe|List)/.test(name));

function severityOf(key: string, lacking: readonly ActionPattern[], whole: boolean): Severity {
  if (key.startsWith('aws:')) return 'info';
  if (whole) return 'error';
  return lacking.every(({ actionSet }) => (actionSet & ~READ_METADATA_ACTIONS) === NO_ACTIONS) ? 'info' : 'warning';
}

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
  if (!requiresConditionValue(condition) || operatorName?.startsWith('String') !== true || values.length === 0) return undefined;
  const all = new Set<string>();
  for (const { value, placeholders } of values) {
    const types = placeholders.length > 0 || /[*?]|\$\{/.test(value) ? undefined : isSpec ? keyTypesOfSpec(value) : keyTypesOfUsage(value);
    if (!types) return undefined;
    for (const type of types) all.add(type);
  }
  return all;
}
