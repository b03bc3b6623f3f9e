import { isUnderPointer } from '../../discovery/policy-address';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import { fileMatcher } from '../../manifest/path-glob';
import { splitPointer, type Manifest } from '../../manifest/manifest';
import type { Workspace } from '../../workspace/workspace';

/** A file that a path or glob of `kms-handshake.json` means, with the policies of it that are meant: those below its pointer. */
export interface ReferencedFile {
  readonly uri: string;
  readonly policies: readonly DiscoveredPolicy[];
}

/** The files of the workspace, in their order by name, that the path or glob means; none for a pointer that leads to no policy. */
export function filesReferencedBy({ files }: Workspace, { folder }: Manifest, reference: string): readonly ReferencedFile[] {
  const { path, pointer } = splitPointer(reference);
  const matches = fileMatcher(folder, path);
  return [...files.values()]
    .filter((file) => matches(file.path))
    .map(({ source: { uri }, reading }) => ({ uri, policies: reading.policies.filter((policy) => isUnderPointer(policy.address, pointer)) }))
    .filter(({ policies }) => policies.length > 0 || !pointer)
    .sort((a, b) => (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : 0));
}
