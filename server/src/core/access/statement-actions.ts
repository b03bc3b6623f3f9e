import { expandAction, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { indexCandidates, type CandidateIndex } from '../policy/candidate-index';
import type { ActionElement, Statement } from '../policy/policy';
import { maskPlaceholders, UNKNOWN_CHARACTER } from '../policy/read-policy-string';
import { callerMarksOfStatement, keyMarksOfStatement } from './candidates';
import type { StatementRef, PolicyGate } from './verdict';

/** A statement with the actions that it is about. */
export interface StatementActions {
  readonly statementRef: StatementRef;
  /** The actions that it covers whatever its placeholders are. */
  readonly certainActions: ActionSet;
  /** Further ones that it may cover. */
  readonly uncertainActions: ActionSet;
}

/** Statements of one policy, with an index by caller (key policy) or by key (identity policy). */
export interface IndexedStatements {
  readonly items: readonly StatementActions[];
  readonly index: CandidateIndex | undefined;
}

/** The statements of a policy that count at its gate. One whose effect a template decides is among both. */
export interface StatementsByEffect {
  readonly allows: IndexedStatements;
  readonly denies: IndexedStatements;
  /** Conditions of a template decide whether some of them are there. */
  readonly areConditional: boolean;
}

export const NO_STATEMENTS: StatementsByEffect = { allows: { items: [], index: undefined }, denies: { items: [], index: undefined },
  areConditional: false };

/** To be memoized by policy, as the next. */
export function keyPolicyStatements(policy: DiscoveredPolicy): StatementsByEffect {
  return statementsByEffect(policy, 'key-policy', callerMarksOfStatement);
}

export function identityPolicyStatements(policy: DiscoveredPolicy): StatementsByEffect {
  return policy.policy.kind === 'identity' ? statementsByEffect(policy, 'identity-policy', keyMarksOfStatement) : NO_STATEMENTS;
}

function statementsByEffect(policy: DiscoveredPolicy, gate: PolicyGate,
  marksOfStatement: (statement: Statement) => readonly (string | undefined)[]): StatementsByEffect {
  const allows: StatementActions[] = [];
  const denies: StatementActions[] = [];
  for (const statement of policy.policy.statements.flatMap((whole) => whole.alternatives ?? whole)) {
    const { action, effect, hasUnknownEffect } = statement;
    if (!action || !effect && !hasUnknownEffect) continue;
    const statementActions = statementActionsOf({ gate, policy, statement }, action);
    if ((statementActions.certainActions | statementActions.uncertainActions) === NO_ACTIONS) continue;
    if (effect !== 'Deny') allows.push(statementActions);
    if (effect !== 'Allow') denies.push(statementActions);
  }
  const indexed = (items: readonly StatementActions[]): IndexedStatements =>
    ({ items, index: indexCandidates(items, ({ statementRef }) => marksOfStatement(statementRef.statement)) });
  return { allows: indexed(allows), denies: indexed(denies),
    areConditional: [...allows, ...denies].some(({ statementRef }) => statementRef.statement.presence !== undefined) };
}

/** What takes no key, or works by identity policies alone, a key policy neither gives nor takes (docs/aws-rules.md 3.1). */
function statementActionsOf(statementRef: StatementRef, action: ActionElement): StatementActions {
  const scope = statementRef.gate === 'key-policy' ? KEY_ACTIONS : ~NO_ACTIONS;
  const certainActions = action.hasPlaceholder && action.negated ? NO_ACTIONS : action.actionSet & scope;
  const uncertainActions = action.hasPlaceholder ? uncertainActionsOf(action) & scope & ~certainActions : NO_ACTIONS;
  return { statementRef, certainActions, uncertainActions };
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
