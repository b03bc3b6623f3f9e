import { resourcesIn, spansOfPart } from '../discovery/file-part';
import type { FileDiscovery } from '../discovery/read-file';
import { nearestWord } from '../text/nearest-word';
import { escapeDeceptiveCharacters } from '../text/deceptive-characters';
import { haveSameItems } from '../linking/same-data';
import { patchMap } from '../workspace/patched-map';
import type { RuleSettings, SuppressionSetting } from '../manifest/rule-settings';
import type { Finding, RelatedLocation, Severity } from '../rules/shared/finding';
import { isSuppressed, type Suppression } from './suppressions';
import { fixFiles, type Fix } from '../rules/shared/fix';
import { UNUSED_SUPPRESSION_META } from '../rules/shared/unused-suppression';
import { itemsOf, memberOf } from '../syntax/tree';
import { spanContains, type Location } from '../text/span';
import type { World } from '../workspace/world';

/** What is to be shown. */
export interface PublishedFindings {
  /** Files without findings are not in it. Sorted by place. */
  readonly findingsByFile: ReadonlyMap<string, readonly Finding[]>;
  /** The files in which other things are to be shown than before. */
  readonly changedFiles: readonly string[];
  readonly settings: RuleSettings;
  /** What the next findings can take over. */
  readonly files: ReadonlyMap<string, PublishedFile>;
}

/** What became of the findings of a file, with what it follows from. */
interface PublishedFile {
  readonly rawFindings: readonly Finding[];
  readonly reading: FileDiscovery | undefined;
  readonly findings: readonly Finding[];
  /** The suppressions that hide something in it. */
  readonly usedSuppressions: ReadonlySet<Suppression>;
}

interface SettingsInput {
  readonly readings: ReadonlyMap<string, FileDiscovery>;
  readonly ruleSettings: RuleSettings;
}

/**
 * Applies levels and suppressions in every file in which that was not done yet, and finds the suppressions of which no file has a use.
 *
 * @param raw what was found in the files in which that is another than before
 */
export function applySettings({ readings, ruleSettings: settings }: SettingsInput, raw: ReadonlyMap<string, readonly Finding[]>,
  before: PublishedFindings | undefined): PublishedFindings {
  const touched = !before || before.settings === settings
    ? new Set(raw.keys())
    : new Set([...raw.keys(), ...before.files.keys(), ...before.findingsByFile.keys()]);
  const now = Array.from(touched, (uri): readonly [string, PublishedFile] => {
    const previousFile = before?.files.get(uri);
    return [uri,
      applySettingsToFile(raw.get(uri) ?? previousFile?.rawFindings ?? NONE, settings, readings.get(uri),
        before?.settings === settings ? previousFile : undefined)];
  });
  const files = patchMap(before?.files ?? NO_FILES, now.map(([uri, file]) => [uri, file.rawFindings.length > 0 ? file : undefined]));
  const unused = unusedSuppressionsByFile(settings, files, readings);
  // Where they stand something was unused before, too, or may be.
  const places = new Set(settings.suppressions.map(({ at }) => at.uri));
  const findingsByUri = new Map(now.map(([uri, { findings }]) => [uri, findings]));
  for (const uri of places) findingsByUri.set(uri, [...files.get(uri)?.findings ?? [], ...unused.get(uri) ?? []].sort(compareFindings));
  const byFile = patchMap(before?.findingsByFile ?? NO_FINDINGS,
    Array.from(findingsByUri, ([uri, findings]) => [uri, findings.length > 0 ? findings : undefined]));
  const changed = [...new Set([...touched, ...places])].filter((uri) =>
    !sameFindings(before?.findingsByFile.get(uri) ?? NONE, byFile.get(uri) ?? NONE)
  );
  return { findingsByFile: byFile, changedFiles: changed, settings, files };
}

const NONE: readonly Finding[] = [];
const NO_FILES: PublishedFindings['files'] = new Map();
const NO_FINDINGS: PublishedFindings['findingsByFile'] = new Map();

