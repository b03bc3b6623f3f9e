import type { ActionInfo } from '../aws/actions';
import { isLocationKnown, mayCoverAlias, variableValuesFor, type AliasPattern } from './alias-statements';
import type { EvaluationContext } from './evaluation-context';
import type { RequestContext } from './request-context';
import { encodePattern } from './pattern-encoding';
import { matchPattern, type MatchResult } from './pattern-matching';
import type { StatementRef } from './verdict';
import type { AllowPath } from './allow-path';
import { mayApplyTo, restrictivenessOf, statementsWithFailedConditions, appliesUnconditionally,
  type EvaluatedStatement } from './statement-evaluation';

/** An Allow on an alias, and the Deny statements that may take this alias away again. */
interface AliasAllowWithDenies {
  readonly allow: EvaluatedStatement;
  readonly denies: readonly EvaluatedStatement[];
}

function aliasAllowsWithDenies(evaluationContext: EvaluationContext, action: ActionInfo): readonly AliasAllowWithDenies[] {
  const { allows, denies } = evaluationContext.aliasStatements();
  const applicableDenies = denies.filter((deny) => mayApplyTo(deny, action.bit));
  const applicableAllows = allows.filter(({ evaluatedStatement }) => mayApplyTo(evaluatedStatement, action.bit));
  return applicableAllows.map(({ aliasPattern, evaluatedStatement: allow }) =>
    ({ allow, denies: applicableDenies.flatMap((deny) => denyOnAliases(deny, aliasPattern, evaluationContext) ?? []) }));
}

/** The paths with an alias that is allowed too, the less restrictive first; for other actions the paths themselves. */
export function allowPathsWithAlias(evaluationContext: EvaluationContext, action: ActionInfo,
  allowPaths: readonly AllowPath[]): readonly AllowPath[] {
  if (!action.resourceTypes.includes('alias')) return allowPaths;
  const choices = aliasAllowsWithDenies(evaluationContext, action).filter(({ denies }) => !denies.some(appliesUnconditionally));
  return allowPaths.flatMap((allowPath) => choices.map(({ allow, denies }): AllowPath => ({
    ...allowPath, statements: [...allowPath.statements, allow], pathDenies: denies,
    isMatchCertain: allowPath.isMatchCertain && allow.isMatchCertain && denies.every(({ isMatchCertain }) => isMatchCertain),
    restrictiveness: [allow, ...denies].reduce((cost, part) => cost + restrictivenessOf(part), allowPath.restrictiveness),
  }))).sort((a, b) => a.restrictiveness - b.restrictiveness);
}

/** Why no alias is allowed: the Deny statements that take each away, and the Allow statements that are under false conditions. */
export function aliasDenial(evaluationContext: EvaluationContext,
  action: ActionInfo): { readonly denied: readonly StatementRef[]; readonly failing: readonly EvaluatedStatement[] } {
  const denied = aliasAllowsWithDenies(evaluationContext, action).flatMap(({ allow, denies }) =>
    [...denies.filter(appliesUnconditionally), allow].map(({ statementRef }) => statementRef)
  );
  return { denied,
    failing: statementsWithFailedConditions(evaluationContext.aliasStatements().allows.map(({ evaluatedStatement }) => evaluatedStatement),
      action.bit) };
}

/** The Deny as it stands for these aliases; undefined where it leaves the caller one of them. */
function denyOnAliases(deny: EvaluatedStatement, aliasPattern: AliasPattern, requestContext: RequestContext): EvaluatedStatement
  | undefined {
  const matchResult = coversAllAliases(deny.statementRef, aliasPattern, requestContext);
  if (matchResult === 'no' || matchResult === 'unknown' && aliasPattern.coversSeveral && isLocationKnown(aliasPattern)) return undefined;
  return matchResult === 'yes' ? deny : { ...deny, isMatchCertain: false };
}

function coversAllAliases(statementRef: StatementRef, { arn }: AliasPattern, requestContext: RequestContext): MatchResult {
  const { resource } = statementRef.statement;
  if (!resource) return 'no';
  const policyVariableValues = variableValuesFor(statementRef, requestContext);
  const matchResults = resource.patterns.map(({ form, text: policyString }) => {
    const pattern = encodePattern(policyString, { hasWildcards: true, variableValues: policyVariableValues });
    return form === 'any' ? 'yes' : mayCoverAlias(pattern, pattern.split(':'), arn) ? matchPattern(pattern, arn) : 'no';
  });
  const matchResult: MatchResult = matchResults.includes('yes') ? 'yes' : matchResults.includes('unknown') ? 'unknown' : 'no';
  if (!resource.negated) return matchResult;
  return matchResult === 'yes' ? 'no' : matchResult === 'no' ? 'yes' : 'unknown';
}
