import type { ActionInfo } from '../aws/actions';
import type { Grant } from '../discovery/discovery-result';
import type { AccessEvaluation } from './access-evaluation';
import type { EvaluationContext } from './evaluation-context';
import { matchGrant, constraintsOnAction } from './grant-evaluation';
import { mayApplyTo, leastRestrictive, restrictivenessOf, grantsWithoutIdentityPolicy, UNCERTAIN_MATCH_RESTRICTIVENESS,
  type EvaluatedStatement } from './statement-evaluation';

/** How an action is allowed: the statements that are needed together, and the grant. */
export interface AllowPath {
  readonly statements: readonly EvaluatedStatement[];
  readonly grant: Grant | undefined;
  /** The Deny statements that bear on this path alone. */
  readonly pathDenies?: readonly EvaluatedStatement[];
  readonly isMatchCertain: boolean;
  readonly restrictiveness: number;
}

/** The least restrictive path, Denies aside (docs/aws-rules.md 5.1, steps 4 to 7); undefined when there is none. */
export function findAllowPath(evaluation: AccessEvaluation): AllowPath | undefined {
  const { context, action: { bit } } = evaluation;
  const identityAllow = leastRestrictive(context.identityAllows, bit);
  let allowPath: AllowPath | undefined;
  if (canKeyPolicyAloneAllow(evaluation)) {
    const keyAllow = leastRestrictive(context.keyAllows, bit, (statement) => allowsAlone(context, statement));
    const delegation = leastRestrictive(context.keyAllows, bit, (statement) => !allowsAlone(context, statement));
    allowPath = lessRestrictivePath(keyAllow && singleStatementPath(keyAllow), combinedAllowPath(delegation, identityAllow));
  } else {
    allowPath = combinedAllowPath(leastRestrictive(context.keyAllows, bit), identityAllow);
  }
  for (const grantPath of allowPathsOfGrants(evaluation, identityAllow ? [identityAllow] : []))
    allowPath = lessRestrictivePath(allowPath, grantPath);
  return allowPath;
}

/** Two policies as large as AWS accepts have fewer paths that differ in their conditions; nobody reads as many. */
const MAX_ALLOW_PATHS = 2000;

export interface AlternativeAllowPaths {
  readonly allowPaths: readonly AllowPath[];
  /** False where there are more paths than these. */
  readonly areComplete: boolean;
}

/** All paths besides the least restrictive one, each with conditions that differ: the less restrictive first. */
export function alternativeAllowPaths(evaluation: AccessEvaluation, leastRestrictivePath: AllowPath): AlternativeAllowPaths {
  const { context, action } = evaluation;
  const identityAllows = leastRestrictiveFirst(context.identityAllows, action);
  // Beside one without conditions the others add conditions only.
  const [unconditionalAllow] = identityAllows.filter((statement) => restrictivenessOf(statement) === 0);
  const combinableAllows = unconditionalAllow ? [unconditionalAllow] : identityAllows;
  const keyPolicyAlone = canKeyPolicyAloneAllow(evaluation);
  const allowPaths: AllowPath[] = allowPathsOfGrants(evaluation, combinableAllows).slice(0, MAX_ALLOW_PATHS);
  for (const keyAllow of leastRestrictiveFirst(context.keyAllows, action)) {
    if (allowPaths.length > MAX_ALLOW_PATHS) break;
    const pathsOfStatement = keyPolicyAlone && allowsAlone(context, keyAllow) ? [singleStatementPath(keyAllow)]
      : combinableAllows.slice(0, MAX_ALLOW_PATHS).flatMap((identityAllow) => combinedAllowPath(keyAllow, identityAllow) ?? []);
    allowPaths.push(...pathsOfStatement);
  }
  const alternatives = allowPaths.filter((allowPath) => !isSameAllowPath(allowPath, leastRestrictivePath))
    .sort((a, b) => a.restrictiveness - b.restrictiveness);
  return { allowPaths: alternatives.slice(0, MAX_ALLOW_PATHS),
    areComplete: allowPaths.length <= MAX_ALLOW_PATHS && combinableAllows.length <= MAX_ALLOW_PATHS };
}

function leastRestrictiveFirst(statements: readonly EvaluatedStatement[], { bit }: ActionInfo): readonly EvaluatedStatement[] {
  return statements.filter((statement) => mayApplyTo(statement, bit)).sort((a, b) => restrictivenessOf(a) - restrictivenessOf(b));
}

/** In the owner's account, and for services, the key policy alone can be enough. */
function canKeyPolicyAloneAllow({ context, accountRelation }: AccessEvaluation): boolean {
  return accountRelation === 'same' || context.caller.kind === 'service';
}

function allowsAlone({ caller }: EvaluationContext, statement: EvaluatedStatement): boolean {
  return caller.kind === 'service' || grantsWithoutIdentityPolicy(statement);
}

function isSameAllowPath(a: AllowPath, b: AllowPath): boolean {
  return a.grant === b.grant && a.statements.length === b.statements.length
    && a.statements.every((statement, index) => statement === b.statements[index]);
}

function lessRestrictivePath(a: AllowPath | undefined, b: AllowPath | undefined): AllowPath | undefined {
  return a && (!b || a.restrictiveness <= b.restrictiveness) ? a : b;
}

function combinedAllowPath(keyAllow: EvaluatedStatement | undefined, identityAllow: EvaluatedStatement | undefined): AllowPath | undefined {
  if (!keyAllow || !identityAllow) return undefined;
  return { statements: [keyAllow, identityAllow], grant: undefined, isMatchCertain: keyAllow.isMatchCertain && identityAllow.isMatchCertain,
    restrictiveness: restrictivenessOf(keyAllow) + restrictivenessOf(identityAllow) };
}

/** One statement that is enough by itself. */
export function singleStatementPath(statement: EvaluatedStatement): AllowPath {
  return { statements: [statement], grant: undefined, isMatchCertain: statement.isMatchCertain,
    restrictiveness: restrictivenessOf(statement) };
}

const NO_ALLOW_PATHS: readonly AllowPath[] = [];

/** A grant needs no policy, unless it is given to a whole account, which then delegates (docs/aws-rules.md 5.1, step 7). */
function allowPathsOfGrants({ context, action }: AccessEvaluation, identityAllows: readonly EvaluatedStatement[]): readonly AllowPath[] {
  if (context.grants.length === 0) return NO_ALLOW_PATHS;
  return context.grants.flatMap((grant): readonly AllowPath[] => {
    const match = matchGrant(grant, action, context.caller);
    const constraintCost = constraintsOnAction(grant, action).length > 0 ? 1 : 0;
    if (match === 'no') return NO_ALLOW_PATHS;
    if (match === 'account')
      return identityAllows.map((statement) => ({ statements: [statement], grant, isMatchCertain: statement.isMatchCertain,
        restrictiveness: constraintCost + restrictivenessOf(statement) }));
    const isMatchCertain = match === 'yes';
    return [{ statements: [], grant, isMatchCertain,
      restrictiveness: constraintCost + (isMatchCertain ? 0 : UNCERTAIN_MATCH_RESTRICTIVENESS) }];
  });
}
