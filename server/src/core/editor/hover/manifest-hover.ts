import type { Manifest, Said } from '../../manifest/manifest';
import { spanContains, type Location } from '../../text/span';
import { findManifestTarget } from '../manifest-targets';
import type { HoverContext } from './hover-context';
import type { Block } from './rich-text';
import { nameHover } from './condition-value-hover';

/** What an ARN, an account id or an organization in `kms-handshake.json` means. */
export function manifestHover(context: HoverContext, manifest: Manifest, offset: number): { readonly location: Location; readonly blocks: readonly Block[] } | undefined {
  const name = manifestNameAt(manifest, offset);
  if (!name) return undefined;
  const blocks = nameHover(context, name.value);
  return blocks.length === 0 ? undefined : { location: { uri: manifest.uri, span: name.span }, blocks };
}

/** The name of something in AWS; an alias is told of as its key. */
function manifestNameAt(manifest: Manifest, offset: number): Said | undefined {
  const target = findManifestTarget(manifest, offset);
  if (target?.kind === 'path' || target?.kind === 'sid') return undefined;
  if (target) return { value: target.kind === 'alias' ? target.owner ?? '' : target.node.value, span: manifest.layer.toFileSpan(target.node.span) };
  const furtherNames = [...manifest.organizations.map(({ id }) => id), ...manifest.identities.flatMap(({ resourceRegions }) => resourceRegions ?? [])];
  return furtherNames.find(({ span }) => spanContains(span, { start: offset, end: offset }));
}
