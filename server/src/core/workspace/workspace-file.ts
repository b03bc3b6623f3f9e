import { isUnderPointer } from '../discovery/policy-address';
import { discoverPolicies, type FileDiscovery } from '../discovery/read-file';
import { NO_UNIT_VALUES, type UnitValues } from '../discovery/unit-part';
import { policyKindFromPath } from '../policy/policy-kind';
import type { PolicyKind } from '../policy/policy';
import type { PlaceholderValues } from '../policy/policy-string';
import { declarationsForFile, foldersExcluding, type Declarations, type FileDeclarations } from '../linking/declarations';
import { decisiveClaims, policyKindHints } from '../linking/declared-kinds';
import type { PolicyTarget } from '../linking/drafts';
import { extractPolicyFacts, type PolicyFactsWithSpans } from '../linking/policy-facts';
import type { LinkFacts } from '../linking/link-index';
import { baseFoldersOfManifest, type ManifestLocations } from '../manifest/manifest-files';
import { valuesForFile } from '../manifest/path-index';
import { accountOfPath, pathHintsOfFile, pathBelowRoot, type PathHints } from '../linking/path-hints';
import { parentFolder, plainUri, type PlainUri } from '../text/uri-path';
import type { UnitFile } from '../units/unit-file';
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
  /** What the path tells, and what manifests say of the file; all that changes only with the reading settings. */
  readonly fileSettings: FileSettings;
  /** What the other files of its unit say about it; the same object as long as that stays equal. */
  readonly unitValues: UnitValues;
  readonly reading: FileDiscovery;
  readonly policyFacts: readonly PolicyFactsWithSpans[];
  /** The same object as before as long as nothing changed that links depend on. */
  readonly linkFacts: LinkFacts;
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
}

interface FileReadingContext extends FileDeclarations {
  /** The kind that the path tells. */
  readonly pathKind: PolicyKind | undefined;
}

/**
 * Reads a file, or takes over of the previous one what is still right: all of it, when nothing changed.
 *
 * @param unitValues what the other files of its unit say about it
 */
export function createWorkspaceFile(source: SourceFile, readingSettings: ReadingSettings, previous: WorkspaceFile | undefined,
  unitValues: UnitValues = previous?.unitValues ?? NO_UNIT_VALUES): WorkspaceFile {
  const path = previous?.path ?? plainUri(source.uri);
  const fileSettings = previous?.readingSettings === readingSettings
    ? previous.fileSettings
    : fileSettingsFor(path, readingSettings, previous);
  const isUnread = previous?.source.text !== source.text || previous.fileSettings.context !== fileSettings.context
    || previous.unitValues !== unitValues;
  if (!isUnread && previous.source.version === source.version && previous.readingSettings === readingSettings) return previous;
  const reading = isUnread ? discoverInFile(source, fileSettings.context, unitValues) : previous.reading;
  const policyFacts = isUnread ? reading.policies.map(extractPolicyFacts) : previous.policyFacts;
  const isLinkedAlike = previous?.fileSettings === fileSettings;
  if (!isUnread && isLinkedAlike) return { ...previous, source, readingSettings };
  const linkFacts = createLinkFacts(source.uri, path, fileSettings, reading, policyFacts);
  return { source, path, readingSettings, fileSettings, unitValues, reading, policyFacts,
    linkFacts: isLinkedAlike && isDeepEqual(previous.linkFacts, linkFacts) ? previous.linkFacts : linkFacts };
}

/** The file as the units see it; undefined where it contributes nothing to one. */
export function unitFileOf({ source, path, readingSettings, fileSettings, reading }: WorkspaceFile): UnitFile | undefined {
  if (reading.unitParts.length === 0) return undefined;
  const { context, policyTargets, pathHints } = fileSettings;
  const { mentionedAccounts } = readingSettings.declarations;
  return {
    uri: source.uri, path, parts: reading.unitParts, declaredValues: declaredValuesOf(context.placeholderValues),
    declarations: policyTargets.flatMap(unitDeclarationOf),
    pathAccount: accountOfPath(pathHints, (account) => mentionedAccounts.some((mention) => mention.account === account)),
  };
}

function unitDeclarationOf({ key, identity, pointer }: PolicyTarget): UnitFile['declarations'] {
  if (key) return [{ kind: 'key', arn: key.arn.value, account: key.name.account, pointer }];
  const account = identity?.name?.account ?? identity?.account?.value;
  return account === undefined ? [] : [{ kind: 'identity', arn: identity?.name?.arn, account, pointer }];
}

