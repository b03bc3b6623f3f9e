import { isUnderPointer } from '../../discovery/policy-address';
import { locationInFile } from '../../discovery/discovery-result';
import type { Location, Span } from '../../text/span';
import { splitPolicyReference } from '../../manifest/manifest';
import { resolvePath } from '../../text/uri-path';
import type { Workspace } from '../../workspace/workspace';
import { manifestTargets, manifestWithUri } from '../manifest-targets';

export interface DocumentLink {
  /** Without the quotes. */
  readonly span: Span;
  /** The file; the policy in it where the link has a pointer to one. */
  readonly target: Location;
  readonly pointer: string | undefined;
}

/**
 * The paths of a `kms-handshake.json` that name one file. Globs and folders have none: "go to definition" shows the files that
 * they mean. Nor have ARNs in policies, which would take the click from the definition.
 */
export function manifestLinksIn({ world, files }: Workspace, uri: string): readonly DocumentLink[] {
  const manifest = manifestWithUri(world, uri);
  if (!manifest) return [];
  const byPath = new Map(Array.from(files.values(), (file) => [file.path, file]));
  return [...manifestTargets(manifest)].flatMap(({ kind, node }) => {
    if (kind !== 'path') return [];
    const { path, pointer } = splitPolicyReference(node.value);
    const file = byPath.get(resolvePath(manifest.folder, path));
    const policy = file?.reading.policies.find((item) => pointer && isUnderPointer(item.address, pointer));
    if (!file || pointer && !policy) return [];
    const target = policy ? locationInFile(policy, policy.policy.node.span) : { uri: file.source.uri, span: { start: 0, end: 0 } };
    return [{ span: manifest.layer.toFileSpan(node.content), target, pointer }];
  });
}
