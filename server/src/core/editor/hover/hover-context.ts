import type { PairVerdicts } from '../../access/pair-verdicts';
import { addressFragment } from '../../discovery/policy-address';
import type { LocationLabels } from '../../queries/location-labels';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Location } from '../../text/span';
import type { World } from '../../workspace/world';
import { isAccessRule } from '../access-findings';
import type { VerdictProvider } from '../verdict-provider';
import { link, type Block, type Inline } from './rich-text';

/** What an editor shows of a place while the pointer rests on it. */
export interface Hover {
  /** What it is about. */
  readonly location: Location;
  readonly blocks: readonly Block[];
}

/** What hovers know besides the place that they are asked at. */
export interface HoverContext {
  readonly world: World;
  readonly locationLabels: LocationLabels;
  readonly verdicts: VerdictProvider;
  /** The rules with findings at the place, which editors show together with the hover: nothing is told twice. */
  readonly reportedCodes: () => ReadonlySet<string>;
  /** Declared values of placeholders in the file, by name. */
  readonly placeholderValues: Readonly<Record<string, string>>;
}

/** Whether there is one pair alone, all that is told of it is that it is denied, and a finding at the place tells that. */
export function isDenialReported({ reportedCodes }: HoverContext, pairs: readonly PairVerdicts[],
  isDenied: (pair: PairVerdicts) => boolean): boolean {
  const [pair, ...others] = pairs;
  return pair !== undefined && others.length === 0 && isDenied(pair) && [...reportedCodes()].some(isAccessRule);
}

/** The file as a link to where the policy begins; in a template the resource that has it. */
export function fileLink({ locationLabels }: HoverContext, policy: DiscoveredPolicy): Inline {
  const fragment = policy.template ? `#${policy.template.logicalId}` : addressFragment(policy.address);
  return link(locationLabels.file(policy.uri) + fragment, locationInFile(policy, policy.policy.node.span));
}

/** The place as a link, `producer/key.json:12`. */
export function locationLink({ locationLabels }: HoverContext, location: Location): Inline {
  return link(`${locationLabels.file(location.uri)}:${locationLabels.line(location)}`, location);
}
