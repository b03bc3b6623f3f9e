import { ALL_ACTIONS, NO_ACTIONS, setWhere, type ActionSet } from '../../aws/actions';
import { conditionKeyNamed } from '../../aws/condition-keys';
import type { ActionPattern, Statement } from '../../model/policy';
import type { Severity } from '../finding';
import type { Placed } from './conditions';
import { isPositive } from './statements';

/** What of an Allow statement a condition rules out, because requests for it do not have the key. */
export interface Lack {
  readonly lacking: readonly ActionPattern[];
  /** Nothing else is left for the statement to allow. */
  readonly whole: boolean;
  readonly severity: Severity;
}

/** The actions, spelled `kms:`, of the statement that the key can never be asked of; undefined where there are none. */
export function lackOf({ statement, condition }: Placed): Lack | undefined {
  if (statement.effect !== 'Allow' || !isPositive(condition)) return undefined;
  const key = conditionKeyNamed(condition.keyLower);
  if (!key || key.actions === ALL_ACTIONS) return undefined;
  const lacking = lackingPatterns(statement, key.actions);
  if (lacking.length === 0) return undefined;
  const whole = statement.action?.patterns.length === lacking.length;
  return { lacking, whole, severity: levelOf(key.name, lacking, whole) };
}

/** Unknown actions, and values that a template fills in, are other rules' matter. */
function lackingPatterns({ action }: Statement, carrying: ActionSet): readonly ActionPattern[] {
  if (!action || action.negated) return [];
  return action.patterns.filter(({ service, set }) => service === 'kms' && set !== NO_ACTIONS && (set & carrying) === NO_ACTIONS);
}

/** AWS's own statements carry these along, and what they miss seldom hurts. */
const MINOR = setWhere(({ name }) => /^kms:(Describe|List)/.test(name));

function levelOf(key: string, lacking: readonly ActionPattern[], whole: boolean): Severity {
  if (key.startsWith('aws:')) return 'info';
  if (whole) return 'error';
  return lacking.every(({ set }) => (set & ~MINOR) === NO_ACTIONS) ? 'info' : 'warning';
}
