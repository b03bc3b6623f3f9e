import { NO_ACTIONS, type ActionSet } from '../../aws/actions';
import type { ResourcePattern, Statement } from '../../policy/policy';
import type { PairSubject } from '../rule';

/** What the keys that something reaches may allow: by any of them, and by at least two. */
interface ActionTally {
  byAnyKey: ActionSet;
  bySeveralKeys: ActionSet;
}

/** A statement of an identity policy, or one of its `Resource` values. */
type StatementOrResource = Statement | ResourcePattern;

/** What a statement that reaches the key of the pair, or one of its `Resource` values that do, may give with other keys. */
export type UsableOnOtherKeys = (pair: PairSubject, by: StatementOrResource) => ActionSet;

/**
 * Counted over all keys of an identity when first asked: looking through all others for each key would take their number squared,
 * and a pattern for all keys of an account reaches many.
 * @param pairs of one identity, of which those count that `counts` says
 */
export function usableOnOtherKeys(pairs: readonly PairSubject[], counts: (pair: PairSubject) => boolean = () => true): UsableOnOtherKeys {
  let tallies: ReadonlyMap<StatementOrResource, ActionTally> | undefined;
  return (pair, by) => {
    tallies ??= tallyPairs(pairs.filter(counts));
    const { byAnyKey, bySeveralKeys } = tallies.get(by) ?? { byAnyKey: NO_ACTIONS, bySeveralKeys: NO_ACTIONS };
    const own = counts(pair) ? pair.usableActions : NO_ACTIONS;
    return bySeveralKeys | byAnyKey & ~own;
  };
}

function tallyPairs(pairs: readonly PairSubject[]): ReadonlyMap<StatementOrResource, ActionTally> {
  const tallies = new Map<StatementOrResource, ActionTally>();
  for (const pair of pairs) {
    if (pair.usableActions === NO_ACTIONS) continue;
    for (const { statement, resources } of pair.requests) {
      addToTally(tallies, statement, pair.usableActions);
      for (const pattern of resources) addToTally(tallies, pattern, pair.usableActions);
    }
  }
  return tallies;
}

function addToTally(tallies: Map<StatementOrResource, ActionTally>, by: StatementOrResource, given: ActionSet): void {
  const actionTally = tallies.get(by);
  if (!actionTally) tallies.set(by, { byAnyKey: given, bySeveralKeys: NO_ACTIONS });
  // Many keys behind one pattern mostly give the same.
  else if (actionTally.byAnyKey !== given || actionTally.bySeveralKeys !== given) {
    actionTally.bySeveralKeys |= actionTally.byAnyKey & given;
    actionTally.byAnyKey |= given;
  }
}
