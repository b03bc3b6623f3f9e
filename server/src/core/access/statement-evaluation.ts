import { ALIAS_ACTIONS, ALL_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import type { Condition, Principal } from '../policy/policy';
import { findContradiction, type ConditionalStatement } from './condition-contradiction';
import { conditionResultFor, isContextKeyDocumentedFor, evaluateCondition, type EvaluatedCondition,
  type ConditionResult } from './condition-evaluation';
import { policyVariableValuesOf, type RequestContext } from './request-context';
import type { MatchResult } from './pattern-matching';
import { principalMatchesOf, type PrincipalLevel, type PrincipalMatch } from './principal-matching';
import { coversEveryAlias, matchKeyPolicyResource, matchResources } from './resource-matching';
import type { StatementActions } from './statement-actions';
import type { ConditionRef, StatementRef } from './verdict';

/**
 * What a statement does for one identity and one key, the same for all actions of `set`. A statement whose conditions suit only some
 * actions is weighed as several of these.
 */
export interface EvaluatedStatement extends ConditionalStatement {
  readonly statementRef: StatementRef;
  readonly actions: ActionSet;
  /** False while it hangs on a placeholder, or on who exactly the identity is. */
  readonly isMatchCertain: boolean;
  /** The same where the conditions of a template include the statement. */
  readonly isMatchCertainIfPresent: boolean;
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
export interface KeyPolicyMatch extends StatementActions {
  readonly resourceMatch: Exclude<MatchResult, 'no'>;
  /** All ways in which it means the caller; at least one. */
  readonly principalMatches: readonly PrincipalMatch[];
}

/** Those of a key policy that may be about actions of the scope, mean the caller and are about the key. */
export function matchKeyPolicyStatements(statements: readonly StatementActions[], scope: ActionSet,
  { caller, key }: RequestContext): readonly KeyPolicyMatch[] {
  const keyPolicyMatches: KeyPolicyMatch[] = [];
  for (const statementActions of statements) {
    const { statementRef, certainActions, uncertainActions } = statementActions;
    if (!mayCoverActions(statementActions, scope)) continue;
    const principalMatches = principalMatchesOf(statementRef.statement, caller);
    const resourceMatch = principalMatches.length > 0 ? matchKeyPolicyResource(statementRef.statement, key) : 'no';
    if (resourceMatch !== 'no')
      keyPolicyMatches.push({ statementRef, certainActions, uncertainActions, principalMatches, resourceMatch });
  }
  return keyPolicyMatches;
}

export function mayCoverActions({ certainActions, uncertainActions }: StatementActions, scope: ActionSet): boolean {
  return (certainActions & scope) !== NO_ACTIONS || uncertainActions !== NO_ACTIONS && (uncertainActions & scope) !== NO_ACTIONS;
}

/** A statement is evaluated once for each of the ways in which it means the caller. */
export function evaluateKeyPolicyMatches(keyPolicyMatches: readonly KeyPolicyMatch[], scope: ActionSet,
  requestContext: RequestContext): EvaluatedStatement[] {
  const evaluatedStatements: EvaluatedStatement[] = [];
  for (const keyPolicyMatch of keyPolicyMatches) {
    const { resourceMatch } = keyPolicyMatch;
    for (const principalMatch of keyPolicyMatch.principalMatches)
      evaluateStatement(keyPolicyMatch, { scope, principalMatch, resourceMatch }, requestContext, evaluatedStatements);
  }
  return evaluatedStatements;
}

export function evaluateIdentityStatements(statements: readonly StatementActions[], scope: ActionSet,
  requestContext: RequestContext, evaluatedStatements: EvaluatedStatement[]): void {
  for (const statementActions of statements) {
    if (!mayCoverActions(statementActions, scope)) continue;
    const resourceMatch = matchIdentityStatementResources(statementActions.statementRef, requestContext);
    if (resourceMatch !== 'no')
      evaluateStatement(statementActions, { scope, principalMatch: undefined, resourceMatch }, requestContext, evaluatedStatements);
    else if (deniesEveryAlias(statementActions.statementRef, requestContext))
      evaluateStatement(statementActions, { scope: scope & ALIAS_ACTIONS, principalMatch: undefined, resourceMatch: 'yes' }, requestContext,
        evaluatedStatements);
  }
}

/** How a statement means the caller and what it is about, and the actions that it is evaluated for. */
export interface StatementMatch {
  readonly scope: ActionSet;
  readonly principalMatch: PrincipalMatch | undefined;
  readonly resourceMatch: Exclude<MatchResult, 'no'>;
}

/** Adds what the statement does for the actions of the scope that it covers for certain, and for those that it may cover. */
export function evaluateStatement(statementActions: StatementActions, statementMatch: StatementMatch, requestContext: RequestContext,
  evaluatedStatements: EvaluatedStatement[]): void {
  const { statementRef, certainActions, uncertainActions } = statementActions;
  const { scope, principalMatch, resourceMatch } = statementMatch;
  const { isMaybe, presence } = statementRef.statement;
  const addFor = (actions: ActionSet, isMatchCertainIfPresent: boolean): void => {
    const start = {
      statementRef, actions, isMatchCertainIfPresent, isMatchCertain: isMatchCertainIfPresent && !isMaybe,
      principalLevel: principalMatch?.principalLevel, principal: principalMatch?.principal, session: principalMatch?.session,
      undecidedConditions: NO_STATEMENT_CONDITIONS, failedConditions: NO_STATEMENT_CONDITIONS,
    };
    if (statementRef.statement.conditions.length === 0) evaluatedStatements.push(start);
    else evaluatedStatements.push(...evaluateConditions(start, requestContext));
  };
  const certain = certainActions & scope;
  const isMatchCertain = resourceMatch === 'yes' && (!principalMatch || principalMatch.match === 'yes');
  if (certain !== NO_ACTIONS) addFor(certain, isMatchCertain && (!isMaybe || presence !== undefined));
  // Most statements have none, and this is the innermost step of an evaluation.
  if (uncertainActions !== NO_ACTIONS && (uncertainActions & scope) !== NO_ACTIONS) addFor(uncertainActions & scope, false);
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

/** Evaluates the conditions one after the other; one that suits only some of the actions divides the statement. */
function evaluateConditions(unconditional: EvaluatedStatement, requestContext: RequestContext): readonly EvaluatedStatement[] {
  const { statementRef } = unconditional;
  let evaluatedStatements: readonly EvaluatedStatement[] = [unconditional];
  for (const condition of statementRef.statement.conditions) {
    const { actionsWithContextKey, resultWithKey, resultWithoutKey } = evaluateStatementCondition(statementRef, condition, requestContext);
    const nextStatements: EvaluatedStatement[] = [];
    for (const evaluatedStatement of evaluatedStatements) {
      const { actions } = evaluatedStatement;
      const withKey = actions & actionsWithContextKey;
      if (withKey !== NO_ACTIONS) nextStatements.push(withConditionResult(evaluatedStatement, withKey, condition, resultWithKey));
      if (withKey !== actions) nextStatements.push(withConditionResult(evaluatedStatement, actions ^ withKey, condition, resultWithoutKey));
    }
    evaluatedStatements = nextStatements;
  }
  return statementRef.statement.effect === 'Allow' ? evaluatedStatements
    : evaluatedStatements.map((deny) => failIfContradictory(deny, requestContext));
}

/** A Deny whose conditions exclude each other never applies. An Allow keeps them: they are why its verdict is a refusal. */
function failIfContradictory(deny: EvaluatedStatement, requestContext: RequestContext): EvaluatedStatement {
  if (deny.undecidedConditions.length < 2 || !findContradiction([deny], [], requestContext)) return deny;
  return { ...deny, undecidedConditions: NO_STATEMENT_CONDITIONS,
    failedConditions: [...deny.failedConditions, ...deny.undecidedConditions] };
}

function evaluateStatementCondition({ gate, policy }: StatementRef, condition: Condition,
  requestContext: RequestContext): EvaluatedCondition {
  const evaluatedCondition = evaluateCondition(condition, policy.policy.hasPolicyVariables, requestContext);
  return isContextKeyDocumentedFor(gate, condition) ? evaluatedCondition : { ...evaluatedCondition, resultWithKey: 'open' };
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
    const evaluatedCondition = evaluateStatementCondition(statementRef, condition, requestContext);
    if (evaluatedCondition.resultWithKey === 'false') actions &= ~evaluatedCondition.actionsWithContextKey;
    if (evaluatedCondition.resultWithoutKey === 'false') actions &= evaluatedCondition.actionsWithContextKey;
  }
  const contradicts = conditions.length > 1
    && findContradiction([{ statementRef, isMatchCertain: true, session: undefined, undecidedConditions: conditions }], [], requestContext);
  return contradicts ? NO_ACTIONS : actions;
}

function withConditionResult(evaluatedStatement: EvaluatedStatement, actions: ActionSet, condition: Condition,
  conditionResult: ConditionResult): EvaluatedStatement {
  const { failedConditions, undecidedConditions } = evaluatedStatement;
  if (conditionResult === 'true') return { ...evaluatedStatement, actions };
  if (conditionResult === 'false') return { ...evaluatedStatement, actions, failedConditions: [...failedConditions, condition] };
  return { ...evaluatedStatement, actions, undecidedConditions: [...undecidedConditions, condition] };
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

/** The least restrictive of the statements that apply; the first among equals. */
export function leastRestrictive(statements: readonly EvaluatedStatement[], action: ActionSet,
  test?: (evaluatedStatement: EvaluatedStatement) => boolean): EvaluatedStatement | undefined {
  let leastRestrictiveStatement: EvaluatedStatement | undefined;
  for (const evaluatedStatement of statements) {
    if (!mayApplyTo(evaluatedStatement, action) || test && !test(evaluatedStatement)) continue;
    if (!leastRestrictiveStatement || restrictivenessOf(evaluatedStatement) < restrictivenessOf(leastRestrictiveStatement))
      leastRestrictiveStatement = evaluatedStatement;
  }
  return leastRestrictiveStatement;
}

/** Whether the statement's level alone is enough in the owner's account (docs/aws-rules.md 5.1, step 4). */
export function grantsWithoutIdentityPolicy(evaluatedStatement: EvaluatedStatement): boolean {
  return evaluatedStatement.principalLevel === 'direct' || evaluatedStatement.principalLevel === 'anyone';
}

export function statementsWithFailedConditions(statements: readonly EvaluatedStatement[],
  action: ActionSet): readonly EvaluatedStatement[] {
  return statements.filter(({ actions, failedConditions }) => (actions & action) !== NO_ACTIONS && failedConditions.length > 0);
}

export function failedConditionRefs({ statementRef, failedConditions }: EvaluatedStatement): readonly ConditionRef[] {
  return failedConditions.map((condition) => ({ statementRef, condition, negated: false }));
}

export function statementRefsOf(evaluatedStatement: EvaluatedStatement | undefined): readonly StatementRef[] {
  return evaluatedStatement ? [evaluatedStatement.statementRef] : [];
}
