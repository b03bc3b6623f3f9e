import type { FileReading } from '../locate/read-file';
import { showDeceptive } from '../text/deceptive';
import { sameItems } from '../workspace/column';
import { patchedMap } from '../workspace/patched-map';
import type { RuleSettings, SuppressionSetting } from '../workspace/rule-settings';
import type { Finding, Related, Severity } from './finding';
import { suppressed } from './suppress';
import { removeSuppression, UNUSED_SUPPRESSION as meta } from './judgements/unused-suppression';

/** What is to be shown. */
export interface Finished {
  /** Files without findings are not in it. Sorted by place. */
  readonly byFile: ReadonlyMap<string, readonly Finding[]>;
  /** The files in which other things are to be shown than before. */
  readonly changed: readonly string[];
  readonly settings: RuleSettings;
  /** What the next findings can take over. */
  readonly files: ReadonlyMap<string, FinishedFile>;
}

/** What became of the findings of a file, with what it follows from. */
interface FinishedFile {
  readonly raw: readonly Finding[];
  readonly reading: FileReading | undefined;
  readonly findings: readonly Finding[];
  /** The suppressions that hide something in it. */
  readonly used: ReadonlySet<SuppressionSetting>;
}

interface FinishInput {
  readonly readings: ReadonlyMap<string, FileReading>;
  readonly rules: RuleSettings;
}

/**
 * Applies levels and suppressions in every file in which that was not done yet, and finds the suppressions of which no file has a use.
 *
 * @param raw what was found in the files in which that is another than before
 */
export function finishAll({ readings, rules: settings }: FinishInput, raw: ReadonlyMap<string, readonly Finding[]>, before: Finished | undefined): Finished {
  const touched = !before || before.settings === settings ? new Set(raw.keys()) : new Set([...raw.keys(), ...before.files.keys(), ...before.byFile.keys()]);
  const now = Array.from(touched, (uri): readonly [string, FinishedFile] => {
    const known = before?.files.get(uri);
    return [uri, finishFile(raw.get(uri) ?? known?.raw ?? NONE, settings, readings.get(uri), before?.settings === settings ? known : undefined)];
  });
  const files = patchedMap(before?.files ?? NO_FILES, now.map(([uri, file]) => [uri, file.raw.length > 0 ? file : undefined]));
  const unused = unusedIn(settings, files);
  // Where they stand something was unused before, too, or may be.
  const places = new Set(settings.suppressions.map(({ at }) => at.uri));
  const shown = new Map(now.map(([uri, { findings }]) => [uri, findings]));
  for (const uri of places) shown.set(uri, [...files.get(uri)?.findings ?? [], ...unused.get(uri) ?? []].sort(inOrder));
  const byFile = patchedMap(before?.byFile ?? NO_FINDINGS, Array.from(shown, ([uri, findings]) => [uri, findings.length > 0 ? findings : undefined]));
  const changed = [...new Set([...touched, ...places])].filter((uri) => !sameFindings(before?.byFile.get(uri) ?? NONE, byFile.get(uri) ?? NONE));
  return { byFile, changed, settings, files };
}

const NONE: readonly Finding[] = [];
const NO_FILES: Finished['files'] = new Map();
const NO_FINDINGS: Finished['byFile'] = new Map();

/** Makes one finding of those of one code and range, and sorts by place. */
function finishFile(raw: readonly Finding[], settings: RuleSettings, reading: FileReading | undefined, known: FinishedFile | undefined): FinishedFile {
  if (known?.raw === raw && known.reading === reading) return known;
  const used = new Set<SuppressionSetting>();
  const kept = raw.flatMap((finding) => levelled(finding, settings) ?? []).filter((finding) => !suppressed(finding, settings, reading, used));
  return { raw, reading, findings: merged(kept.sort(inOrder)), used };
}

