import type { PairVerdicts } from '../access/pair';
import type { Identity, Key } from '../workspace/world';

/** The verdicts on everybody and every key that meet, as `Analysis` has them: nothing is decided twice. */
export interface Verdicts {
  readonly pairs: ReadonlyMap<Identity, readonly PairVerdicts[]>;
  readonly keys: ReadonlyMap<Key, { readonly pairs: readonly PairVerdicts[] }>;
}

/** Asked for only where a verdict is told: they may have to be worked out first. */
export type AskVerdicts = () => Verdicts;

export function pairsOfKey(verdicts: AskVerdicts, key: Key): readonly PairVerdicts[] {
  return verdicts().keys.get(key)?.pairs ?? [];
}

export function pairsOfIdentities(verdicts: AskVerdicts, identities: readonly Identity[]): PairVerdicts[] {
  return identities.flatMap((identity) => verdicts().pairs.get(identity) ?? []);
}