/** What the file would be read as if this were its text: its links and the workspace stay as they are. */
export function discoverInText({ source, fileSettings, unitValues }: WorkspaceFile, text: string): FileDiscovery {
  return discoverInFile({ uri: source.uri, text }, fileSettings.context, unitValues);
}

function fileSettingsFor(path: PlainUri, { declarations, manifestLocations }: ReadingSettings,
  file: WorkspaceFile | undefined): FileSettings {
  // What the path tells changes with the workspace folders only.
  const previous = file?.readingSettings.manifestLocations === manifestLocations ? file.fileSettings : undefined;
  const pathHints = previous?.pathHints ?? pathHintsOfFile(path, manifestLocations.roots);
  const pathKind = previous ? previous.context.pathKind : policyKindFromPath(pathBelowRoot(path, manifestLocations.roots));
  const policyTargets = valuesForFile(declarations.targetsByPath, path);
  const fileDeclarations = declarationsForFile(declarations, path, policyTargets);
  // A manifest contains no policies, whatever its values look like.
  const excluded = fileDeclarations.excluded || baseFoldersOfManifest(path, manifestLocations).length > 0;
  const settings = { pathHints, policyTargets, context: { ...fileDeclarations, excluded, pathKind } };
  return file ? unchangedSettings(file.fileSettings, settings) : settings;
}

/** The previous settings, or their context, where nothing changed. Targets are compared as objects: each manifest makes its own. */
function unchangedSettings(previous: FileSettings, settings: FileSettings): FileSettings {
  if (!isDeepEqual(previous.context, settings.context)) return settings;
  return haveSameItems(previous.policyTargets, settings.policyTargets) && isDeepEqual(previous.pathHints, settings.pathHints)
    ? previous
    : { ...settings, context: previous.context };
}

/** Whether a manifest leaves the file or folder out. A manifest does not leave out itself, nor the one of a workspace folder. */
export function isExcludedPath(path: PlainUri, { declarations, manifestLocations }: ReadingSettings): boolean {
  const folders = foldersExcluding(declarations, path);
  if (folders.length === 0) return false;
  const baseFolders = baseFoldersOfManifest(path, manifestLocations);
  return !baseFolders.some((folder) => manifestLocations.roots.includes(folder)) && folders.some((folder) => !baseFolders.includes(folder));
}

function discoverInFile({ uri, text }: SourceFile, context: FileReadingContext, unitValues: UnitValues): FileDiscovery {
  const { placeholderValues, excluded } = context;
  if (excluded) return discoverPolicies({ uri, text: '' });
  const hasValues = Object.keys(placeholderValues).length > 0;
  return discoverPolicies({
    uri, text, unitValues, kindHintsAt: (address, containerKind) => policyKindHints(context, address, containerKind),
    placeholderValues: hasValues ? declaredValuesOf(placeholderValues) : undefined,
  });
}

function declaredValuesOf(values: FileDeclarations['placeholderValues']): PlaceholderValues {
  return (name) => {
    const text = Object.hasOwn(values, name) ? values[name] : undefined;
    return text === undefined ? undefined : { text };
  };
}

function createLinkFacts(uri: string, path: PlainUri, { pathHints, policyTargets, context }: FileSettings, reading: FileDiscovery,
  policyFacts: readonly PolicyFactsWithSpans[]): LinkFacts {
  const { keyFacts, policiesWithoutDocument, identities, metadata, managedPolicyArns } = reading;
  const folder = parentFolder(path);
  return {
    policies: policyFacts.map(({ facts }, policyIndex) => ({
      uri, policyIndex, path, pathHints, facts, kindEntry: context.kindEntry, kindClaims: decisiveClaims(context.kindClaims, facts.address),
      policyTargets: policyTargets.filter(({ pointer }) => isUnderPointer(facts.address, pointer)),
    })),
    keyFacts: keyFacts.map(({ span: _, ...fact }, item) => ({ ...fact, anchor: { of: 'key-fact', uri, item } })),
    policiesWithoutDocument, policyTargets,
    templateIdentities: identities.map(({ location: _, ...identity }, item) => (
      { ...identity, anchor: { of: 'template-identity', uri, item } })),
    metadata: metadata ? [{ folder, arn: metadata.arn, at: { uri, span: metadata.span } }] : [],
    managedPolicies: managedPolicyArns.length > 0 ? [{ folder, policies: managedPolicyArns }] : [],
  };
}
