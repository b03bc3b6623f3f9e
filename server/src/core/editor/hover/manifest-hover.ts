import type { Manifest, Said } from '../../manifest/manifest';
import { spanContains, type Location } from '../../text/span';
import { findManifestTarget } from '../manifest-targets';
import type { HoverContext } from './hover-context';
import type { Block } from './rich-text';
import { nameHover } from './condition-value-hover';

/** What an ARN, an account id or an organization in `kms-handshake.json` means. */
export function manifestHover(context: HoverContext, manifest: Manifest, offset: number): { readonly location: Location; readonly blocks: readonly Block[] } | undefined {
  const named = manifestNameAt(manifest, offset);
  if (!named) return undefined;
  const blocks = nameHover(context, named.value);
  return blocks.length === 0 ? undefined : { location: { uri: manifest.uri, span: named.span }, blocks };
}

/** The name of something in AWS; an alias is told of as its key. */
function manifestNameAt(manifest: Manifest, offset: number): Said | undefined {
  const spot = findManifestTarget(manifest, offset);
  if (spot?.kind === 'path' || spot?.kind === 'sid') return undefined;
  if (spot) return { value: spot.kind === 'alias' ? spot.owner ?? '' : spot.node.value, span: manifest.layer.toFileSpan(spot.node.span) };
  const others = [...manifest.organizations.map(({ id }) => id), ...manifest.identities.flatMap(({ resourceRegions }) => resourceRegions ?? [])];
  return others.find(({ span }) => spanContains(span, { start: offset, end: offset }));
}