/** Makes one finding of those of one code and range, and sorts by place. */
function applySettingsToFile(raw: readonly Finding[], settings: RuleSettings, reading: FileDiscovery | undefined,
  previous: PublishedFile | undefined): PublishedFile {
  if (previous?.rawFindings === raw && previous.reading === reading) return previous;
  const usedSuppressions = new Set<Suppression>();
  const isVisible = (finding: Finding): boolean => !isSuppressed(finding, settings, reading, usedSuppressions);
  const configuredFindings = raw.flatMap((finding) => withConfiguredSeverity(finding, settings) ?? []);
  const remainingFindings = configuredFindings.filter(({ unusedSuppression }) => unusedSuppression === undefined).filter(isVisible);
  // Only now it is known which suppressions are used.
  for (const finding of configuredFindings) {
    const { unusedSuppression } = finding;
    if (unusedSuppression !== undefined && !usedSuppressions.has(unusedSuppression) && isVisible(finding)) remainingFindings.push(finding);
  }
  return { rawFindings: raw, reading,
    findings: mergeAtSameLocation(withConstructNames(remainingFindings, reading).sort(compareFindings)), usedSuppressions };
}

/** The names of resources in the output of the CDK are in no code: the message says to which construct the resource belongs. */
function withConstructNames(findings: readonly Finding[], reading: FileDiscovery | undefined): Finding[] {
  const resources = findings.length > 0 && reading?.template
    ? resourcesIn(reading).filter(({ constructPath }) => constructPath !== undefined) : [];
  if (resources.length === 0) return [...findings];
  return findings.map((finding) => {
    const constructPath = resources.find(({ member }) => spanContains(member.span, finding.at.span))?.constructPath;
    return constructPath === undefined ? finding
      : { ...finding, message: `${finding.message} CDK construct: ${escapeDeceptiveCharacters(constructPath)}.` };
  });
}

/** By place and code; of one place and code the gravest first. The order in which subjects are judged must not show. */
function compareFindings(a: Finding, b: Finding): number {
  return a.at.span.start - b.at.span.start || a.at.span.end - b.at.span.end || compareText(a.code, b.code)
    || SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || compareText(a.message, b.message) || compareRelated(a, b)
    || compareText(a.href, b.href);
}

/** Mostly they are the same string: comparing order first would read it to its end, twice. */
function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Undefined where the rule is off. */
function withConfiguredSeverity(finding: Finding, settings: RuleSettings): Finding | undefined {
  const level = settings.levelOf(finding.code, finding.at.uri);
  if (level === 'off') return undefined;
  return level === undefined || level === finding.severity ? finding : { ...finding, severity: level };
}

const SEVERITY_RANK = { error: 0, warning: 1, info: 2, hint: 3 } as const;

/** Several keys or identities with the same trouble at the same text are one finding, the others become related information. */
function mergeAtSameLocation(sorted: readonly Finding[]): Finding[] {
  const runs: [Finding, ...Finding[]][] = [];
  for (const finding of sorted) {
    const run = runs.at(-1);
    if (run && isSameLocationAndCode(run[0], finding)) run.push(finding);
    else runs.push([finding]);
  }
  return runs.map(([first, ...others]) => (others.length === 0 ? first : mergeFindings(first, others)));
}

function isSameLocationAndCode(a: Finding, b: Finding): boolean {
  return a.at.span.start === b.at.span.start && a.at.span.end === b.at.span.end && a.code === b.code;
}

function mergeFindings(first: Finding, others: readonly Finding[]): Finding {
  const related = [...first.related];
  for (const other of others) {
    const added: RelatedLocation[] = other.message === first.message
      ? []
      : [{ at: other.related[0]?.at ?? other.at, message: other.message }];
    // The message tells what its first place is about.
    const rest = other.related.slice(added.length)
      .filter((location) => !related.some((relatedLocation) => sameRelated(relatedLocation, location)));
    related.push(...added, ...rest);
  }
  return {
    ...first, related,
    // What does nothing with one key may do something with another.
    unnecessary: first.unnecessary && others.every(({ unnecessary }) => unnecessary),
    fixes: (world) => {
      const titles = new Set<string>();
      return [first, ...others].flatMap((finding) => finding.fixes(world)).filter((fix) => !titles.has(fix.title) && titles.add(fix.title));
    },
  };
}

