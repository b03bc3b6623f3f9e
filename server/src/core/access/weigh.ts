import { ALIAS_ACTIONS, ALL_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import type { Condition, Principal } from '../model/policy';
import { findContradiction, type LimitedStatement } from './condition-contradiction';
import { conditionHolds, isDocumentedIn, judgeCondition, type JudgedCondition, type Truth } from './conditions';
import { candidatesFor } from './caller-index';
import { variablesOf, type Circumstances } from './context';
import type { Match } from './glob';
import { matchesOf, principalsOfStatement, type Level, type PrincipalMatch } from './match-principal';
import { coversEveryAlias, matchOwnKey, matchResources } from './match-resource';
import { resourcesOfEntry, type Entry } from './entries';
import { itemsAbout } from './resource-index';
import type { Because } from './verdict';

/**
 * What a statement does for one identity and one key, the same for all actions of `set`. A statement whose conditions suit only some
 * actions is weighed as several of these.
 */
export interface Weighed extends LimitedStatement {
  readonly because: Because;
  readonly set: ActionSet;
  /** False while it hangs on a placeholder, or on who exactly the identity is. */
  readonly sure: boolean;
  /** How a key policy means the identity; undefined in identity policies. */
  readonly level: Level | undefined;
  /** The value by which it does; undefined in identity policies and for NotPrincipal. */
  readonly principal: Principal | undefined;
  /** The one session of the role that this value means. */
  readonly session: string | undefined;
  /** The conditions that only a request can decide. */
  readonly open: readonly Condition[];
  /** The conditions that are certainly false: with one of them the statement does not apply. */
  readonly failed: readonly Condition[];
}

/** A statement of a key policy that means the caller and is about the key, whatever its conditions. */
export interface Admission {
  readonly because: Because;
  /** All ways in which it means the caller; at least one. */
  readonly matches: readonly PrincipalMatch[];
}

/** Weighs the entries of a policy: all of their actions, or only the one of which the bit is given. Gives those of a key policy that mean the caller. */
export function weighEntries(entries: readonly Entry[], only: ActionSet | undefined, circumstances: Circumstances, into: Weighed[]): readonly Admission[] {
  const admissions: Admission[] = [];
  for (const entry of candidateEntries(entries, circumstances)) {
    const { because } = entry;
    if (because.half === 'identity-policy') {
      weighOwn(entry, only, circumstances, into);
      continue;
    }
    const matches = matchesOf(because.statement, circumstances.caller);
    const onKey = matches.length > 0 ? matchOwnKey(because.statement, circumstances.key) : 'no';
    if (onKey === 'no') continue;
    admissions.push({ because, matches });
    for (const match of matches) weighEntry(entry, { only, means: match, resource: onKey, scope: ALL_ACTIONS }, circumstances, into);
  }
  return admissions;
}

/** Of a key policy those that may mean the caller, of an identity policy, which is for whoever has it, those that may be about the key. */
function candidateEntries(entries: readonly Entry[], { caller, key }: Circumstances): readonly Entry[] {
  return entries[0]?.because.half === 'identity-policy' ? itemsAbout(entries, resourcesOfEntry, key) : candidatesFor(entries, principalsOfEntry, caller);
}

function principalsOfEntry({ because: { statement } }: Entry): readonly Principal[] | undefined {
  return principalsOfStatement(statement);
}

function weighOwn(entry: Entry, only: ActionSet | undefined, circumstances: Circumstances, into: Weighed[]): void {
  const onKey = matchOwn(entry.because, circumstances);
  if (onKey !== 'no') weighEntry(entry, { only, means: undefined, resource: onKey, scope: ALL_ACTIONS }, circumstances, into);
  else if (deniesAliases(entry.because, circumstances)) weighEntry(entry, { only, means: undefined, resource: 'yes', scope: ALIAS_ACTIONS }, circumstances, into);
}

/** How a statement means the caller and what it is about, and the actions that it is weighed for. */
export interface Matched {
  readonly only: ActionSet | undefined;
  readonly means: PrincipalMatch | undefined;
  readonly resource: Exclude<Match, 'no'>;
  readonly scope: ActionSet;
}

/** Weighs an entry that is about what the case is about. */
export function weighEntry(entry: Entry, { only, means, resource, scope }: Matched, circumstances: Circumstances, into: Weighed[]): void {
  const { because } = entry;
  const { statement } = because;
  const certain = !statement.maybe && resource === 'yes' && (!means || means.match === 'yes');
  const weigh = (set: ActionSet, sure: boolean): void => {
    const start = { because, set, sure, level: means?.level, principal: means?.principal, session: means?.session, open: NONE, failed: NONE };
    if (statement.conditions.length === 0) into.push(start);
    else weighConditions(start, circumstances, into);
  };
  if (only !== undefined) {
    if ((only & scope) !== NO_ACTIONS) weigh(only, certain && (!statement.action?.unknown || (entry.sure & only) !== NO_ACTIONS));
  } else {
    if ((entry.sure & scope) !== NO_ACTIONS) weigh(entry.sure & scope, certain);
    if ((entry.possible & scope) !== NO_ACTIONS) weigh(entry.possible & scope, false);
  }
}

/** Operations on aliases are allowed on key and alias (docs/aws-rules.md 3.4), so that a Deny on the one is enough. */
function deniesAliases({ statement }: Because, { key }: Circumstances): boolean {
  return statement.effect === 'Deny' && coversEveryAlias(statement, key);
}

const NONE: readonly Condition[] = [];

function matchOwn({ policy, statement }: Because, circumstances: Circumstances) {
  return matchResources(statement, circumstances.key, policy.policy.variables ? variablesOf(circumstances) : undefined);
}

/** Takes the conditions one after the other; one that suits only some of the actions splits the rest off. */
function weighConditions(start: Weighed, circumstances: Circumstances, into: Weighed[]): void {
  const { statement } = start.because;
  let parts: readonly Weighed[] = [start];
  for (const condition of statement.conditions) {
    const { actions, forThose, forOthers } = judgeIn(start.because, condition, circumstances);
    const split: Weighed[] = [];
    for (const part of parts) {
      const those = part.set & actions;
      if (those !== NO_ACTIONS) split.push(underCondition(part, those, condition, forThose));
      if (those !== part.set) split.push(underCondition(part, part.set ^ those, condition, forOthers));
    }
    parts = split;
  }
  for (const part of parts) into.push(statement.effect === 'Deny' ? withoutContradiction(part, circumstances) : part);
}

/** A Deny whose conditions exclude each other never applies. An Allow keeps them: they are why its verdict is a refusal. */
function withoutContradiction(part: Weighed, circumstances: Circumstances): Weighed {
  if (part.open.length < 2 || !findContradiction([part], [], circumstances)) return part;
  return { ...part, open: NONE, failed: [...part.failed, ...part.open] };
}

function judgeIn({ half, policy }: Because, condition: Condition, circumstances: Circumstances): JudgedCondition {
  const judged = judgeCondition(condition, policy.policy.variables, circumstances);
  return isDocumentedIn(half, condition) ? judged : { ...judged, forThose: 'open' };
}

/** The conditions of a statement that are certainly false in requests for the action. */
export function falseConditions(because: Because, action: ActionSet, circumstances: Circumstances): readonly Condition[] {
  return because.statement.conditions.filter((condition) => conditionHolds(judgeIn(because, condition, circumstances), action) === 'false');
}

/** The actions to which the conditions of a statement let it apply: no condition is certainly false, nor do they exclude each other. */
export function applicableActions(because: Because, circumstances: Circumstances): ActionSet {
  const { conditions } = because.statement;
  let actions = ALL_ACTIONS;
  for (const condition of conditions) {
    const judged = judgeIn(because, condition, circumstances);
    if (judged.forThose === 'false') actions &= ~judged.actions;
    if (judged.forOthers === 'false') actions &= judged.actions;
  }
  const contradicts = conditions.length > 1 && findContradiction([{ because, sure: true, session: undefined, open: conditions }], [], circumstances);
  return contradicts ? NO_ACTIONS : actions;
}

function underCondition(part: Weighed, set: ActionSet, condition: Condition, truth: Truth): Weighed {
  if (truth === 'true') return { ...part, set };
  if (truth === 'false') return { ...part, set, failed: [...part.failed, condition] };
  return { ...part, set, open: [...part.open, condition] };
}

/** Whether it applies to the action at all, for certain or perhaps. */
export function applies(weighed: Weighed, action: ActionSet): boolean {
  return (weighed.set & action) !== NO_ACTIONS && weighed.failed.length === 0;
}

/** Whether it applies to every request for the actions of its set. */
export function isCertain(weighed: Weighed): boolean {
  return weighed.sure && weighed.open.length === 0 && weighed.session === undefined && weighed.failed.length === 0;
}

/** What being unsure costs: more than any number of conditions. */
export const UNSURE = 1000;

/** How much it asks: nothing, then few conditions before many, then what is not even sure. */
export function costOf(weighed: Weighed): number {
  return (weighed.sure ? 0 : UNSURE) + weighed.open.length + (weighed.session === undefined ? 0 : 1);
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

/** Whether the statement's level alone is enough in the owner's account (docs/aws-rules.md 5.1, step 4). */
export function isEnoughAtHome(weighed: Weighed): boolean {
  return weighed.level === 'direct' || weighed.level === 'anyone';
}

export function failingOf(weighed: readonly Weighed[], action: ActionSet): readonly Weighed[] {
  return weighed.filter((one) => (one.set & action) !== NO_ACTIONS && one.failed.length > 0);
}
