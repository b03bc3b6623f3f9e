import type { ActionInfo } from '../aws/actions';
import { mayCoverAlias, variableValuesFor, type AliasPattern } from './alias-statements';
import type { EvaluationContext } from './evaluation-context';
import type { RequestContext } from './request-context';
import { encodePattern } from './pattern-encoding';
import { matchPattern, type MatchResult } from './pattern-matching';
import type { StatementRef } from './verdict';
import type { AllowPath } from './allow-path';
import { mayApplyTo, restrictivenessOf, statementsWithFailedConditions, appliesUnconditionally, type EvaluatedStatement } from './statement-evaluation';

/** An Allow on an alias, and the Deny statements that may take this alias away again. */
interface AliasAllowWithDenies {
  readonly allow: EvaluatedStatement;
  readonly denies: readonly EvaluatedStatement[];
}

function aliasAllowsWithDenies(accessCase: EvaluationContext, action: ActionInfo): readonly AliasAllowWithDenies[] {
  const { allows, denies } = accessCase.aliasStatements();
  return allows.filter(({ evaluatedStatement: weighed }) => mayApplyTo(weighed, action.bit)).map(({ aliasPattern: aliases, evaluatedStatement: weighed }) => ({
    allow: weighed, denies: denies.filter((deny) => mayApplyTo(deny, action.bit)).flatMap((deny) => denyOnAliases(deny, aliases, accessCase) ?? []),
  }));
}

/** The ways with an alias that is allowed too, those that ask less first; for other actions the ways themselves. */
export function allowPathsWithAlias(accessCase: EvaluationContext, action: ActionInfo, ways: readonly AllowPath[]): readonly AllowPath[] {
  if (!action.resourceTypes.includes('alias')) return ways;
  const choices = aliasAllowsWithDenies(accessCase, action).filter(({ denies }) => !denies.some(appliesUnconditionally));
  return ways.flatMap((way) => choices.map(({ allow, denies }): AllowPath => ({
    ...way, statements: [...way.statements, allow], pathDenies: denies,
    isMatchCertain: way.isMatchCertain && allow.isMatchCertain && denies.every(({ isMatchCertain: sure }) => sure),
    restrictiveness: [allow, ...denies].reduce((cost, part) => cost + restrictivenessOf(part), way.restrictiveness),
  }))).sort((a, b) => a.restrictiveness - b.restrictiveness);
}

/** Why no alias is allowed: the Deny statements that take each away, and the Allow statements that are under false conditions. */
export function aliasDenial(accessCase: EvaluationContext, action: ActionInfo): { readonly denied: readonly StatementRef[]; readonly failing: readonly EvaluatedStatement[] } {
  const denied = aliasAllowsWithDenies(accessCase, action).flatMap(({ allow, denies }) => [...denies.filter(appliesUnconditionally), allow].map(({ statementRef: because }) => because));
  return { denied, failing: statementsWithFailedConditions(accessCase.aliasStatements().allows.map(({ evaluatedStatement: weighed }) => weighed), action.bit) };
}

/** The Deny as it stands for these aliases; undefined where it leaves the caller one of them. */
function denyOnAliases(deny: EvaluatedStatement, aliases: AliasPattern, circumstances: RequestContext): EvaluatedStatement | undefined {
  const match = coversAllAliases(deny.statementRef, aliases, circumstances);
  if (match === 'no' || match === 'unknown' && aliases.coversSeveral) return undefined;
  return match === 'yes' ? deny : { ...deny, isMatchCertain: false };
}

function coversAllAliases(because: StatementRef, { arn }: AliasPattern, circumstances: RequestContext): MatchResult {
  const { resource } = because.statement;
  if (!resource) return 'no';
  const variables = variableValuesFor(because, circumstances);
  const matches = resource.patterns.map(({ form, text }) => {
    const pattern = encodePattern(text, { hasWildcards: true, variableValues: variables });
    return form === 'any' ? 'yes' : mayCoverAlias(pattern, pattern.split(':'), arn) ? matchPattern(pattern, arn) : 'no';
  });
  const match: MatchResult = matches.includes('yes') ? 'yes' : matches.includes('unknown') ? 'unknown' : 'no';
  if (!resource.negated) return match;
  return match === 'yes' ? 'no' : match === 'no' ? 'yes' : 'unknown';
}
