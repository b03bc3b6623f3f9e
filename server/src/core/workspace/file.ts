import { readFile, type FileReading } from '../locate/read-file';
import { sameItems } from './column';
import { contextOf, type Declared, type FileContext } from './declared';
import type { LinkPolicy, PolicyTarget } from './drafts';
import { policyFacts, type FoundFacts } from './facts';
import type { LinkFile } from './link';
import { isUnderPointer } from './manifest';
import { declaringBrace, isStrayManifest } from './manifests';
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
  readonly frame: ReadingFrame;
  /** What the path tells, and what manifests say of the file; all that changes only with the frame. */
  readonly place: FilePlace;
  readonly reading: FileReading;
  readonly found: readonly FoundFacts[];
  /** The same object as before as long as nothing changed that links depend on. */
  readonly link: LinkFile;
}

/** What a file is read under. The same object as long as no folder and no manifest changes. */
export interface ReadingFrame {
  readonly folders: readonly PlainUri[];
  readonly declared: Declared;
  readonly manifests: ReadonlyMap<PlainUri, PlainUri>;
}

interface FilePlace {
  readonly hints: PathHints;
  readonly context: ReadingContext;
  readonly targets: readonly PolicyTarget[];
}

interface ReadingContext extends FileContext {
  readonly isStrayManifest: boolean;
}

/** Reads a file, or takes over of `before` what is still right: all of it, when nothing changed. */
export function workspaceFile(source: SourceFile, frame: ReadingFrame, before: WorkspaceFile | undefined): WorkspaceFile {
  const path = before?.path ?? plainUri(source.uri);
  const place = before?.frame === frame ? before.place : placeOf(path, frame, before?.place);
  const reread = before?.source.text !== source.text || before.place.context !== place.context;
  const reading = reread ? read(source, place.context) : before.reading;
  const found = reread ? reading.policies.map(policyFacts) : before.found;
  const link = !reread && place === before.place ? before.link : linkFile(source.uri, path, place, { reading, found }, before?.link);
  const same = before !== undefined && !reread && before.source.version === source.version && before.frame === frame;
  return same ? before : { source, path, frame, place, reading, found, link };
}

/** What the file would be read as if this were its text: its links and the workspace stay as they are. */
export function readAs({ source, place }: WorkspaceFile, text: string): FileReading {
  return read({ uri: source.uri, text }, place.context);
}

function placeOf(path: PlainUri, { folders, declared, manifests }: ReadingFrame, before: FilePlace | undefined): FilePlace {
  const targets = lookUp(declared.targetsOf, path);
  const context = contextOf(declared, path, targets);
  const now = {
    hints: hintsOf(path, folders),
    // A manifest holds no policies, whatever its values look like.
    context: { ...context, excluded: context.excluded || manifests.has(path), isStrayManifest: isStrayManifest(path, folders, manifests) },
    targets,
  };
  if (!before) return now;
  const hints = sameData(before.hints, now.hints) ? before.hints : now.hints;
  const kept = sameData(before.context, now.context) ? before.context : now.context;
  const same = hints === before.hints && kept === before.context && sameItems(before.targets, targets);
  return same ? before : { hints, context: kept, targets };
}

function read({ uri, text }: SourceFile, { kind, values, excluded, isStrayManifest: isStray }: ReadingContext): FileReading {
  if (excluded) return readFile({ uri, text: '' });
  const strayManifest = isStray ? declaringBrace(text) : undefined;
  if (strayManifest) return { ...readFile({ uri, text: '' }), strayManifest };
  const named = Object.keys(values).length > 0;
  return readFile({ uri, text, kind, fill: named ? (name) => (Object.hasOwn(values, name) ? values[name] : undefined) : undefined });
}

function hintsOf(path: PlainUri, folders: readonly PlainUri[]): PathHints {
  const folder = folderOf(folders, path);
  const around = folder ?? path.slice(0, path.lastIndexOf('/'));
  return pathHints(baseName(around), relativePath(around, path) ?? path);
}

interface Found {
  readonly reading: FileReading;
  readonly found: readonly FoundFacts[];
}

function linkFile(uri: string, path: PlainUri, { hints, targets }: FilePlace, { reading, found }: Found, before: LinkFile | undefined): LinkFile {
  const policies = found.map(({ facts }, index): LinkPolicy => ({
    uri, index, path, hints, facts, targets: targets.filter(({ pointer }) => isUnderPointer(facts.pointer, pointer)),
  }));
  const now = { policies, keyFacts: reading.keyFacts, unseen: reading.unseen, targets };
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
    && sameData(before.keyFacts, now.keyFacts) && sameData(before.unseen, now.unseen);
}
