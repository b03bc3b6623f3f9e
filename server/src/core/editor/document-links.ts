import { placeOf } from '../locate/located';
import type { Location, Span } from '../text/span';
import { isGlob } from '../workspace/globs';
import { splitPointer } from '../workspace/manifest';
import type { Workspace } from '../workspace/workspace';
import { manifestSpots } from './manifest-spots';
import { filesMeant } from './meant-files';

export interface DocumentLink {
  /** Without the quotes. */
  readonly span: Span;
  /** The file; the policy in it where the link has a pointer to one. */
  readonly target: Location;
  readonly pointer: string | undefined;
}

/**
 * The paths of a `kms-handshake.json` that mean one file. Globs and folders have none: "go to definition" shows the files that
 * they mean. Nor have ARNs in policies, which would take the click from the definition.
 */
export function linksIn(workspace: Workspace, uri: string): readonly DocumentLink[] {
  const manifest = workspace.world.manifests.find((one) => one.uri === uri);
  if (!manifest) return [];
  return [...manifestSpots(manifest)].flatMap(({ what, node }) => {
    const { path, pointer } = splitPointer(node.value);
    if (what !== 'path' || isGlob(path)) return [];
    const [file, other] = filesMeant(workspace, manifest, node.value);
    if (!file || other) return [];
    const [policy] = file.policies;
    const start = { uri: file.uri, span: { start: 0, end: 0 } };
    return [{ span: manifest.layer.toFile(node.content), target: pointer && policy ? placeOf(policy, policy.policy.node.span) : start, pointer }];
  });
}
