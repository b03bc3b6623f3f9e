import { ACTIONS, expandAction, KEY_ACTIONS, NO_ACTIONS, type ActionInfo, type ActionSet } from '../aws/actions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionElement } from '../policy/policy';
import { maskPlaceholders, UNKNOWN_CHARACTER } from '../policy/read-policy-string';
import type { ResourceElements } from './resource-index';
import type { StatementRef, PolicyGate } from './verdict';

/** A statement with the actions that it is about. */
export interface StatementActions {
  readonly statementRef: StatementRef;
  /** The actions that it covers whatever its placeholders are. */
  readonly certainActions: ActionSet;
  /** Further ones that it may cover. */
  readonly uncertainActions: ActionSet;
}

export function resourceElementsOfStatementActions({ statementRef: { statement } }: StatementActions): ResourceElements {
  return [statement.resource];
}

/** The statements of a policy by effect, as a whole and for each action. */
export interface StatementIndex {
  readonly allows: readonly StatementActions[];
  readonly denies: readonly StatementActions[];
  /** By the index of the action; filled when first asked for. */
  readonly byAction: (StatementsByEffect | undefined)[];
}

export interface StatementsByEffect {
  readonly allows: readonly StatementActions[];
  readonly denies: readonly StatementActions[];
}

const EMPTY_STATEMENT_INDEX: StatementIndex = { allows: [], denies: [], byAction: ACTIONS.map(() => ({ allows: [], denies: [] })) };
const statementIndexes = new WeakMap<DiscoveredPolicy, StatementIndex>();

/** The statements of a policy that count in its half; worked out once for each policy. */
export function statementIndexOf(policy: DiscoveredPolicy | undefined, policyGate: PolicyGate): StatementIndex {
  if (!policy || policyGate === 'identity-policy' && policy.policy.kind !== 'identity') return EMPTY_STATEMENT_INDEX;
  const known = statementIndexes.get(policy);
  if (known) return known;
  const allows: StatementActions[] = [];
  const denies: StatementActions[] = [];
  for (const statement of policy.policy.statements) {
    const { action, effect, hasUnknownEffect } = statement;
    if (!action || !effect && !hasUnknownEffect) continue;
    const statementActions = statementActionsOf({ gate: policyGate, policy, statement }, action);
    if ((statementActions.certainActions | statementActions.uncertainActions) === NO_ACTIONS) continue;
    if (effect !== 'Deny') allows.push(statementActions);
    if (effect !== 'Allow') denies.push(statementActions);
  }
  const statementIndex: StatementIndex = { allows, denies, byAction: [] };
  statementIndexes.set(policy, statementIndex);
  return statementIndex;
}

/** The entries that are, or may be, about one action. */
export function statementsForAction(statementIndex: StatementIndex, action: ActionInfo): StatementsByEffect {
  const known = statementIndex.byAction[action.index];
  if (known) return known;
  const about = ({ certainActions, uncertainActions }: StatementActions): boolean =>
    ((certainActions | uncertainActions) & action.bit) !== NO_ACTIONS;
  const found = { allows: statementIndex.allows.filter(about), denies: statementIndex.denies.filter(about) };
  statementIndex.byAction[action.index] = found;
  return found;
}

/** What takes no key, or works by identity policies alone, a key policy neither gives nor takes (docs/aws-rules.md 3.1). */
function statementActionsOf(statementRef: StatementRef, action: ActionElement): StatementActions {
  const scope = statementRef.gate === 'key-policy' ? KEY_ACTIONS : ~NO_ACTIONS;
  const sure = action.hasPlaceholder && action.negated ? NO_ACTIONS : action.actionSet & scope;
  return { statementRef, certainActions: sure,
    uncertainActions: action.hasPlaceholder ? uncertainActionsOf(action) & scope & ~sure : NO_ACTIONS };
}

/** The actions that an element with placeholders may cover. */
function uncertainActionsOf(action: ActionElement): ActionSet {
  if (action.negated) return action.actionSet;
  return action.patterns.reduce(
    (set, pattern) => set | (pattern.text.placeholders.length > 0 ? widestActionSet(maskPlaceholders(pattern.text)) : pattern.actionSet),
    NO_ACTIONS,
  );
}

function widestActionSet(masked: string): ActionSet {
  const pattern = masked.split(UNKNOWN_CHARACTER).join('*').replace(/\*+/g, '*');
  // `${service}:Decrypt` may well be kms:Decrypt, which no pattern can say.
  return pattern.startsWith('*') ? expandAction(`kms:*${pattern.slice(pattern.lastIndexOf(':') + 1)}`) : expandAction(pattern);
}
