import { isUnderPointer } from '../discovery/policy-address';
import { discoverPolicies, type FileDiscovery } from '../discovery/read-file';
import { policyKindFromPath } from '../policy/policy-kind';
import type { PolicyKind } from '../policy/policy';
import { declarationsForFile, foldersExcluding, kindEntryForFile, type Declarations, type FileDeclarations } from '../linking/declarations';
import { policyKindHints } from '../linking/declared-kinds';
import type { DeclaredKindEntry, LinkPolicy, PolicyTarget } from '../linking/drafts';
import { extractPolicyFacts, type PolicyFactsWithSpans } from '../linking/policy-facts';
import type { FileLinkInput } from '../linking/link-workspace';
import { baseFoldersOfManifest, type ManifestLocations } from '../manifest/manifest-files';
import { valuesForFile } from '../manifest/path-index';
import { pathHintsOfFile, pathBelowRoot, type PathHints } from '../linking/path-hints';
import { parentFolder, plainUri, type PlainUri } from '../text/uri-path';
import { haveSameItems, isDeepEqual } from '../linking/same-data';

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
  readonly readingSettings: ReadingSettings;
  /** What the path tells, and what manifests say of the file; all that changes only with the frame. */
  readonly fileSettings: FileSettings;
  readonly reading: FileDiscovery;
  readonly policyFacts: readonly PolicyFactsWithSpans[];
  /** The same object as before as long as nothing changed that links depend on. */
  readonly linkInput: FileLinkInput;
}

/** What a file is read under. The same object as long as no folder and no manifest changes. */
export interface ReadingSettings {
  readonly declarations: Declarations;
  readonly manifestLocations: ManifestLocations;
}

interface FileSettings {
  readonly pathHints: PathHints;
  readonly context: FileReadingContext;
  readonly policyTargets: readonly PolicyTarget[];
  readonly kindEntry: DeclaredKindEntry | undefined;
}

interface FileReadingContext extends FileDeclarations {
  /** The kind that the path tells. */
  readonly pathKind: PolicyKind | undefined;
}

/** Reads a file, or takes over of `before` what is still right: all of it, when nothing changed. */
export function createWorkspaceFile(source: SourceFile, frame: ReadingSettings, before: WorkspaceFile | undefined): WorkspaceFile {
  const path = before?.path ?? plainUri(source.uri);
  const place = before?.readingSettings === frame ? before.fileSettings : fileSettingsFor(path, frame, before);
  const reread = before?.source.text !== source.text || before.fileSettings.context !== place.context;
  const reading = reread ? discoverInFile(source, place.context) : before.reading;
  const found = reread ? reading.policies.map(extractPolicyFacts) : before.policyFacts;
  const link = !reread && place === before.fileSettings
    ? before.linkInput
    : createLinkInput(source.uri, path, place, { reading, policyFacts: found }, before?.linkInput);
  const same = before !== undefined && !reread && before.source.version === source.version && before.readingSettings === frame;
  return same ? before : { source, path, readingSettings: frame, fileSettings: place, reading, policyFacts: found, linkInput: link };
}

/** What the file would be read as if this were its text: its links and the workspace stay as they are. */
export function discoverInText({ source, fileSettings: place }: WorkspaceFile, text: string): FileDiscovery {
  return discoverInFile({ uri: source.uri, text }, place.context);
}

