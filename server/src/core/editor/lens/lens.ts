import { counted } from '../../access/say';
import { placeOf, type LocatedPolicy } from '../../locate/located';
import type { Statement } from '../../model/policy';
import type { Location } from '../../text/span';
import type { World } from '../../workspace/world';
import type { AskVerdicts } from '../verdicts';

/** A line above a place of a policy. */
export interface Lens {
  readonly title: string;
  /** The places in the other half that it counts; none where there is nothing to show. */
  readonly places: readonly Location[];
}

/** What lenses are worked out from: the world and the verdicts on all that meet in it. */
export interface LensGround {
  readonly world: World;
  readonly verdicts: AskVerdicts;
}

/** Where a statement is best shown in a list of places: at its Sid, which names it, else at its actions. */
export function placeOfStatement(policy: LocatedPolicy, { sid, action, node }: Statement): Location {
  return placeOf(policy, (sid?.node ?? action?.member.key ?? node).span);
}

/** `both actions`, `all 9 actions` */
export function allOf(count: number, one: string): string {
  return count === 2 ? `both ${one}s` : `all ${counted(count, one)}`;
}
