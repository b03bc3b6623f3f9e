import * as assert from 'node:assert/strict';
import { analysisOfWorkspaceTexts, pathOfUri, uriOfPath, type FilesByPath } from './workspace-from-texts';
import type { Finding } from '../../server/src/core/rules/shared/finding';
import type { Fix } from '../../server/src/core/rules/shared/fix';
import type { FileChange } from '../../server/src/core/text/file-change';
import type { World } from '../../server/src/core/workspace/world';

/** One finding as a line: `consumer/app.json error region-mismatch "us-east-2"`; the quoted part is the text at its range. */
export function findingLines(files: FilesByPath, only?: readonly string[]): string[] {
  const { texts, findings } = findingsOf(files);
  return findings
    .filter((finding) => !only || only.includes(finding.code))
    .map((finding) => `${pathOfUri(finding.at.uri)} ${finding.severity} ${finding.code} ${JSON.stringify(textOfFinding(texts, finding))}`);
}

/**
 * The workspace `files` (path to text or to a value, which is printed as JSON) has exactly the findings `expected`, in
 * any order. `only` leaves the findings of other codes out.
 */
export function checkFindings(files: FilesByPath, expected: readonly string[], only?: readonly string[]): void {
  assert.deepEqual(findingLines(files, only).sort(), [...expected].sort());
}

/** `check` of one code: the findings of all others are left out. */
export function expectFindingsWithCode(code: string): (files: FilesByPath, expected: readonly string[]) => void {
  return (files, expected) => checkFindings(files, expected, [code]);
}

/** The findings of one code, for a look at messages, related information and fixes. */
export function findingsWithCode(files: FilesByPath, code: string): readonly Finding[] {
  return findingsOf(files).findings.filter((finding) => finding.code === code);
}

/** The fixes of the first finding of the code, in that file when one is given. */
export function fixesWithCode(files: FilesByPath, code: string, path?: string): readonly Fix[] {
  const { world, findings } = findingsOf(files);
  const finding = findings.find((candidate) => candidate.code === code && (path === undefined || pathOfUri(candidate.at.uri) === path));
  assert.ok(finding, `no finding ${code}${path === undefined ? '' : ` in ${path}`}; there are: `
    + findings.map((candidate) => candidate.code).join(', '));
  return finding.fixes(world);
}

/** The files after a fix of the first finding of the code; the first fix, or the one whose title holds `title`. */
export function applyFix(files: FilesByPath, code: string, title = '', path?: string): Record<string, string> {
  const fixes = fixesWithCode(files, code, path);
  const fix = fixes.find((candidate) => candidate.title.includes(title));
  assert.ok(fix, `no fix "${title}" among: ${fixes.map((candidate) => candidate.title).join(' | ')}`);
  return applyChanges(files, fix.files);
}

/** The files after changes; an edit of a file that is not there, overlapping edits and a creation over a file fail the test. */
export function applyChanges(files: FilesByPath, changes: readonly FileChange[]): Record<string, string> {
  const texts = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textOf(content)]));
  for (const change of changes) {
    const path = pathOfUri(change.uri);
    const before = texts[path];
    if ('create' in change) {
      assert.equal(before, undefined, `${path} is there already`);
      texts[path] = change.create;
      continue;
    }
    assert.ok(before !== undefined, `${path} is not there`);
    texts[path] = applyEdits(before, change.edits);
  }
  return texts;
}

export function applyEdits(text: string, edits: Extract<FileChange, { readonly edits: unknown }>['edits']): string {
  let end = text.length + 1;
  let result = text;
  for (const edit of [...edits].sort((a, b) => b.span.start - a.span.start || b.span.end - a.span.end)) {
    assert.ok(edit.span.end <= end, 'edits overlap');
    end = edit.span.start;
    result = result.slice(0, edit.span.start) + edit.newText + result.slice(edit.span.end);
  }
  return result;
}

export function textOf(content: string | object): string {
  return typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
}

function findingsOf(files: FilesByPath): { texts: Record<string, string>; world: World; findings: readonly Finding[] } {
  const texts = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textOf(content)]));
  const { analysis, world } = analysisOfWorkspaceTexts(texts);
  for (const failure of analysis.failures) throw new Error(`rule ${failure.code} failed`, { cause: failure.error });
  const uris = Object.keys(texts).map(uriOfPath);
  for (const uri of analysis.findingsByFile.keys()) assert.ok(uris.includes(uri), `finding in ${uri}, which is not among the files`);
  return { texts, world, findings: [...analysis.findingsByFile.values()].flat() };
}

function textOfFinding(texts: Record<string, string>, finding: Finding): string {
  return (texts[pathOfUri(finding.at.uri)] ?? '').slice(finding.at.span.start, finding.at.span.end);
}
