import { applyEdits, singleEditBetween } from '../text/apply-edits';
import type { TextEdit } from '../text/span';
import { updateWorkspace, type Workspace } from '../workspace/workspace';
import { analyse, type Analysis } from './analyse';
import type { Fix } from '../rules/shared/fix';

/** A fix can bring another finding to light, seldom more than a few one after the other. */
const MAX_ROUNDS = 10;

/**
 * The edits that fix everything in one file that can be fixed without changing what the file grants: the first safe fix of each finding,
 * then those of what is found in the fixed text. Doing it again changes nothing.
 */
export function fixAll(workspace: Workspace, analysis: Analysis, uri: string): readonly TextEdit[] {
  const original = workspace.files.get(uri)?.source.text;
  if (original === undefined) return [];
  const firstEdits = safeEdits(workspace, analysis, uri);
  let state = { workspace, analysis, edits: firstEdits, text: original };
  let rounds = 0;
  for (; state.edits.length > 0 && rounds < MAX_ROUNDS; rounds++) {
    const text = applyEdits(state.text, state.edits);
    const next = updateWorkspace(state.workspace, [{ put: { uri, text } }]);
    const nextAnalysis = analyse(next.workspace, { previous: state.analysis, delta: next.delta });
    state = { workspace: next.workspace, analysis: nextAnalysis, edits: safeEdits(next.workspace, nextAnalysis, uri), text };
  }
  return rounds <= 1 ? firstEdits : [singleEditBetween(original, state.text)];
}

/** Edits of different findings that touch each other wait for the next round. */
function safeEdits({ world }: Workspace, { findingsByFile }: Analysis, uri: string): readonly TextEdit[] {
  const applicableEdits: TextEdit[] = [];
  for (const finding of findingsByFile.get(uri) ?? []) {
    const edits = editsOfSafeFix(finding.fixes(world), uri);
    if (!edits.some((edit) => applicableEdits.some((other) => touchesEdit(edit, other)))) applicableEdits.push(...edits);
  }
  return applicableEdits.sort((a, b) => a.span.start - b.span.start);
}

function editsOfSafeFix(fixes: readonly Fix[], uri: string): readonly TextEdit[] {
  const fix = fixes.find(({ safe, files }) => safe && files.every((file) => file.uri === uri && 'edits' in file));
  return fix?.files.flatMap((file) => ('edits' in file ? file.edits : [])) ?? [];
}

function touchesEdit(a: TextEdit, b: TextEdit): boolean {
  return a.span.start <= b.span.end && b.span.start <= a.span.end;
}
