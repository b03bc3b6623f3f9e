import type { PairVerdicts } from '../../access/pair';
import type { Places } from '../../answers/places';
import type { LocatedPolicy } from '../../locate/located';
import type { Location } from '../../text/span';
import type { Identity, Key, World } from '../../workspace/world';
import { link, type Inline } from './rich';

/** What hovers know besides the place that they are asked at. */
export interface HoverContext {
  readonly world: World;
  readonly places: Places;
  /** Asked for only where a verdict is told: it may have to be worked out first. */
  readonly verdicts: () => Verdicts;
  /** Declared values of placeholders in the file, by name. */
  readonly values: Readonly<Record<string, string>>;
}

/** The verdicts on everybody and every key that meet, as `Analysis` has them. */
export interface Verdicts {
  readonly pairs: ReadonlyMap<Identity, readonly PairVerdicts[]>;
  readonly keys: ReadonlyMap<Key, { readonly pairs: readonly PairVerdicts[] }>;
}

/** `444455556666 (workloads)` */
export function accountText({ accounts }: World, account: string): string {
  const name = accounts.get(account) ?? '';
  return name === '' ? account : `${account} (${name})`;
}

/** The file as a link to where the policy begins. */
export function fileLink({ places }: HoverContext, policy: LocatedPolicy): Inline {
  const pointer = policy.pointer === '' ? '' : `#${policy.pointer}`;
  return link(`${places.file(policy.uri)}${pointer}`, { uri: policy.uri, span: policy.layer.toFile(policy.policy.node.span) });
}

/** The place as a link, `producer/key.json:12`. */
export function placeLink({ places }: HoverContext, at: Location): Inline {
  return link(`${places.file(at.uri)}:${places.line(at)}`, at);
}

/** The pairs of a key. */
export function pairsOfKey(context: HoverContext, key: Key): readonly PairVerdicts[] {
  return context.verdicts().keys.get(key)?.pairs ?? [];
}

export function pairsOfIdentities(context: HoverContext, identities: readonly Identity[]): PairVerdicts[] {
  return identities.flatMap((identity) => context.verdicts().pairs.get(identity) ?? []);
}
