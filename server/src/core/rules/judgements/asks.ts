import { actionNamed, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import type { VerdictGroup } from '../../access/pair';
import { matchResource, matchResources } from '../../access/match-resource';
import { itemsAbout, patternsFor, policiesAbout, resourcesOfStatement } from '../../access/resource-index';
import { applicableActionsOf } from '../../access/suppositions';
import type { LocatedPolicy } from '../../locate/located';
import type { ActionPattern, ResourcePattern, Statement } from '../../model/policy';
import type { Identity, Key } from '../../workspace/world';
import type { Reason } from '../../access/verdict';
import { namingOf, type Naming } from './key-naming';

/** An Allow statement of an identity policy, with what of it reaches one key. */
export interface Ask {
  readonly policy: LocatedPolicy;
  readonly statement: Statement;
  /** The Resource values that cover the key; empty for NotResource. */
  readonly resources: readonly ResourcePattern[];
  /** The closest of them. */
  readonly naming: Naming;
  /** What it asks for by name, where its conditions let it apply at all. */
  readonly actions: ActionSet;
  /** False when a placeholder or variable decides whether the statement is about the key at all. */
  readonly certain: boolean;
}

/** Everything that the identity's policies ask of the key, by statements that name kms actions. A `PairSubject` has it worked out. */
export function asksOf(identity: Identity, key: Key): readonly Ask[] {
  const [first, ...others] = identity.policies;
  if (first && others.length === 0) return asksIn(first, identity, key);
  return policiesAbout(identity.policies, key).flatMap((policy) => asksIn(policy, identity, key));
}

function asksIn(policy: LocatedPolicy, identity: Identity, key: Key): Ask[] {
  const asks: Ask[] = [];
  if (policy.policy.kind !== 'identity') return asks;
  const variables = policy.policy.variables ? () => undefined : undefined;
  for (const statement of itemsAbout(policy.policy.statements, resourcesOfStatement, key)) {
    if (statement.effect !== 'Allow' || !statement.resource || !namesActions(statement)) continue;
    const actions = namedActions(statement) & applicableActionsOf({ half: 'identity-policy', policy, statement }, identity, key);
    if (statement.resource.negated) {
      if (matchResources(statement, key, variables) === 'yes') asks.push({ policy, statement, resources: [], naming: 'any', actions, certain: true });
      continue;
    }
    const matches = patternsFor(statement.resource, key).map((pattern) => ({ pattern, match: matchResource(pattern, key, variables) }));
    const resources = matches.filter(({ match }) => match !== 'no').map(({ pattern }) => pattern);
    if (resources.length === 0) continue;
    asks.push({ policy, statement, resources, naming: closest(resources), actions, certain: matches.some(({ match }) => match === 'yes') });
  }
  return asks;
}

const CLOSENESS: readonly Naming[] = ['key', 'account', 'any'];

function closest(resources: readonly ResourcePattern[]): Naming {
  const namings = resources.map(namingOf);
  return CLOSENESS.find((naming) => namings.includes(naming)) ?? 'any';
}

/**
 * The action values of a statement that a finding across files can rest on: spelled `kms:`, known, not behind NotAction.
 * `Action: "*"` gives access too, but nobody who writes it means one key.
 */
export function namedPatterns(statement: Statement): readonly ActionPattern[] {
  if (!statement.action || statement.action.negated) return [];
  return statement.action.patterns.filter((pattern) => pattern.service === 'kms' && pattern.set !== NO_ACTIONS);
}

/** What the statement's values spelled `kms:` ask of keys. */
export function namedActions(statement: Statement): ActionSet {
  const { action } = statement;
  let set = NO_ACTIONS;
  if (action && !action.negated) for (const pattern of action.patterns) if (pattern.service === 'kms') set |= pattern.set;
  return set & KEY_ACTIONS;
}

/** Whether there are any such values (`namedPatterns`). */
export function namesActions({ action }: Statement): boolean {
  return action?.negated === false && action.patterns.some(({ service, set }) => service === 'kms' && set !== NO_ACTIONS);
}

/** Whether the value is one action, not a pattern. */
export function isLiteral(pattern: ActionPattern): boolean {
  return actionNamed(pattern.text.value) !== undefined;
}

/**
 * Whether the actions are all that the value asks of keys: of a wildcard of which nothing is left the same is to be said as of an action
 * that is written out.
 */
export function asksOnlyFor(pattern: ActionPattern, actions: ActionSet): boolean {
  return (pattern.set & actions) !== NO_ACTIONS && (isLiteral(pattern) || (pattern.set & KEY_ACTIONS & ~actions) === NO_ACTIONS);
}

/** The groups of a pair that rest on one of the reasons, and the actions in them. */
export function groupsWith(verdicts: readonly VerdictGroup[], reasons: readonly Reason[]): readonly VerdictGroup[] {
  // Nearly always there is none, and every pair is asked several times.
  let groups: VerdictGroup[] | undefined;
  for (const group of verdicts) {
    if (group.verdict.outcome === 'allowed' || !reasons.includes(group.verdict.reason)) continue;
    if (groups) groups.push(group);
    else groups = [group];
  }
  return groups ?? NO_GROUPS;
}

const NO_GROUPS: readonly VerdictGroup[] = [];

export function actionsOf(groups: readonly VerdictGroup[]): ActionSet {
  let set = NO_ACTIONS;
  for (const group of groups) set |= group.actions;
  return set;
}

/** The actions that the pair may use, or may use under conditions, or of which nobody can tell. */
export function perhapsAllowed(verdicts: readonly VerdictGroup[]): ActionSet {
  let set = NO_ACTIONS;
  for (const { verdict, actions } of verdicts) if (verdict.outcome !== 'denied') set |= actions;
  return set;
}
