import type { VerdictGroup } from '../../access/pair-verdicts';
import { describeCount } from '../../access/text/describe-access';
import type { Verdict } from '../../access/verdict';
import { NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Target } from '../../generate/counterpart';
import type { Principal, Statement } from '../../policy/policy';
import type { Location } from '../../text/span';
import type { World } from '../../workspace/world';
import type { VerdictProvider } from '../verdict-provider';

/** A line above a place of a policy. */
export interface Lens {
  readonly title: string;
  /** The places in the other half that it counts; none where there is nothing to show. */
  readonly locations: readonly Location[];
  /** For whom a click makes the IAM policy that is missing. */
  readonly missingPolicyOf?: Target;
}

/** What lenses are worked out from: the world and the verdicts on all that meet in it. */
export interface LensContext {
  readonly world: World;
  readonly verdicts: VerdictProvider;
}

/** A principal outside the owner's account. Everyone (`*`) is one for each account that a condition names, or has no account. */
export interface ExternalPrincipal {
  readonly principal: Principal;
  readonly account: string | undefined;
}

/** Where a statement is best shown in a list of places: at its Sid, which names it, else at its actions. */
export function statementLabelLocation(policy: DiscoveredPolicy, { sid, action, node }: Statement): Location {
  return locationInFile(policy, (sid?.node ?? action?.member.key ?? node).span);
}

export function actionsWith(groups: readonly VerdictGroup[], outcome: Verdict['outcome']): ActionSet {
  return groups.reduce((set, { actions, verdict }) => (verdict.outcome === outcome ? set | actions : set), NO_ACTIONS);
}

/** `both actions`, `all 9 actions` */
export function allCountText(count: number, noun: string): string {
  return count === 2 ? `both ${noun}s` : `all ${describeCount(count, noun)}`;
}
