import { ALL_ACTIONS, NO_ACTIONS, actionsWhere, type ActionSet } from '../../aws/actions';
import { conditionKeyNamed } from '../../aws/condition-keys';
import type { ActionPattern, Statement } from '../../policy/policy';
import type { Severity } from './finding';
import type { ConditionInStatement } from './kms-conditions';
import { requiresConditionValue } from './kms-statements';

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
