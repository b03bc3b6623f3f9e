import type { Manifest, Said } from '../../workspace/manifest';
import { contains, type Location } from '../../text/span';
import { manifestSpotAt } from '../manifest-spots';
import type { HoverContext } from './context';
import type { Block } from './rich';
import { nameHover } from './value';

/** What an ARN, an account id or an organization in `kms-handshake.json` means. */
export function manifestHover(context: HoverContext, manifest: Manifest, offset: number): { readonly at: Location; readonly blocks: readonly Block[] } | undefined {
  const named = namedAt(manifest, offset);
  if (!named) return undefined;
  const blocks = nameHover(context, named.value);
  return blocks.length === 0 ? undefined : { at: { uri: manifest.uri, span: named.span }, blocks };
}

/** The name of something in AWS; an alias is told of as its key. */
function namedAt(manifest: Manifest, offset: number): Said | undefined {
  const spot = manifestSpotAt(manifest, offset);
  if (spot?.what === 'path' || spot?.what === 'sid') return undefined;
  if (spot) return { value: spot.what === 'alias' ? spot.of ?? '' : spot.node.value, span: manifest.layer.toFile(spot.node.span) };
  const others = [...manifest.organizations.map(({ id }) => id), ...manifest.identities.flatMap(({ resourceRegions }) => resourceRegions ?? [])];
  return others.find(({ span }) => contains(span, { start: offset, end: offset }));
}
