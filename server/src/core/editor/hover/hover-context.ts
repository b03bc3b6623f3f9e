import { addressFragment } from '../../discovery/policy-address';
import type { LocationLabels } from '../../queries/location-labels';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Location } from '../../text/span';
import type { World } from '../../workspace/world';
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
  /** Declared values of placeholders in the file, by name. */
  readonly placeholderValues: Readonly<Record<string, string>>;
}

/** The file as a link to where the policy begins. */
export function fileLink({ locationLabels }: HoverContext, policy: DiscoveredPolicy): Inline {
  return link(locationLabels.file(policy.uri) + addressFragment(policy.address), locationInFile(policy, policy.policy.node.span));
}

/** The place as a link, `producer/key.json:12`. */
export function locationLink({ locationLabels }: HoverContext, location: Location): Inline {
  return link(`${locationLabels.file(location.uri)}:${locationLabels.line(location)}`, location);
}
