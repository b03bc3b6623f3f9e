import type { PairVerdicts } from '../../access/pair';
import { placeOf, type LocatedPolicy } from '../../locate/located';
import type { Statement } from '../../model/policy';
import type { Location } from '../../text/span';
import type { Identity, Key, World } from '../../workspace/world';

/** A line above a place of a policy. */
export interface Lens {
  readonly title: string;
  /** The places in the other half that it counts; none where there is nothing to show. */
  readonly places: readonly Location[];
}

/** What lenses are worked out from: the world and the verdicts on all that meet in it. */
export interface LensGround {
  readonly world: World;
  readonly pairsOfKey: (key: Key) => readonly PairVerdicts[];
  readonly pairsOfIdentity: (identity: Identity) => readonly PairVerdicts[];
}

/** Where a statement is best shown in a list of places: at its Sid, which names it, else at its actions. */
export function placeOfStatement(policy: LocatedPolicy, { sid, action, node }: Statement): Location {
  return placeOf(policy, (sid?.node ?? action?.member.key ?? node).span);
}

/** `1 policy`, `2 policies` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}

/** `both actions`, `all 9 actions` */
export function allOf(count: number, one: string): string {
  return count === 2 ? `both ${one}s` : `all ${counted(count, one)}`;
}
