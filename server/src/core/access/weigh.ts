import { ALL_ACTIONS, expandAction, NO_ACTIONS, type ActionSet } from '../aws/actions';
import type { LocatedPolicy } from '../locate/located';
import type { ActionElement, Condition } from '../model/policy';
import { maskHoles, UNKNOWN_CHARACTER } from '../model/read-text';
import { judgeCondition, type Truth } from './conditions';
import { variablesOf, type Circumstances } from './context';
import { matchPrincipals, type Level } from './match-principal';
import { matchOwnKey, matchResources } from './match-resource';
import type { Because, Half } from './verdict';

/**
 * What a statement does for one identity and one key, the same for all actions of `set`. A statement whose conditions suit only some
 * actions is weighed as several of these.
 */
export interface Weighed {
  readonly because: Because;
  readonly set: ActionSet;
  /** False while it hangs on a placeholder, or on who exactly the identity is. */
  readonly sure: boolean;
  /** How a key policy means the identity; undefined in identity policies. */
  readonly level: Level | undefined;
  /** The one session of the role that the statement means. */
  readonly session: string | undefined;
  /** The conditions that only a request can decide. */
  readonly open: readonly Condition[];
  /** The conditions that are certainly false: with one of them the statement does not apply. */
  readonly failed: readonly Condition[];
}

/** Weighs the statements of one effect of a policy, for the actions of `scope` only. */
export function weighPolicy(
  half: Half, policy: LocatedPolicy, effect: 'Allow' | 'Deny', scope: ActionSet, circumstances: Circumstances,
): Weighed[] {
  const weighed: Weighed[] = [];
  for (const statement of policy.policy.statements) {
    if (statement.effect === effect) weighStatement({ half, policy, statement }, scope, circumstances, weighed);
  }
  return weighed;
}

function weighStatement(because: Because, scope: ActionSet, circumstances: Circumstances, into: Weighed[]): void {
  const { statement, half } = because;
  if (!statement.action) return;
  const sure = sureActions(statement.action) & scope;
  const possible = statement.action.unknown ? possibleActions(statement.action) & scope & ~sure : NO_ACTIONS;
  if (sure === NO_ACTIONS && possible === NO_ACTIONS) return;

  const means = half === 'key-policy' ? matchPrincipals(statement, circumstances.caller) : undefined;
  if (half === 'key-policy' && !means) return;
  const resource = half === 'key-policy' ? matchOwnKey(statement, circumstances.key) : matchOwn(because, circumstances);
  if (resource === 'no') return;

  const certain = !statement.maybe && resource === 'yes' && (means?.match ?? 'yes') === 'yes';
  const common = { because, level: means?.level, session: means?.session, open: [], failed: [] };
  if (sure !== NO_ACTIONS) weighConditions({ ...common, set: sure, sure: certain }, circumstances, into);
  if (possible !== NO_ACTIONS) weighConditions({ ...common, set: possible, sure: false }, circumstances, into);
}

function matchOwn({ policy, statement }: Because, circumstances: Circumstances) {
  return matchResources(statement, circumstances.key, policy.policy.variables ? variablesOf(circumstances) : undefined);
}

/** The actions that an element covers whatever its placeholders are. */
function sureActions(action: ActionElement): ActionSet {
  return action.unknown && action.negated ? NO_ACTIONS : action.set;
}

/** The actions that an element with placeholders may cover. */
function possibleActions(action: ActionElement): ActionSet {
  if (action.negated) return action.set;
  return action.patterns.reduce((set, pattern) => set | (pattern.text.holes.length > 0 ? widest(maskHoles(pattern.text)) : pattern.set), NO_ACTIONS);
}

function widest(masked: string): ActionSet {
  const pattern = masked.split(UNKNOWN_CHARACTER).join('*').replace(/\*+/g, '*');
  // `${service}:Decrypt` may well be kms:Decrypt, which no pattern can say.
  return pattern.startsWith('*') ? expandAction(`kms:*${pattern.slice(pattern.lastIndexOf(':') + 1)}`) & ALL_ACTIONS : expandAction(pattern);
}

/** Takes the conditions one after the other; one that suits only some of the actions splits the rest off. */
function weighConditions(start: Weighed, circumstances: Circumstances, into: Weighed[]): void {
  const { statement, policy } = start.because;
  if (statement.conditions.length === 0) {
    into.push(start);
    return;
  }
  let parts: Weighed[] = [start];
  for (const condition of statement.conditions) {
    const { actions, forThose, forOthers } = judgeCondition(condition, policy.policy.variables, circumstances);
    parts = parts.flatMap((part) => [
      ...underCondition(part, part.set & actions, condition, forThose),
      ...underCondition(part, part.set & ~actions, condition, forOthers),
    ]);
  }
  into.push(...parts);
}

function underCondition(part: Weighed, set: ActionSet, condition: Condition, truth: Truth): Weighed[] {
  if (set === NO_ACTIONS) return [];
  if (truth === 'true') return [{ ...part, set }];
  if (truth === 'false') return [{ ...part, set, failed: [...part.failed, condition] }];
  return [{ ...part, set, open: [...part.open, condition] }];
}

/** Whether it applies to the action at all, for certain or perhaps. */
export function applies(weighed: Weighed, action: ActionSet): boolean {
  return (weighed.set & action) !== NO_ACTIONS && weighed.failed.length === 0;
}

/** Whether it applies to every request for the actions of its set. */
export function isCertain(weighed: Weighed): boolean {
  return weighed.sure && weighed.open.length === 0 && weighed.session === undefined && weighed.failed.length === 0;
}

/** How much it asks: nothing, then few conditions before many, then what is not even sure. */
export function costOf(weighed: Weighed): number {
  return (weighed.sure ? 0 : 1000) + weighed.open.length + (weighed.session === undefined ? 0 : 1);
}

/** The one that asks least of those that apply; the first among equals. */
export function cheapest(weighed: readonly Weighed[], action: ActionSet, test?: (one: Weighed) => boolean): Weighed | undefined {
  let best: Weighed | undefined;
  for (const one of weighed) {
    if (!applies(one, action) || test && !test(one)) continue;
    if (!best || costOf(one) < costOf(best)) best = one;
  }
  return best;
}

/** Whether the statement's level alone is enough in the owner's account (reference 5.1, step 4). */
export function isEnoughAtHome(weighed: Weighed): boolean {
  return weighed.level === 'direct' || weighed.level === 'anyone';
}

export function failingOf(weighed: readonly Weighed[], action: ActionSet): readonly Weighed[] {
  return weighed.filter((one) => (one.set & action) !== NO_ACTIONS && one.failed.length > 0);
}
