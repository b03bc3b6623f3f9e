import {
  actionNamed, ALIAS_ACTIONS, CROSS_ACCOUNT_ACTIONS, firstAction, KEY_ACTIONS, NO_ACTIONS, STAR_ONLY_ACTIONS,
  type ActionInfo, type ActionSet,
} from '../aws/actions';
import { actionsWithKey } from '../aws/condition-keys';
import type { Grant } from '../discovery/discovery-result';
import type { Identity, Key } from '../linking/entities';
import type { EvaluationContext, EvaluationWorld } from './evaluation-context';
import { decideInContexts } from './decide-access';
import { ENCRYPTION_CONTEXT_ACTIONS, matchGrant, type GrantMatch } from './grant-evaluation';
import { evaluationContextsFor } from './candidate-callers';
import type { StatementRef, AccessRequirements, ConditionRef, SessionRequirement, Verdict } from './verdict';
import type { EvaluatedStatement } from './statement-evaluation';

/** Actions that have one verdict, for the same reason, by the same statements. */
export interface VerdictGroup {
  readonly actions: ActionSet;
  readonly verdict: Verdict;
}

/** An identity and a key that meet, with the verdicts on all that either half speaks of. */
export interface PairVerdicts {
  readonly identity: Identity;
  readonly key: Key;
  readonly verdicts: readonly VerdictGroup[];
}

const RETIRE_GRANT = actionNamed('kms:RetireGrant');
/** Sets whose actions the procedure treats differently. */
const ACTION_SETS_WITH_OWN_RULES: readonly ActionSet[] = [CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, ALIAS_ACTIONS];

/**
 * The verdicts on every action that either half allows, or tries to, for this identity and key: key policy statements that may mean the
 * identity, identity policy statements that may cover the key or name its id elsewhere, and grants. Actions that take no key are left out.
 * Equal to `decide` for each action, but every statement is matched only once.
 */
export function decidePair(identity: Identity, key: Key, world: EvaluationWorld): readonly VerdictGroup[] {
  const evaluationContexts = evaluationContextsFor(identity, key, world, undefined);
  const groups: VerdictGroup[] = [];
  for (const actions of actionClassesOf(evaluationContexts, key, world)) {
    const action = firstAction(actions);
    if (action) addVerdictGroup(groups, { actions, verdict: decideInContexts(evaluationContexts, action).verdict });
  }
  return groups;
}

/** The group that the action is in. */
export function verdictGroupOf(groups: readonly VerdictGroup[], action: ActionInfo): VerdictGroup | undefined {
  return groups.find(({ actions }) => (actions & action.bit) !== NO_ACTIONS);
}

/** Splits the actions in question into classes that no statement tells apart. */
function actionClassesOf(evaluationContexts: readonly EvaluationContext[], key: Key, { memoize }: EvaluationWorld): readonly ActionSet[] {
  const allowing: ActionSet[] = [];
  /** These only tell actions apart: what is denied, or not given. */
  const splitting: ActionSet[] = [];
  for (const evaluationContext of evaluationContexts) {
    for (const evaluatedStatement of evaluationContext.keyAllows)
      (mayAllowActions(evaluatedStatement) ? allowing : splitting).push(evaluatedStatement.actions);
    for (const statement of evaluationContext.identityAllows) (mayAllowActions(statement) ? allowing : splitting).push(statement.actions);
    for (const { actions } of evaluationContext.nearMisses()) allowing.push(actions);
    for (const { actions: set } of evaluationContext.keyDenies) splitting.push(set);
    for (const { actions: set } of evaluationContext.identityDenies) splitting.push(set);
  }
  if (key.grants.length > 0) allowing.push(...memoize(operationSetsOf, key.grants));
  if (RETIRE_GRANT
    && evaluationContexts.some(({ grants, caller }) => grants.some((grant) => isPossibleGrantee(matchGrant(grant, RETIRE_GRANT, caller)))))
    allowing.push(RETIRE_GRANT.bit);
  // A constraint bears on some of the operations only.
  if (evaluationContexts.some(({ grants }) => grants.some(({ constraints }) => constraints.length > 0)))
    splitting.push(ENCRYPTION_CONTEXT_ACTIONS);
  let universe = NO_ACTIONS;
  for (const set of allowing) universe |= set;
  universe &= ~STAR_ONLY_ACTIONS;
  if (universe === NO_ACTIONS) return [];
  if ((universe & ALIAS_ACTIONS) !== NO_ACTIONS) for (const context of evaluationContexts) addAliasActionSets(context, splitting);
  const classes: ActionSet[] = [universe];
  for (const sets of [allowing, splitting, ACTION_SETS_WITH_OWN_RULES]) for (const set of sets) splitClasses(classes, set);
  return classes;
}