/** By the first place where they are related to different things. */
function compareRelated({ related: a }: Finding, { related: b }: Finding): number {
  for (const [i, { at, message }] of a.entries()) {
    const other = b[i];
    if (!other) return 1;
    const order = compareText(at.uri, other.at.uri) || at.span.start - other.at.span.start || at.span.end - other.at.span.end
      || compareText(message, other.message);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function sameRelated(a: RelatedLocation, b: RelatedLocation): boolean {
  return a.message === b.message && a.at.uri === b.at.uri && a.at.span.start === b.at.span.start;
}

/** A suppression that hides nothing hides the next mistake: `suppression-unused`. By file. */
function unusedSuppressionsByFile(settings: RuleSettings,
  files: ReadonlyMap<string, PublishedFile>, readings: SettingsInput['readings']): ReadonlyMap<string, readonly Finding[]> {
  const unused = new Map<string, Finding[]>();
  if (settings.suppressions.length === 0) return unused;
  const usedSuppressions = new Set<Suppression>();
  for (const file of files.values()) for (const entry of file.usedSuppressions) usedSuppressions.add(entry);
  for (const entry of settings.suppressions) {
    const level = settings.levelOf(UNUSED_SUPPRESSION_META.code, entry.at.uri);
    if (usedSuppressions.has(entry) || level === 'off') continue;
    const { uri } = entry.at;
    unused.set(uri, [...unused.get(uri) ?? [], unusedSuppressionFinding(entry, level, readings)]);
  }
  return unused;
}

function unusedSuppressionFinding(entry: SuppressionSetting, level: Severity | undefined, readings: SettingsInput['readings']): Finding {
  const { at, rule, sid, referenceSpan } = entry;
  const { code, severity, href } = UNUSED_SUPPRESSION_META;
  const missingPart = describeMissingPart(entry, readings);
  return {
    code, severity: level ?? severity, href, related: [], unnecessary: true,
    at: missingPart === undefined ? at : { uri: at.uri, span: referenceSpan },
    message: escapeDeceptiveCharacters(`Nothing to suppress: ${missingPart ?? `"${rule}" finds nothing in these `
      + `files${sid === undefined ? '' : ` in the statement "${sid}"`}.`}`),
    fixes: (world) => removeSuppressionFixes(world, at),
  };
}

/** That no file has the part that the entry is about; undefined where one has, or where it is about whole files. */
function describeMissingPart({ coversFile, reference: { path, pointer, logicalId } }: SuppressionSetting,
  readings: SettingsInput['readings']): string | undefined {
  if (pointer === undefined || pointer === '') return undefined;
  const covered = [...readings.values()].filter(({ uri }) => coversFile(uri));
  if (covered.length === 0 || covered.some((reading) => spansOfPart(reading, pointer, logicalId).length > 0)) return undefined;
  if (logicalId === undefined) return `"${path}" has nothing at ${pointer}.`;
  const nearest = nearestWord(logicalId, covered.flatMap((reading) => resourcesIn(reading).map((resource) => resource.logicalId)));
  return `"${path}" has no resource "${logicalId}".${nearest === undefined ? '' : ` Did you mean "${nearest}"?`}`;
}

/** Removes the suppression at this place from its `kms-handshake.json`. */
function removeSuppressionFixes({ manifests }: World, at: Location): readonly Fix[] {
  const manifest = manifests.find(({ uri }) => uri === at.uri);
  const member = memberOf(manifest?.root, 'suppress');
  const item = itemsOf(member?.value).find(({ span }) => span.start === at.span.start && span.end === at.span.end);
  if (!manifest?.root || !member || !item) return [];
  const edit = itemsOf(member.value).length === 1
    ? { edit: 'remove-member' as const, object: manifest.root, member }
    : { edit: 'remove-item' as const, member, item };
  const { edits } = manifest.layer.syntax.renderEdits(manifest.layer, [edit]);
  return edits ? [fixFiles('Remove the suppression', [{ uri: manifest.uri, edits }], { preferred: true })] : [];
}

/** Whether two lists would look the same to a person; fixes are made anew when asked for. */
function sameFindings(a: readonly Finding[], b: readonly Finding[]): boolean {
  return haveSameItems(a, b) || a.length === b.length && a.every((finding, i) => {
    const other = b[i];
    return other !== undefined && compareFindings(finding, other) === 0 && finding.unnecessary === other.unnecessary;
  });
}
