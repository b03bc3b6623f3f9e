import type { FileReading } from '../locate/read-file';
import type { RuleSettings, SuppressionSetting } from '../workspace/rule-settings';
import type { Finding, Related } from './finding';
import { suppressed } from './suppress';
import { removeSuppression, UNUSED_SUPPRESSION as meta } from './judgements/unused-suppression';

/** Applies suppressions and levels, makes one finding of those of one code and range, and sorts by place. */
export function finishFile(findings: readonly Finding[], settings: RuleSettings, reading: FileReading | undefined, used: Set<SuppressionSetting>): readonly Finding[] {
  const kept = findings.flatMap((finding) => levelled(finding, settings)).filter((finding) => !suppressed(finding, settings, reading, used));
  return merged(kept).sort((a, b) => a.at.span.start - b.at.span.start || a.at.span.end - b.at.span.end || compare(a.code, b.code));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function levelled(finding: Finding, settings: RuleSettings): Finding[] {
  const level = settings.levelOf(finding.code, finding.at.uri);
  if (level === 'off') return [];
  return [level === undefined || level === finding.severity ? finding : { ...finding, severity: level }];
}

const RANK = { error: 0, warning: 1, info: 2, hint: 3 } as const;

/** Several keys or identities with the same trouble at the same text are one finding, the others become related information. */
function merged(findings: readonly Finding[]): Finding[] {
  const byPlace = new Map<string, Finding[]>();
  for (const finding of findings) {
    const place = `${finding.code} ${finding.at.span.start} ${finding.at.span.end}`;
    const same = byPlace.get(place);
    if (same) same.push(finding);
    else byPlace.set(place, [finding]);
  }
  return Array.from(byPlace.values(), mergeSame);
}

function mergeSame(same: readonly Finding[]): Finding {
  // The order in which pairs are judged must not show.
  const [first, ...others] = [...same].sort((a, b) => RANK[a.severity] - RANK[b.severity] || compare(a.message, b.message)) as [Finding, ...Finding[]];
  if (others.length === 0) return first;
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
    unnecessary: same.every(({ unnecessary }) => unnecessary),
    fixes: (world) => {
      const titles = new Set<string>();
      return same.flatMap((finding) => finding.fixes(world)).filter((fix) => !titles.has(fix.title) && titles.add(fix.title));
    },
  };
}

function sameRelated(a: Related, b: Related): boolean {
  return a.message === b.message && a.at.uri === b.at.uri && a.at.span.start === b.at.span.start;
}

/** A suppression that hides nothing hides the next mistake: `suppression-unused`. */
export function unusedSuppressions(settings: RuleSettings, used: ReadonlySet<SuppressionSetting>): Map<string, Finding[]> {
  const files = new Map<string, Finding[]>();
  for (const entry of settings.suppressions) {
    const level = settings.levelOf(meta.code, entry.at.uri);
    if (used.has(entry) || level === 'off') continue;
    const finding: Finding = {
      code: meta.code, severity: level ?? meta.severity, at: entry.at, href: meta.href, related: [], unnecessary: true,
      message: `Nothing to suppress: "${entry.rule}" finds nothing in these files${entry.sid === undefined ? '' : ` in the statement "${entry.sid}"`}.`,
      fixes: (world) => removeSuppression(world, entry.at),
    };
    files.set(entry.at.uri, [...files.get(entry.at.uri) ?? [], finding]);
  }
  return files;
}