/** By place and code; of one place and code the gravest first. The order in which subjects are judged must not show. */
function inOrder(a: Finding, b: Finding): number {
  return a.at.span.start - b.at.span.start || a.at.span.end - b.at.span.end || compare(a.code, b.code)
    || RANK[a.severity] - RANK[b.severity] || compare(a.message, b.message) || compareRelated(a, b) || compare(a.href, b.href);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Undefined where the rule is off. */
function levelled(finding: Finding, settings: RuleSettings): Finding | undefined {
  const level = settings.levelOf(finding.code, finding.at.uri);
  if (level === 'off') return undefined;
  return level === undefined || level === finding.severity ? finding : { ...finding, severity: level };
}

const RANK = { error: 0, warning: 1, info: 2, hint: 3 } as const;

/** Several keys or identities with the same trouble at the same text are one finding, the others become related information. */
function merged(sorted: readonly Finding[]): Finding[] {
  const runs: [Finding, ...Finding[]][] = [];
  for (const finding of sorted) {
    const run = runs.at(-1);
    if (run && isSamePlace(run[0], finding)) run.push(finding);
    else runs.push([finding]);
  }
  return runs.map(([first, ...others]) => (others.length === 0 ? first : mergeSame(first, others)));
}

function isSamePlace(a: Finding, b: Finding): boolean {
  return a.at.span.start === b.at.span.start && a.at.span.end === b.at.span.end && a.code === b.code;
}

function mergeSame(first: Finding, others: readonly Finding[]): Finding {
  const related = [...first.related];
  for (const other of others) {
    const added: Related[] = other.message === first.message ? [] : [{ at: other.related[0]?.at ?? other.at, message: other.message }];
    // The message tells what its first place is about.
    const rest = other.related.slice(added.length).filter((mine) => !related.some((known) => sameRelated(known, mine)));
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
    const order = compare(at.uri, other.at.uri) || at.span.start - other.at.span.start || at.span.end - other.at.span.end || compare(message, other.message);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function sameRelated(a: Related, b: Related): boolean {
  return a.message === b.message && a.at.uri === b.at.uri && a.at.span.start === b.at.span.start;
}

/** A suppression that hides nothing hides the next mistake: `suppression-unused`. By file. */
function unusedIn(settings: RuleSettings, files: ReadonlyMap<string, FinishedFile>): ReadonlyMap<string, readonly Finding[]> {
  const unused = new Map<string, Finding[]>();
  if (settings.suppressions.length === 0) return unused;
  const used = new Set<SuppressionSetting>();
  for (const file of files.values()) for (const entry of file.used) used.add(entry);
  for (const entry of settings.suppressions) {
    const level = settings.levelOf(meta.code, entry.at.uri);
    if (used.has(entry) || level === 'off') continue;
    const { uri } = entry.at;
    unused.set(uri, [...unused.get(uri) ?? [], unusedFinding(entry, level)]);
  }
  return unused;
}

function unusedFinding({ at, rule, sid }: SuppressionSetting, level: Severity | undefined): Finding {
  return {
    code: meta.code, severity: level ?? meta.severity, at, href: meta.href, related: [], unnecessary: true,
    message: showDeceptive(`Nothing to suppress: "${rule}" finds nothing in these files${sid === undefined ? '' : ` in the statement "${sid}"`}.`),
    fixes: (world) => removeSuppression(world, at),
  };
}

/** Whether two lists would look the same to a person; fixes are made anew when asked for. */
function sameFindings(a: readonly Finding[], b: readonly Finding[]): boolean {
  return sameItems(a, b) || a.length === b.length && a.every((finding, i) => sameFinding(finding, b[i]));
}

function sameFinding(a: Finding, b: Finding | undefined): boolean {
  return b?.code === a.code && a.severity === b.severity && a.message === b.message && a.unnecessary === b.unnecessary
    && a.at.span.start === b.at.span.start && a.at.span.end === b.at.span.end
    && a.related.length === b.related.length
    && a.related.every((related, i) => {
      const other = b.related[i];
      return other?.message === related.message && related.at.uri === other.at.uri
        && related.at.span.start === other.at.span.start && related.at.span.end === other.at.span.end;
    });
}
