import { describeCount } from '../../access/text/describe-access';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Statement } from '../../policy/policy';
import type { Location } from '../../text/span';
import type { World } from '../../workspace/world';
import type { VerdictProvider } from '../verdict-provider';

/** A line above a place of a policy. */
export interface Lens {
  readonly title: string;
  /** The places in the other half that it counts; none where there is nothing to show. */
  readonly locations: readonly Location[];
}

/** What lenses are worked out from: the world and the verdicts on all that meet in it. */
export interface LensContext {
  readonly world: World;
  readonly verdicts: VerdictProvider;
}

/** Where a statement is best shown in a list of places: at its Sid, which names it, else at its actions. */
export function statementLabelLocation(policy: DiscoveredPolicy, { sid, action, node }: Statement): Location {
  return locationInFile(policy, (sid?.node ?? action?.member.key ?? node).span);
}

/** `both actions`, `all 9 actions` */
export function allCountText(count: number, noun: string): string {
  return count === 2 ? `both ${noun}s` : `all ${describeCount(count, noun)}`;
}
