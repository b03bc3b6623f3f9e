import { NO_ACTIONS, type ActionSet } from '../../aws/actions';
import type { ResourcePattern, Statement } from '../../model/policy';
import type { PairSubject } from '../rule';

/** What the keys that something reaches may allow: by any of them, and by at least two. */
interface Tally {
  once: ActionSet;
  twice: ActionSet;
}

/** A statement of an identity policy, or one of its `Resource` values. */
type Reaching = Statement | ResourcePattern;

/** What a statement that reaches the key of the pair, or one of its `Resource` values that do, may give with other keys. */
export type GivenElsewhere = (pair: PairSubject, by: Reaching) => ActionSet;

/**
 * Counted over all keys of an identity when first asked: looking through all others for each key would take their number squared,
 * and a pattern for all keys of an account reaches many.
 * @param pairs of one identity, of which those count that `counts` says
 */
export function givenElsewhere(pairs: readonly PairSubject[], counts: (pair: PairSubject) => boolean = () => true): GivenElsewhere {
  let tallies: ReadonlyMap<Reaching, Tally> | undefined;
  return (pair, by) => {
    tallies ??= tallied(pairs.filter(counts));
    const { once, twice } = tallies.get(by) ?? { once: NO_ACTIONS, twice: NO_ACTIONS };
    const own = counts(pair) ? pair.usable : NO_ACTIONS;
    return twice | once & ~own;
  };
}

function tallied(pairs: readonly PairSubject[]): ReadonlyMap<Reaching, Tally> {
  const tallies = new Map<Reaching, Tally>();
  for (const pair of pairs) {
    if (pair.usable === NO_ACTIONS) continue;
    for (const { statement, resources } of pair.asks) {
      add(tallies, statement, pair.usable);
      for (const pattern of resources) add(tallies, pattern, pair.usable);
    }
  }
  return tallies;
}

function add(tallies: Map<Reaching, Tally>, by: Reaching, given: ActionSet): void {
  const tally = tallies.get(by);
  if (!tally) tallies.set(by, { once: given, twice: NO_ACTIONS });
  // Many keys behind one pattern mostly give the same.
  else if (tally.once !== given || tally.twice !== given) {
    tally.twice |= tally.once & given;
    tally.once |= given;
  }
}
