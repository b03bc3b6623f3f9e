import type { PairVerdicts } from '../access/pair-verdicts';
import type { Identity, Key } from '../linking/entities';

/** The verdicts on everybody and every key that meet, as `Analysis` has them: nothing is decided twice. */
export interface PairVerdictIndex {
  readonly pairsByIdentity: ReadonlyMap<Identity, readonly PairVerdicts[]>;
  readonly pairsByKey: ReadonlyMap<Key, { readonly pairs: readonly PairVerdicts[] }>;
}

/** Asked for only where a verdict is told: they may have to be worked out first. */
export type VerdictProvider = () => PairVerdictIndex;

export function pairsOfKey(verdicts: VerdictProvider, key: Key): readonly PairVerdicts[] {
  return verdicts().pairsByKey.get(key)?.pairs ?? [];
}

export function pairsOfIdentities(verdicts: VerdictProvider, identities: readonly Identity[]): PairVerdicts[] {
  return identities.flatMap((identity) => verdicts().pairsByIdentity.get(identity) ?? []);
}
