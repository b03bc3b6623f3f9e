import { ALIAS_ACTIONS, ALL_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import type { Condition, Principal } from '../policy/policy';
import { findContradiction, type ConditionalStatement } from './condition-contradiction';
import { conditionResultFor, isContextKeyDocumentedFor, evaluateCondition, type EvaluatedCondition,
  type ConditionResult } from './condition-evaluation';
import { itemsForCaller } from './caller-index';
import { policyVariableValuesOf, type RequestContext } from './request-context';
import type { MatchResult } from './pattern-matching';
import { principalMatchesOf, principalsOfStatement, type PrincipalLevel, type PrincipalMatch } from './principal-matching';
import { coversEveryAlias, matchKeyPolicyResource, matchResources } from './resource-matching';
import { resourceElementsOfStatementActions, type StatementActions } from './statement-actions';
import { itemsForKey } from './resource-index';
import type { StatementRef } from './verdict';

/**
 * What a statement does for one identity and one key, the same for all actions of `set`. A statement whose conditions suit only some
 * actions is weighed as several of these.
 */
export interface EvaluatedStatement extends ConditionalStatement {
  readonly statementRef: StatementRef;
  readonly actions: ActionSet;
  /** False while it hangs on a placeholder, or on who exactly the identity is. */
  readonly isMatchCertain: boolean;
  /** How a key policy means the identity; undefined in identity policies. */
  readonly principalLevel: PrincipalLevel | undefined;
  /** The value by which it does; undefined in identity policies and for NotPrincipal. */
  readonly principal: Principal | undefined;
  /** The one session of the role that this value means. */
  readonly session: string | undefined;
  /** The conditions that only a request can decide. */
  readonly undecidedConditions: readonly Condition[];
  /** The conditions that are certainly false: with one of them the statement does not apply. */
  readonly failedConditions: readonly Condition[];
}

/** A statement of a key policy that means the caller and is about the key, whatever its conditions. */
export interface KeyPolicyMatch {
  readonly statementRef: StatementRef;
  /** All ways in which it means the caller; at least one. */
  readonly principalMatches: readonly PrincipalMatch[];
}

/**
 * Weighs the entries of a policy: all of their actions, or only the one of which the bit is given. Gives those of a key policy that mean
 * the caller.
 */
export function evaluateStatements(statementActionses: readonly StatementActions[], only: ActionSet | undefined,
  requestContext: RequestContext, into: EvaluatedStatement[]): readonly KeyPolicyMatch[] {
  const keyPolicyMatches: KeyPolicyMatch[] = [];
  for (const statementActions of candidateStatements(statementActionses, requestContext)) {
    const { statementRef } = statementActions;
    if (statementRef.gate === 'identity-policy') {
      evaluateIdentityStatement(statementActions, only, requestContext, into);
      continue;
    }
    const matches = principalMatchesOf(statementRef.statement, requestContext.caller);
    const onKey = matches.length > 0 ? matchKeyPolicyResource(statementRef.statement, requestContext.key) : 'no';
    if (onKey === 'no') continue;
    keyPolicyMatches.push({ statementRef, principalMatches: matches });
    for (const match of matches)
      evaluateStatement(statementActions, { onlyAction: only, principalMatch: match, resourceMatch: onKey, evaluatedActions: ALL_ACTIONS },
        requestContext, into);
  }
  return keyPolicyMatches;
}

/** Of a key policy those that may mean the caller, of an identity policy, which is for whoever has it, those that may be about the key. */
function candidateStatements(statementActionses: readonly StatementActions[],
  { caller, key }: RequestContext): readonly StatementActions[] {
  return statementActionses[0]?.statementRef.gate === 'identity-policy'
    ? itemsForKey(statementActionses, resourceElementsOfStatementActions, key)
    : itemsForCaller(statementActionses, principalsOfStatementActions, caller);
}

function principalsOfStatementActions({ statementRef: { statement } }: StatementActions): readonly Principal[] | undefined {
  return principalsOfStatement(statement);
}

function evaluateIdentityStatement(statementActions: StatementActions, only: ActionSet | undefined, requestContext: RequestContext,
  into: EvaluatedStatement[]): void {
  const onKey = matchIdentityStatementResources(statementActions.statementRef, requestContext);
  if (onKey !== 'no')
    evaluateStatement(statementActions, { onlyAction: only, principalMatch: undefined, resourceMatch: onKey,
      evaluatedActions: ALL_ACTIONS }, requestContext, into);
  else if (deniesEveryAlias(statementActions.statementRef, requestContext))
    evaluateStatement(statementActions, { onlyAction: only, principalMatch: undefined, resourceMatch: 'yes',
      evaluatedActions: ALIAS_ACTIONS }, requestContext, into);
}

/** How a statement means the caller and what it is about, and the actions that it is weighed for. */
export interface StatementMatch {
  readonly onlyAction: ActionSet | undefined;
  readonly principalMatch: PrincipalMatch | undefined;
  readonly resourceMatch: Exclude<MatchResult, 'no'>;
  readonly evaluatedActions: ActionSet;
}

/** Weighs an entry that is about what the case is about. */
export function evaluateStatement(statementActions: StatementActions,
  { onlyAction, principalMatch, resourceMatch, evaluatedActions }: StatementMatch, requestContext: RequestContext,
  into: EvaluatedStatement[]): void {
  const { statementRef } = statementActions;
  const { statement } = statementRef;
  const certain = !statement.isMaybe && resourceMatch === 'yes' && (!principalMatch || principalMatch.match === 'yes');
  const weigh = (set: ActionSet, sure: boolean): void => {
    const start = { statementRef, actions: set, isMatchCertain: sure, principalLevel: principalMatch?.principalLevel,
      principal: principalMatch?.principal, session: principalMatch?.session, undecidedConditions: NO_STATEMENT_CONDITIONS,
      failedConditions: NO_STATEMENT_CONDITIONS };
    if (statement.conditions.length === 0) into.push(start);
    else evaluateConditions(start, requestContext, into);
  };
  if (onlyAction !== undefined) {
    if ((onlyAction & evaluatedActions) !== NO_ACTIONS)
      weigh(onlyAction, certain && (!statement.action?.hasPlaceholder || (statementActions.certainActions & onlyAction) !== NO_ACTIONS));
  } else {
    if ((statementActions.certainActions & evaluatedActions) !== NO_ACTIONS)
      weigh(statementActions.certainActions & evaluatedActions, certain);
    if ((statementActions.uncertainActions & evaluatedActions) !== NO_ACTIONS)
      weigh(statementActions.uncertainActions & evaluatedActions, false);
  }
}

/** Operations on aliases are allowed on key and alias (docs/aws-rules.md 3.4), so that a Deny on the one is enough. */
function deniesEveryAlias({ statement }: StatementRef, { key }: RequestContext): boolean {
  return statement.effect === 'Deny' && coversEveryAlias(statement, key);
}

const NO_STATEMENT_CONDITIONS: readonly Condition[] = [];

function matchIdentityStatementResources({ policy, statement }: StatementRef, requestContext: RequestContext) {
  return matchResources(statement, requestContext.key,
    policy.policy.hasPolicyVariables ? policyVariableValuesOf(requestContext) : undefined);
}

/** Takes the conditions one after the other; one that suits only some of the actions splits the rest off. */
function evaluateConditions(start: EvaluatedStatement, requestContext: RequestContext, into: EvaluatedStatement[]): void {
  const { statement } = start.statementRef;
  let parts: readonly EvaluatedStatement[] = [start];
  for (const condition of statement.conditions) {
    const { actionsWithContextKey, resultWithKey, resultWithoutKey } = evaluateStatementCondition(start.statementRef, condition,
      requestContext);
    const split: EvaluatedStatement[] = [];
    for (const part of parts) {
      const those = part.actions & actionsWithContextKey;
      if (those !== NO_ACTIONS) split.push(withConditionResult(part, those, condition, resultWithKey));
      if (those !== part.actions) split.push(withConditionResult(part, part.actions ^ those, condition, resultWithoutKey));
    }
    parts = split;
  }
  for (const part of parts) into.push(statement.effect === 'Deny' ? failIfContradictory(part, requestContext) : part);
}

/** A Deny whose conditions exclude each other never applies. An Allow keeps them: they are why its verdict is a refusal. */
function failIfContradictory(part: EvaluatedStatement, requestContext: RequestContext): EvaluatedStatement {
  if (part.undecidedConditions.length < 2 || !findContradiction([part], [], requestContext)) return part;
  return { ...part, undecidedConditions: NO_STATEMENT_CONDITIONS,
    failedConditions: [...part.failedConditions, ...part.undecidedConditions] };
}

function evaluateStatementCondition({ gate, policy }: StatementRef, condition: Condition,
  requestContext: RequestContext): EvaluatedCondition {
  const judged = evaluateCondition(condition, policy.policy.hasPolicyVariables, requestContext);
  return isContextKeyDocumentedFor(gate, condition) ? judged : { ...judged, resultWithKey: 'open' };
}

/** The conditions of a statement that are certainly false in requests for the action. */
export function falseConditions(statementRef: StatementRef, action: ActionSet, requestContext: RequestContext): readonly Condition[] {
  return statementRef.statement.conditions.filter((condition) =>
    conditionResultFor(evaluateStatementCondition(statementRef, condition, requestContext), action) === 'false'
  );
}

/** The actions to which the conditions of a statement let it apply: no condition is certainly false, nor do they exclude each other. */
export function applicableActions(statementRef: StatementRef, requestContext: RequestContext): ActionSet {
  const { conditions } = statementRef.statement;
  let actions = ALL_ACTIONS;
  for (const condition of conditions) {
    const judged = evaluateStatementCondition(statementRef, condition, requestContext);
    if (judged.resultWithKey === 'false') actions &= ~judged.actionsWithContextKey;
    if (judged.resultWithoutKey === 'false') actions &= judged.actionsWithContextKey;
  }
  const contradicts = conditions.length > 1
    && findContradiction([{ statementRef, isMatchCertain: true, session: undefined, undecidedConditions: conditions }], [], requestContext);
  return contradicts ? NO_ACTIONS : actions;
}

function withConditionResult(part: EvaluatedStatement, set: ActionSet, condition: Condition,
  conditionResult: ConditionResult): EvaluatedStatement {
  if (conditionResult === 'true') return { ...part, actions: set };
  if (conditionResult === 'false') return { ...part, actions: set, failedConditions: [...part.failedConditions, condition] };
  return { ...part, actions: set, undecidedConditions: [...part.undecidedConditions, condition] };
}

/** Whether it applies to the action at all, for certain or perhaps. */
export function mayApplyTo(evaluatedStatement: EvaluatedStatement, action: ActionSet): boolean {
  return (evaluatedStatement.actions & action) !== NO_ACTIONS && evaluatedStatement.failedConditions.length === 0;
}

/** Whether it applies to every request for the actions of its set. */
export function appliesUnconditionally(evaluatedStatement: EvaluatedStatement): boolean {
  return evaluatedStatement.isMatchCertain && evaluatedStatement.undecidedConditions.length === 0
    && evaluatedStatement.session === undefined && evaluatedStatement.failedConditions.length === 0;
}

/** What being unsure costs: more than any number of conditions. */
export const UNCERTAIN_MATCH_RESTRICTIVENESS = 1000;

/** How much it asks: nothing, then few conditions before many, then what is not even sure. */
export function restrictivenessOf(evaluatedStatement: EvaluatedStatement): number {
  return (evaluatedStatement.isMatchCertain ? 0 : UNCERTAIN_MATCH_RESTRICTIVENESS) + evaluatedStatement.undecidedConditions.length
    + (evaluatedStatement.session === undefined ? 0 : 1);
}

/** The one that asks least of those that apply; the first among equals. */
export function leastRestrictive(weighed: readonly EvaluatedStatement[], action: ActionSet,
  test?: (evaluatedStatement: EvaluatedStatement) => boolean): EvaluatedStatement | undefined {
  let best: EvaluatedStatement | undefined;
  for (const one of weighed) {
    if (!mayApplyTo(one, action) || test && !test(one)) continue;
    if (!best || restrictivenessOf(one) < restrictivenessOf(best)) best = one;
  }
  return best;
}

/** Whether the statement's level alone is enough in the owner's account (docs/aws-rules.md 5.1, step 4). */
export function grantsWithoutIdentityPolicy(evaluatedStatement: EvaluatedStatement): boolean {
  return evaluatedStatement.principalLevel === 'direct' || evaluatedStatement.principalLevel === 'anyone';
}

export function statementsWithFailedConditions(weighed: readonly EvaluatedStatement[], action: ActionSet): readonly EvaluatedStatement[] {
  return weighed.filter((evaluatedStatement) =>
    (evaluatedStatement.actions & action) !== NO_ACTIONS && evaluatedStatement.failedConditions.length > 0
  );
}
