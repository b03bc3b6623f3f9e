import { isUnderPointer } from '../discovery/policy-address';
import { discoverPolicies, type FileDiscovery } from '../discovery/read-file';
import { policyKindFromPath } from '../policy/policy-kind';
import type { PolicyKind } from '../policy/policy';
import { contextOf, excludingFolders, kindEntryOf, type Declared, type FileContext } from '../linking/declarations';
import { readingKind } from '../linking/declared-kinds';
import type { KindEntry, LinkPolicy, PolicyTarget } from '../linking/drafts';
import { policyFacts, type FoundFacts } from '../linking/policy-facts';
import type { LinkFile } from '../linking/link-workspace';
import { manifestFolders, type ManifestPlaces } from '../manifest/manifest-files';
import { lookUp } from '../manifest/path-index';
import { hintsOf, pathBelowRoot, type PathHints } from '../linking/path-hints';
import { folderAround, plainUri, type PlainUri } from '../text/uri-path';
import { haveSameItems, sameData } from '../linking/same-data';

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
  readonly reading: FileDiscovery;
  readonly found: readonly FoundFacts[];
  /** The same object as before as long as nothing changed that links depend on. */
  readonly link: LinkFile;
}

/** What a file is read under. The same object as long as no folder and no manifest changes. */
export interface ReadingFrame {
  readonly declared: Declared;
  readonly manifests: ManifestPlaces;
}

interface FilePlace {
  readonly hints: PathHints;
  readonly context: ReadingContext;
  readonly targets: readonly PolicyTarget[];
  readonly kindEntry: KindEntry | undefined;
}

interface ReadingContext extends FileContext {
  /** The kind that the path tells. */
  readonly pathKind: PolicyKind | undefined;
}

/** Reads a file, or takes over of `before` what is still right: all of it, when nothing changed. */
export function workspaceFile(source: SourceFile, frame: ReadingFrame, before: WorkspaceFile | undefined): WorkspaceFile {
  const path = before?.path ?? plainUri(source.uri);
  const place = before?.frame === frame ? before.place : placeOf(path, frame, before);
  const reread = before?.source.text !== source.text || before.place.context !== place.context;
  const reading = reread ? read(source, place.context) : before.reading;
  const found = reread ? reading.policies.map(policyFacts) : before.found;
  const link = !reread && place === before.place ? before.link : linkFile(source.uri, path, place, { reading, found }, before?.link);
  const same = before !== undefined && !reread && before.source.version === source.version && before.frame === frame;
  return same ? before : { source, path, frame, place, reading, found, link };
}

/** What the file would be read as if this were its text: its links and the workspace stay as they are. */
export function readAs({ source, place }: WorkspaceFile, text: string): FileDiscovery {
  return read({ uri: source.uri, text }, place.context);
}

function placeOf(path: PlainUri, frame: ReadingFrame, file: WorkspaceFile | undefined): FilePlace {
  const { declared, manifests } = frame;
  const before = file?.place;
  // What the path tells changes with the workspace folders only.
  const isMoved = file?.frame.manifests !== manifests;
  const targets = lookUp(declared.targetsOf, path);
  const context = contextOf(declared, path, targets);
  const now = {
    hints: before && !isMoved ? before.hints : hintsOf(path, manifests.roots),
    context: {
      ...context,
      // A manifest holds no policies, whatever its values look like.
      excluded: context.excluded || manifestFolders(path, manifests).length > 0,
      pathKind: before && !isMoved ? before.context.pathKind : policyKindFromPath(pathBelowRoot(path, manifests.roots)),
    },
    targets,
    kindEntry: kindEntryOf(declared, path),
  };
  if (!before) return now;
  const hints = sameData(before.hints, now.hints) ? before.hints : now.hints;
  const kept = sameData(before.context, now.context) ? before.context : now.context;
  const same = hints === before.hints && kept === before.context && haveSameItems(before.targets, targets) && before.kindEntry === now.kindEntry;
  return same ? before : { ...now, hints, context: kept };
}

/** Whether a manifest leaves the file or folder out. A manifest does not leave out itself, nor the one of a workspace folder. */
export function isLeftOut(path: PlainUri, { declared, manifests }: ReadingFrame): boolean {
  const folders = excludingFolders(declared, path);
  if (folders.length === 0) return false;
  const manifestsFolders = manifestFolders(path, manifests);
  return !manifestsFolders.some((folder) => manifests.roots.includes(folder)) && folders.some((folder) => !manifestsFolders.includes(folder));
}

function read({ uri, text }: SourceFile, context: ReadingContext): FileDiscovery {
  const { values, excluded } = context;
  if (excluded) return discoverPolicies({ uri, text: '' });
  const hasValues = Object.keys(values).length > 0;
  return discoverPolicies({
    uri, text, kindHintsAt: (address, containerKind) => readingKind(context, address, containerKind),
    placeholderValues: hasValues ? (name) => (Object.hasOwn(values, name) ? values[name] : undefined) : undefined,
  });
}

interface Found {
  readonly reading: FileDiscovery;
  readonly found: readonly FoundFacts[];
}

function linkFile(uri: string, path: PlainUri, { hints, targets, kindEntry }: FilePlace, { reading, found }: Found, before: LinkFile | undefined): LinkFile {
  const policies = found.map(({ facts }, index): LinkPolicy => ({
    uri, index, path, hints, facts, kindEntry, targets: targets.filter(({ pointer }) => isUnderPointer(facts.address, pointer)),
  }));
  const { keyFacts, policiesWithoutDocument, metadata: resource, managedPolicyArns } = reading;
  const metadata = resource && { folder: folderAround(path), arn: resource.arn, at: { uri, span: resource.span } };
  const managed = managedPolicyArns.length > 0 ? { folder: folderAround(path), policies: managedPolicyArns } : undefined;
  const now = { policies, keyFacts, unseen: policiesWithoutDocument, metadata, managed, targets };
  return before && sameLinks(before, now) ? before : now;
}

/** Targets are compared as objects: they are made once for each state of the manifests. */
function sameLinks(before: LinkFile, now: LinkFile): boolean {
  return haveSameItems(before.targets, now.targets)
    && before.policies.length === now.policies.length
    && before.policies.every((policy, i) => {
      const other = now.policies[i];
      return policy.hints === other?.hints && policy.kindEntry === other.kindEntry && sameData(policy.facts, other.facts) && haveSameItems(policy.targets, other.targets);
    })
    && sameData(before.keyFacts, now.keyFacts) && sameData(before.unseen, now.unseen) && sameData(before.metadata, now.metadata)
    && sameData(before.managed, now.managed);
}
