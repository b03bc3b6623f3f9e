import { ALIAS_ACTIONS, type ActionSet } from '../aws/actions';
import type { ResourcePattern } from '../policy/policy';
import type { Key } from '../linking/entities';
import { policyVariableValuesOf, type RequestContext } from './request-context';
import { encodePattern, type PolicyVariableValues } from './pattern-encoding';
import type { StatementsByEffect } from './statement-actions';
import { hasUnknown, hasWildcard, matchPattern, patternAsSubject } from './pattern-matching';
import { aliasArnPattern, coversEveryAlias, matchResources } from './resource-matching';
import type { StatementRef } from './verdict';
import { evaluateStatement, mayCoverActions, type EvaluatedStatement } from './statement-evaluation';

/** Aliases of the key's account and Region that a value of Resource covers. */
export interface AliasPattern {
  /** The ARN of any of them, with unknown parts. */
  readonly arn: string;
  /** There are several, of which the caller chooses one. */
  readonly coversSeveral: boolean;
  /** False where the account or Region of the pattern, or of the key, is unknown and may be another than that of the other. */
  readonly isLocationCertain: boolean;
}

interface AliasAllow {
  readonly aliasPattern: AliasPattern;
  readonly evaluatedStatement: EvaluatedStatement;
}

/** What the identity policies of a case say about aliases: operations on aliases need it besides the key (docs/aws-rules.md 3.4). */
export interface AliasStatements {
  readonly allows: readonly AliasAllow[];
  /** Those that cover every alias, or the key, are among all other Deny statements. */
  readonly denies: readonly EvaluatedStatement[];
}

/** @param policyStatements of all identity policies of the caller */
export function aliasStatementsOf(policyStatements: readonly StatementsByEffect[], actions: ActionSet,
  requestContext: RequestContext): AliasStatements {
  const scope = actions & ALIAS_ACTIONS;
  const allows: AliasAllow[] = [];
  const denies: EvaluatedStatement[] = [];
  for (const statements of policyStatements) {
    for (const statementActions of statements.allows.items) {
      if (!mayCoverActions(statementActions, scope)) continue;
      for (const aliasPattern of aliasPatternsOf(statementActions.statementRef, requestContext)) {
        const resourceMatch = aliasPattern.isLocationCertain ? 'yes' : 'unknown';
        const evaluatedStatements: EvaluatedStatement[] = [];
        evaluateStatement(statementActions, { scope, principalMatch: undefined, resourceMatch }, requestContext, evaluatedStatements);
        allows.push(...evaluatedStatements.map((evaluatedStatement) => ({ aliasPattern, evaluatedStatement })));
      }
    }
    for (const statementActions of statements.denies.items) {
      const { statement } = statementActions.statementRef;
      if (!mayCoverActions(statementActions, scope) || coversEveryAlias(statement, requestContext.key)) continue;
      const variableValues = variableValuesFor(statementActions.statementRef, requestContext);
      if (matchResources(statement, requestContext.key, variableValues) !== 'yes')
        evaluateStatement(statementActions, { scope, principalMatch: undefined, resourceMatch: 'yes' }, requestContext, denies);
    }
  }
  return { allows, denies };
}

/** The values of policy variables, where the policy has them. */
export function variableValuesFor({ policy }: StatementRef, requestContext: RequestContext): PolicyVariableValues | undefined {
  return policy.policy.hasPolicyVariables ? policyVariableValuesOf(requestContext) : undefined;
}

function aliasPatternsOf(statementRef: StatementRef, requestContext: RequestContext): readonly AliasPattern[] {
  const { key } = requestContext;
  const { statement } = statementRef;
  const { resource } = statement;
  if (!resource || resource.patterns.length === 0) return [];
  const all: AliasPattern = { arn: aliasArnPattern(key), coversSeveral: true, isLocationCertain: true };
  if (!resource.negated) {
    const variableValues = variableValuesFor(statementRef, requestContext);
    return resource.patterns.flatMap((pattern) => (pattern.form === 'any' ? all : aliasPatternOf(pattern, key, variableValues) ?? []));
  }
  if (coversEveryAlias({ ...statement, resource: { ...resource, negated: false } }, key)) return [];
  return [{ ...all, isLocationCertain: isLocationKnown(all) || coversEveryAlias(statement, key) }];
}

/** Whether partition, Region and account of the aliases are known. */
export function isLocationKnown({ arn }: Pick<AliasPattern, 'arn'>): boolean {
  return !hasUnknown(arn.slice(0, arn.indexOf(':alias/')));
}

function aliasPatternOf({ form, text: policyString }: ResourcePattern, key: Key,
  variableValues: PolicyVariableValues | undefined): AliasPattern | undefined {
  if (form !== 'alias' && form !== 'kms' && form !== 'unknown') return undefined;
  const encoded = encodePattern(policyString, { hasWildcards: true, variableValues });
  const fields = encoded.split(':');
  if (!mayCoverAlias(encoded, fields, aliasArnPattern(key))) return undefined;
  const name = fields.slice(5).join(':');
  const hasName = name.startsWith('alias/');
  const arn = aliasArnPattern(key, hasName ? patternAsSubject(name.slice('alias/'.length)) : undefined);
  return {
    arn,
    // Whatever a placeholder in its name is, there is such an alias.
    coversSeveral: !hasName || hasWildcard(name),
    isLocationCertain: !hasUnknown(fields.length > 5 ? fields.slice(0, 5).join(':') : encoded)
      && (isLocationKnown({ arn }) || coversLocation(encoded, fields, arn)),
  };
}

/** Whether the pattern covers the aliases in whichever partition, Region and account they are. */
function coversLocation(pattern: string, fields: readonly string[], arn: string): boolean {
  const subject = arn.split(':');
  if (fields.length < 6) return matchPattern(pattern, arn) === 'yes';
  return fields.slice(0, 5).every((field, i) => matchPattern(field, subject[i] ?? '') === 'yes');
}

/**
 * Whether the pattern may cover the alias: field by field where all are written, else the name of an alias, which may have colons, could
 * hold an account or a key.
 */
export function mayCoverAlias(pattern: string, fields: readonly string[], arn: string): boolean {
  if (matchPattern(pattern, arn) === 'no') return false;
  const subject = arn.split(':');
  return fields.length < 6 || hasUnknown(pattern)
    || fields.slice(0, 5).every((field, i) => matchPattern(field, subject[i] ?? '') !== 'no')
      && matchPattern(fields.slice(5).join(':'), subject.slice(5).join(':')) !== 'no';
}
