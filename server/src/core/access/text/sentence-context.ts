import { locationInFile } from '../../discovery/discovery-result';
import type { Statement } from '../../policy/policy';
import type { Location } from '../../text/span';
import type { ConditionRef, PolicyGate, StatementRef, Verdict } from '../verdict';
import { decidingLocation, type AccessQuestion, type NamedActions } from './deciding-location';
import { describeConditionRef, describeIdentity } from './describe-access';

/** Says where something stands: `producer/key.json:12`. */
export type LocationFormatter = (at: Location) => string;

/** What a sentence is about, and how it names places. */
export interface SentenceContext {
  readonly question: AccessQuestion;
  readonly formatLocation: LocationFormatter;
}

export function joinConditions(conditions: readonly ConditionRef[]): string {
  return [...new Set(conditions.map(describeConditionRef))].join(' and ');
}

export function locationsOfStatements(statements: readonly StatementRef[], sentenceContext: SentenceContext): string {
  return decidingLocationNames(statements, { reason: 'identity-policy-missing', failedConditions: [] }, sentenceContext);
}

/** The word that agrees with one action or with several. */
export function singularOrPlural({ isPlural }: NamedActions, singular: string, plural: string): string {
  return isPlural ? plural : singular;
}

export function singularOrPluralForQuestion({ question: { action } }: SentenceContext, singular: string, plural: string): string {
  return singularOrPlural(action, singular, plural);
}

/** ` (producer/key.json:12)`: where the statements of one half stand; empty when there is none. */
export function locationClause(verdict: Verdict, policyGate: PolicyGate, sentenceContext: SentenceContext,
  effect?: 'Allow' | 'Deny'): string {
  const statements = verdict.decidedBy.filter((statementRef) =>
    statementRef.gate === policyGate && (effect === undefined || statementRef.statement.effect === effect)
  );
  return statements.length > 0 ? ` (${decidingLocationNames(statements, verdict, sentenceContext)})` : '';
}

export function decidingLocationNames(statements: readonly StatementRef[], verdict: Pick<Verdict, 'reason' | 'failedConditions'>,
  { formatLocation, question: accessQuestion }: SentenceContext): string {
  return [...new Set(statements.map((statementRef) => formatLocation(decidingLocation(statementRef, verdict, accessQuestion))))].join(', ');
}

/** Where the key policy is, when no statement of it decides. */
export function keyPolicyLocationClause({ formatLocation, question: { key } }: SentenceContext): string {
  return key.policy ? ` (${formatLocation(locationInFile(key.policy, key.policy.policy.node.span))})` : '';
}

export function decidingStatementsOf(verdict: Verdict, policyGate: PolicyGate): Statement[] {
  return verdict.decidedBy.filter((statementRef) => statementRef.gate === policyGate).map(({ statement }) => statement);
}

export function identityInQuestion({ question: { identity } }: SentenceContext): string {
  return describeIdentity(identity);
}

export function actionInQuestion({ question: { action } }: SentenceContext): string {
  return action.name;
}

export function accountInQuestion({ question: { identity } }: SentenceContext): string {
  return identity.account ?? '?';
}
