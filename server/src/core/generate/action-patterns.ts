import { actionsIn, actionNamed, expandAction, NO_ACTIONS, type ActionSet } from '../aws/actions';

/** The families that AWS itself writes as patterns (KMS Developer Guide, default key policy: key users). */
const AWS_ACTION_PATTERNS = ['kms:ReEncrypt*', 'kms:GenerateDataKey*'];

/**
 * Words for exactly this set of actions. A pattern of the other half is kept where everything that it covers is in the
 * set; what is left is spelled out, but for the two families that nobody spells out.
 *
 * @param written how the other half writes its actions, in its order
 */
export function actionPatternsFor(set: ActionSet, written: readonly string[]): string[] {
  const words: string[] = [];
  let rest = set;
  const take = (word: string): void => {
    const covered = expandAction(word);
    if ((covered & ~set) !== NO_ACTIONS || (covered & rest) === NO_ACTIONS) return;
    words.push(canonicalSpelling(word));
    rest &= ~covered;
  };
  for (const word of withoutNarrowerPatterns(written, set)) take(word);
  for (const family of AWS_ACTION_PATTERNS) take(family);
  for (const action of actionsIn(rest)) words.push(action.name);
  return withoutRedundantPatterns(words, set);
}

/** A family may cover a name that was taken before it, and patterns may overlap. */
function withoutRedundantPatterns(words: readonly string[], set: ActionSet): string[] {
  let kept = [...words];
  for (const word of words) {
    const others = kept.filter((other) => other !== word);
    if (others.reduce((covered, other) => covered | expandAction(other), NO_ACTIONS) === set) kept = others;
  }
  return kept;
}

/** The words whose actions no other word covers as well and more: a pattern makes its members redundant. */
function withoutNarrowerPatterns(words: readonly string[], set: ActionSet): string[] {
  const fitting = words.map((word) => ({ word, covers: expandAction(word) })).filter(({ covers }) => (covers & ~set) === NO_ACTIONS);
  return fitting
    .filter(({ covers }) => !fitting.some((other) => other.covers !== covers && (covers & ~other.covers) === NO_ACTIONS))
    .map(({ word }) => word);
}

/** AWS's spelling of a name; a pattern keeps its own, behind a lower-case prefix. */
function canonicalSpelling(word: string): string {
  return actionNamed(word)?.name ?? word.replace(/^kms:/i, 'kms:');
}

/** "kms:Decrypt, kms:Encrypt and kms:ReEncrypt*", for sentences. */
export function joinWithAnd(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
