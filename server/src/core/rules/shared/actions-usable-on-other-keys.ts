import { NO_ACTIONS, type ActionSet } from '../../aws/actions';
import type { ResourcePattern, Statement } from '../../policy/policy';
import type { PairSubject } from '../rule';

/** The actions that may be used on any of the keys that a statement covers, and on at least two of them. */
interface ActionTally {
  byAnyKey: ActionSet;
  bySeveralKeys: ActionSet;
}

/** A statement of an identity policy, or one of its `Resource` values. */
type StatementOrResource = Statement | ResourcePattern;

/** The actions that may be used on other keys than the pair's, by a statement or `Resource` value that covers the key of the pair. */
export type UsableOnOtherKeys = (pair: PairSubject, statementOrResource: StatementOrResource) => ActionSet;

/**
 * Counts over all keys of an identity at the first call: looking through all other keys for each key would take quadratic time, and a
 * pattern for all keys of an account covers many.
 *
 * @param pairs the pairs of one identity, of which those count for which `counts` is true
 */
export function usableOnOtherKeys(pairs: readonly PairSubject[], counts: (pair: PairSubject) => boolean = () => true): UsableOnOtherKeys {
  let tallies: ReadonlyMap<StatementOrResource, ActionTally> | undefined;
  return (pair, statementOrResource) => {
    tallies ??= tallyPairs(pairs.filter(counts));
    const { byAnyKey, bySeveralKeys } = tallies.get(statementOrResource) ?? { byAnyKey: NO_ACTIONS, bySeveralKeys: NO_ACTIONS };
    return bySeveralKeys | byAnyKey & ~(counts(pair) ? pair.usableActions : NO_ACTIONS);
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

function addToTally(tallies: Map<StatementOrResource, ActionTally>, statementOrResource: StatementOrResource, actions: ActionSet): void {
  const tally = tallies.get(statementOrResource);
  if (!tally) {
    tallies.set(statementOrResource, { byAnyKey: actions, bySeveralKeys: NO_ACTIONS });
    return;
  }
  tally.bySeveralKeys |= tally.byAnyKey & actions;
  tally.byAnyKey |= actions;
}
