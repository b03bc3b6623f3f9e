import { emptyWorkspace, updateWorkspace, type Workspace } from '../../server/src/core/workspace/workspace';
import type { Identity, Key } from '../../server/src/core/linking/entities';
import type { World } from '../../server/src/core/workspace/world';
import type { DiscoveredPolicy } from '../../server/src/core/discovery/discovery-result';

/** Path below `file:///` to text, or to a value that is printed as JSON. */
export type FolderFiles = Readonly<Record<string, string | object>>;

export function fileUri(path: string): string {
  return path.includes(':') ? path : `file:///${path}`;
}

export function fileText(content: string | object): string {
  return typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
}

/** A workspace with those files; the folders are given as paths. */
export function workspaceOfFiles(files: FolderFiles, folders: readonly string[] = ['w']): Workspace {
  const empty = emptyWorkspace({ folders: folders.map((path) => ({ uri: fileUri(path) })) });
  return updateWorkspace(empty, Object.entries(files).map(([path, content]) => ({ put: { uri: fileUri(path), text: fileText(content) } })))
    .workspace;
}

export function worldOfFiles(files: FolderFiles, folders?: readonly string[]): World {
  return workspaceOfFiles(files, folders).world;
}

/** The policies of a file, by its path. */
export function policiesAtPath(world: World, path: string): DiscoveredPolicy[] {
  return [...world.keyByPolicy.keys(), ...world.identitiesByPolicy.keys()].filter(({ uri }) => uri === fileUri(path));
}

/** The key of the only key policy of a file. */
export function keyAtPath(world: World, path: string): Key | undefined {
  const [policy] = policiesAtPath(world, path);
  return policy && world.keyByPolicy.get(policy);
}

/** The identities of the only identity policy of a file. */
export function identitiesAtPath(world: World, path: string): readonly Identity[] {
  const [policy] = policiesAtPath(world, path);
  return (policy && world.identitiesByPolicy.get(policy)) ?? [];
}