/** Under a condition on what requests for the actions do not have, a statement neither gives them nor asks for them. */
function mayAllowActions({ actions, failedConditions }: EvaluatedStatement): boolean {
  return !failedConditions.some(({ keyLower }) => (actionsWithKey(keyLower) & actions) === NO_ACTIONS);
}

/** Splits each class of which only a part is in the set. */
function splitClasses(classes: ActionSet[], set: ActionSet): void {
  for (let i = classes.length - 1; i >= 0; i--) {
    const actionClass = classes[i] ?? NO_ACTIONS;
    const inside = actionClass & set;
    if (inside !== NO_ACTIONS && inside !== actionClass) classes.splice(i, 1, inside, actionClass ^ inside);
  }
}

/** On the alias, an action may be allowed or denied by another statement than on the key. */
function addAliasActionSets(evaluationContext: EvaluationContext, sets: ActionSet[]): void {
  const { allows, denies } = evaluationContext.aliasStatements();
  for (const { evaluatedStatement } of allows) sets.push(evaluatedStatement.actions);
  for (const { actions } of denies) sets.push(actions);
}

/** What a grant leaves to the policies of an account is in the case already, where one of them says it. */
function isPossibleGrantee(holder: GrantMatch): boolean {
  return holder === 'yes' || holder === 'unknown';
}

/** What grants of a key give, each set once: thousands of them mostly give the same. */
function operationSetsOf(grants: readonly Grant[]): readonly ActionSet[] {
  return [...new Set(grants.map(operationsOf))];
}

function operationsOf(grant: Grant): ActionSet {
  return grant.operations.reduce((set, operation) => set | (actionNamed(`kms:${operation}`)?.bit ?? NO_ACTIONS), NO_ACTIONS);
}

function addVerdictGroup(groups: VerdictGroup[], group: VerdictGroup): void {
  const at = groups.findIndex(({ verdict }) => sameVerdict(verdict, group.verdict));
  const existingGroup = groups[at];
  if (existingGroup) groups[at] = { actions: existingGroup.actions | group.actions, verdict: existingGroup.verdict };
  else groups.push(group);
}

/** Equal in outcome and cause, and by the same statements, conditions and grants. */
export function sameVerdict(a: Verdict, b: Verdict): boolean {
  return a.outcome === b.outcome && a.reason === b.reason && a.decidingGate === b.decidingGate
    && haveEqualItems(a.decidedBy, b.decidedBy, sameStatementRef)
    && sameRequirements(a, b)
    && haveEqualItems(a.failedConditions, b.failedConditions, sameConditionRef)
    && haveEqualItems(a.alternatives, b.alternatives, sameRequirements)
    && haveEqualItems(a.grants, b.grants, (grant, other) => grant === other);
}

function sameRequirements(a: AccessRequirements, b: AccessRequirements): boolean {
  return haveEqualItems(a.conditions, b.conditions, sameConditionRef) && haveEqualItems(a.sessions, b.sessions, sameSessionRequirement);
}

function haveEqualItems<T>(a: readonly T[], b: readonly T[], same: (nonNullable: T, other: T) => boolean): boolean {
  return a.length === b.length && a.every((entry, index) => {
    const other = b[index];
    return other !== undefined && same(entry, other);
  });
}

function sameStatementRef(a: StatementRef, b: StatementRef): boolean {
  return a.statement === b.statement;
}

function sameConditionRef(a: ConditionRef, b: ConditionRef): boolean {
  return a.condition === b.condition && a.negated === b.negated;
}

function sameSessionRequirement(a: SessionRequirement, b: SessionRequirement): boolean {
  return a.session === b.session && a.negated === b.negated && sameStatementRef(a.statementRef, b.statementRef);
}
