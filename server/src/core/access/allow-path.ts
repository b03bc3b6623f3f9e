import type { ActionInfo } from '../aws/actions';
import type { Grant } from '../discovery/discovery-result';
import type { EvaluationContext, AccountRelation } from './evaluation-context';
import { matchGrant, constraintsOnAction } from './grant-evaluation';
import { mayApplyTo, leastRestrictive, restrictivenessOf, grantsWithoutIdentityPolicy, UNCERTAIN_MATCH_RESTRICTIVENESS,
  type EvaluatedStatement } from './statement-evaluation';

/** One way to be allowed: the statements that are needed together, and the grant. */
export interface AllowPath {
  readonly statements: readonly EvaluatedStatement[];
  readonly grant: Grant | undefined;
  /** The Deny statements that bear on this way alone. */
  readonly pathDenies?: readonly EvaluatedStatement[];
  readonly isMatchCertain: boolean;
  readonly restrictiveness: number;
}

/** The way that asks least, Denies aside (docs/aws-rules.md 5.1, steps 4 to 7); undefined when there is none. */
export function findAllowPath(evaluationContext: EvaluationContext, accountRelation: AccountRelation, action: ActionInfo): AllowPath
  | undefined {
  const { bit } = action;
  const own = leastRestrictive(evaluationContext.identityAllows, bit);
  let best: AllowPath | undefined;
  if (canKeyPolicyAloneGrant(evaluationContext, accountRelation)) {
    const alone = leastRestrictive(evaluationContext.keyAllows, bit, (part) => isGrantedAlone(evaluationContext, part));
    best = alone && singleStatementPath(alone);
    best = lessRestrictivePath(best, combinedAllowPath(leastRestrictive(evaluationContext.keyAllows, bit, (part) =>
      !isGrantedAlone(evaluationContext, part)), own));
  } else {
    best = combinedAllowPath(leastRestrictive(evaluationContext.keyAllows, bit), own);
  }
  for (const allowPath of allowPathsOfGrants(evaluationContext, action, own ? [own] : [])) best = lessRestrictivePath(best, allowPath);
  return best;
}

/** Two policies as large as AWS accepts have fewer ways that differ in what they ask; nobody reads as many. */
const MAX_ALLOW_PATHS = 2000;

export interface AlternativeAllowPaths {
  readonly allowPaths: readonly AllowPath[];
  /** False where there are more ways than these. */
  readonly areComplete: boolean;
}

/** All ways besides the one that asks least, each with conditions of its own: those that ask less first. */
export function alternativeAllowPaths(evaluationContext: EvaluationContext, accountRelation: AccountRelation, action: ActionInfo,
  best: AllowPath): AlternativeAllowPaths {
  const own = leastRestrictiveFirst(evaluationContext.identityAllows, action);
  // Beside one that asks nothing the others add conditions only.
  const [free] = own.filter((part) => restrictivenessOf(part) === 0);
  const needed = free ? [free] : own;
  const alone = canKeyPolicyAloneGrant(evaluationContext, accountRelation);
  const allowPaths: AllowPath[] = allowPathsOfGrants(evaluationContext, action, needed).slice(0, MAX_ALLOW_PATHS);
  for (const part of leastRestrictiveFirst(evaluationContext.keyAllows, action)) {
    if (allowPaths.length > MAX_ALLOW_PATHS) break;
    const ofPart = alone && isGrantedAlone(evaluationContext, part)
      ? [singleStatementPath(part)]
      : needed.slice(0, MAX_ALLOW_PATHS).flatMap((other) => combinedAllowPath(part, other) ?? []);
    allowPaths.push(...ofPart);
  }
  const others = allowPaths.filter((allowPath) => !isSameAllowPath(allowPath, best)).sort((a, b) => a.restrictiveness - b.restrictiveness);
  return { allowPaths: others.slice(0, MAX_ALLOW_PATHS),
    areComplete: allowPaths.length <= MAX_ALLOW_PATHS && needed.length <= MAX_ALLOW_PATHS };
}

function leastRestrictiveFirst(weighed: readonly EvaluatedStatement[], { bit }: ActionInfo): readonly EvaluatedStatement[] {
  return weighed.filter((part) => mayApplyTo(part, bit)).sort((a, b) => restrictivenessOf(a) - restrictivenessOf(b));
}

/** In the owner's account, and for services, the key policy alone can be enough. */
function canKeyPolicyAloneGrant(evaluationContext: EvaluationContext, accountRelation: AccountRelation): boolean {
  return accountRelation === 'same' || evaluationContext.caller.kind === 'service';
}

function isGrantedAlone(evaluationContext: EvaluationContext, part: EvaluatedStatement): boolean {
  return evaluationContext.caller.kind === 'service' || grantsWithoutIdentityPolicy(part);
}

function isSameAllowPath(a: AllowPath, b: AllowPath): boolean {
  return a.grant === b.grant && a.statements.length === b.statements.length
    && a.statements.every((part, index) => part === b.statements[index]);
}

function lessRestrictivePath(a: AllowPath | undefined, b: AllowPath | undefined): AllowPath | undefined {
  return a && (!b || a.restrictiveness <= b.restrictiveness) ? a : b;
}

function combinedAllowPath(part: EvaluatedStatement | undefined, other: EvaluatedStatement | undefined): AllowPath | undefined {
  if (!part || !other) return undefined;
  return { statements: [part, other], grant: undefined, isMatchCertain: part.isMatchCertain && other.isMatchCertain,
    restrictiveness: restrictivenessOf(part) + restrictivenessOf(other) };
}

/** One statement that is enough by itself. */
export function singleStatementPath(part: EvaluatedStatement): AllowPath {
  return { statements: [part], grant: undefined, isMatchCertain: part.isMatchCertain, restrictiveness: restrictivenessOf(part) };
}

const NO_ALLOW_PATHS: readonly AllowPath[] = [];

/** A grant needs no policy, unless it is given to a whole account, which then delegates (docs/aws-rules.md 5.1, step 7). */
function allowPathsOfGrants(evaluationContext: EvaluationContext, action: ActionInfo,
  own: readonly EvaluatedStatement[]): readonly AllowPath[] {
  if (evaluationContext.grants.length === 0) return NO_ALLOW_PATHS;
  return evaluationContext.grants.flatMap((grant): readonly AllowPath[] => {
    const holder = matchGrant(grant, action, evaluationContext.caller);
    const cost = constraintsOnAction(grant, action).length > 0 ? 1 : 0;
    if (holder === 'account')
      return own.map((part) => ({ statements: [part], grant, isMatchCertain: part.isMatchCertain,
        restrictiveness: cost + restrictivenessOf(part) })
      );
    const sure = holder === 'yes';
    return holder === 'no'
      ? []
      : [{ statements: [], grant, isMatchCertain: sure, restrictiveness: cost + (sure ? 0 : UNCERTAIN_MATCH_RESTRICTIVENESS) }];
  });
}
