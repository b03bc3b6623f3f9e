import { actionNamed, actionsIn, expandAction, NO_ACTIONS, actionSetOf, type ActionSet } from '../aws/actions';

/** The families that AWS itself writes as patterns (KMS Developer Guide, default key policy: key users). */
export const AWS_ACTION_PATTERNS: readonly string[] = ['kms:ReEncrypt*', 'kms:GenerateDataKey*'];

/**
 * Patterns and names for exactly this set of actions. A pattern of the other policy is kept where everything that it covers is in the set;
 * all other actions are spelled out, except for the two families that AWS writes as patterns.
 *
 * @param existingPatterns how the other policy writes its actions, in its order
 */
export function actionPatternsFor(set: ActionSet, existingPatterns: readonly string[]): string[] {
  const patterns: string[] = [];
  let remaining = set;
  for (const pattern of [...withoutNarrowerPatterns(existingPatterns, set), ...AWS_ACTION_PATTERNS]) {
    const covered = expandAction(pattern);
    if ((covered & ~set) !== NO_ACTIONS || (covered & remaining) === NO_ACTIONS) continue;
    patterns.push(canonicalSpelling(pattern));
    remaining &= ~covered;
  }
  return withoutRedundantPatterns([...patterns, ...actionsIn(remaining).map(({ name }) => name)], set);
}

/** A family may cover a name that was taken before it, and patterns may overlap. */
function withoutRedundantPatterns(patterns: readonly string[], set: ActionSet): string[] {
  let necessaryPatterns = [...patterns];
  for (const pattern of patterns) {
    const without = necessaryPatterns.filter((other) => other !== pattern);
    if (actionSetOf(without) === set) necessaryPatterns = without;
  }
  return necessaryPatterns;
}

/** The patterns whose actions no other pattern covers as well and more. */
function withoutNarrowerPatterns(patterns: readonly string[], set: ActionSet): string[] {
  const possible = patterns.filter((pattern) => (expandAction(pattern) & ~set) === NO_ACTIONS);
  return possible.filter((pattern) => {
    const covered = expandAction(pattern);
    return !possible.map(expandAction).some((other) => other !== covered && (covered & ~other) === NO_ACTIONS);
  });
}

/** AWS's spelling of a name; a pattern keeps its own, behind a lower-case prefix. */
function canonicalSpelling(pattern: string): string {
  return actionNamed(pattern)?.name ?? pattern.replace(/^kms:/i, 'kms:');
}

/** The actions for sentences: "kms:Decrypt, kms:Encrypt and kms:ReEncrypt*". */
export function describeActionSet(set: ActionSet, existingPatterns: readonly string[] = []): string {
  return joinWithAnd(actionPatternsFor(set, existingPatterns));
}

export function joinWithAnd(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