function fileSettingsFor(path: PlainUri, frame: ReadingSettings, file: WorkspaceFile | undefined): FileSettings {
  const { declarations: declared, manifestLocations: manifests } = frame;
  const before = file?.fileSettings;
  // What the path tells changes with the workspace folders only.
  const isMoved = file?.readingSettings.manifestLocations !== manifests;
  const targets = valuesForFile(declared.targetsByPath, path);
  const context = declarationsForFile(declared, path, targets);
  const now = {
    pathHints: before && !isMoved ? before.pathHints : pathHintsOfFile(path, manifests.roots),
    context: {
      ...context,
      // A manifest holds no policies, whatever its values look like.
      excluded: context.excluded || baseFoldersOfManifest(path, manifests).length > 0,
      pathKind: before && !isMoved ? before.context.pathKind : policyKindFromPath(pathBelowRoot(path, manifests.roots)),
    },
    policyTargets: targets,
    kindEntry: kindEntryForFile(declared, path),
  };
  if (!before) return now;
  const hints = isDeepEqual(before.pathHints, now.pathHints) ? before.pathHints : now.pathHints;
  const kept = isDeepEqual(before.context, now.context) ? before.context : now.context;
  const same = hints === before.pathHints && kept === before.context && haveSameItems(before.policyTargets, targets)
    && before.kindEntry === now.kindEntry;
  return same ? before : { ...now, pathHints: hints, context: kept };
}

/** Whether a manifest leaves the file or folder out. A manifest does not leave out itself, nor the one of a workspace folder. */
export function isExcludedPath(path: PlainUri, { declarations: declared, manifestLocations: manifests }: ReadingSettings): boolean {
  const folders = foldersExcluding(declared, path);
  if (folders.length === 0) return false;
  const manifestsFolders = baseFoldersOfManifest(path, manifests);
  return !manifestsFolders.some((folder) => manifests.roots.includes(folder))
    && folders.some((folder) => !manifestsFolders.includes(folder));
}

function discoverInFile({ uri, text }: SourceFile, context: FileReadingContext): FileDiscovery {
  const { placeholderValues: values, excluded } = context;
  if (excluded) return discoverPolicies({ uri, text: '' });
  const hasValues = Object.keys(values).length > 0;
  return discoverPolicies({
    uri, text, kindHintsAt: (address, containerKind) => policyKindHints(context, address, containerKind),
    placeholderValues: hasValues ? (name) => (Object.hasOwn(values, name) ? values[name] : undefined) : undefined,
  });
}

interface ReadingWithFacts {
  readonly reading: FileDiscovery;
  readonly policyFacts: readonly PolicyFactsWithSpans[];
}

function createLinkInput(uri: string, path: PlainUri, { pathHints: hints, policyTargets: targets, kindEntry }: FileSettings,
  { reading, policyFacts: found }: ReadingWithFacts, before: FileLinkInput | undefined): FileLinkInput {
  const policies = found.map(({ facts }, index): LinkPolicy => ({
    uri, policyIndex: index, path, pathHints: hints, facts, kindEntry,
    policyTargets: targets.filter(({ pointer }) => isUnderPointer(facts.address, pointer)),
  }));
  const { keyFacts, policiesWithoutDocument, metadata: resource, managedPolicyArns } = reading;
  const metadata = resource && { folder: parentFolder(path), arn: resource.arn, at: { uri, span: resource.span } };
  const managed = managedPolicyArns.length > 0 ? { folder: parentFolder(path), policies: managedPolicyArns } : undefined;
  const now = { policies, keyFacts, policiesWithoutDocument, metadata, managedPolicies: managed, policyTargets: targets };
  return before && isSameLinkInput(before, now) ? before : now;
}

/** Targets are compared as objects: they are made once for each state of the manifests. */
function isSameLinkInput(before: FileLinkInput, now: FileLinkInput): boolean {
  return haveSameItems(before.policyTargets, now.policyTargets)
    && before.policies.length === now.policies.length
    && before.policies.every((policy, i) => {
      const other = now.policies[i];
      return policy.pathHints === other?.pathHints && policy.kindEntry === other.kindEntry && isDeepEqual(policy.facts, other.facts)
        && haveSameItems(policy.policyTargets, other.policyTargets);
    })
    && isDeepEqual(before.keyFacts, now.keyFacts) && isDeepEqual(before.policiesWithoutDocument, now.policiesWithoutDocument)
    && isDeepEqual(before.metadata, now.metadata)
    && isDeepEqual(before.managedPolicies, now.managedPolicies);
}
