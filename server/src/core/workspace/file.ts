import { readFile, type FileReading } from '../locate/read-file';
import { contextOf, type Declared, type FileContext, type PolicyTarget } from './declared';
import type { LinkPolicy } from './drafts';
import { policyFacts, type FoundFacts } from './facts';
import type { LinkFile } from './link';
import { isUnderPointer } from './manifest';
import { lookUp } from './path-index';
import { pathHints, type PathHints } from './path-hints';
import { baseName, folderOf, plainUri, relativePath, type PlainUri } from './paths';
import { sameData } from './same';

/** A text of the workspace as it was put in. */
export interface SourceFile {
  readonly uri: string;
  readonly text: string;
  /** The editor's, where it is open. */
  readonly version?: number | undefined;
}

/** A file with all that was read from it. */
export interface WorkspaceFile {
  readonly source: SourceFile;
  readonly path: PlainUri;
  readonly hints: PathHints;
  readonly context: FileContext;
  readonly reading: FileReading;
  readonly found: readonly FoundFacts[];
  /** The same object as before as long as nothing changed that links depend on. */
  readonly link: LinkFile;
}

/** What a file is read under. */
export interface ReadingFrame {
  readonly folders: readonly PlainUri[];
  readonly declared: Declared;
}

/** Reads a file, or takes over of `before` what is still right: all of it, when nothing changed. */
export function workspaceFile(source: SourceFile, frame: ReadingFrame, before: WorkspaceFile | undefined, isManifest: boolean): WorkspaceFile {
  const path = before?.path ?? plainUri(source.uri);
  const declared = contextOf(frame.declared, path);
  // A manifest holds no policies, whatever its values look like.
  const context = isManifest ? { ...declared, excluded: true } : declared;
  const hints = before ? sameHints(before.hints, path, frame.folders) : hintsOf(path, frame.folders);
  const reread = !before || before.source.text !== source.text || !sameData(before.context, context);
  const reading = reread ? read(source, context) : before.reading;
  const found = reread ? reading.policies.map(policyFacts) : before.found;
  const link = linkFile(source.uri, path, { hints, reading, found, targets: lookUp(frame.declared.targets, path) }, before?.link);
  const same = before !== undefined && !reread && before.source.version === source.version && before.hints === hints && before.link === link;
  return same ? before : { source, path, hints, context, reading, found, link };
}

function read({ uri, text }: SourceFile, { kind, values, excluded }: FileContext): FileReading {
  if (excluded) return readFile({ uri, text: '' });
  const named = Object.keys(values).length > 0;
  return readFile({ uri, text, kind, fill: named ? (name) => (Object.hasOwn(values, name) ? values[name] : undefined) : undefined });
}

function hintsOf(path: PlainUri, folders: readonly PlainUri[]): PathHints {
  const folder = folderOf(folders, path);
  const around = folder ?? path.slice(0, path.lastIndexOf('/'));
  return pathHints(baseName(around), relativePath(around, path) ?? path);
}

function sameHints(before: PathHints, path: PlainUri, folders: readonly PlainUri[]): PathHints {
  const now = hintsOf(path, folders);
  return sameData(before, now) ? before : now;
}

interface LinkParts {
  readonly hints: PathHints;
  readonly reading: FileReading;
  readonly found: readonly FoundFacts[];
  readonly targets: readonly PolicyTarget[];
}

function linkFile(uri: string, path: PlainUri, { hints, reading, found, targets }: LinkParts, before: LinkFile | undefined): LinkFile {
  const policies = found.map(({ facts }, index): LinkPolicy => ({
    uri, index, path, hints, facts, targets: targets.filter(({ pointer }) => isUnderPointer(facts.pointer, pointer)),
  }));
  const now = { policies, keyFacts: reading.keyFacts, targets };
  return before && sameLinks(before, now) ? before : now;
}

/** Targets are compared as objects: they are made once for each state of the manifests. */
function sameLinks(before: LinkFile, now: LinkFile): boolean {
  return sameItems(before.targets, now.targets)
    && before.policies.length === now.policies.length
    && before.policies.every((policy, i) => {
      const other = now.policies[i];
      return policy.hints === other?.hints && sameData(policy.facts, other.facts) && sameItems(policy.targets, other.targets);
    })
    && sameData(before.keyFacts, now.keyFacts);
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
