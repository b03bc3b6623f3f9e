import * as assert from 'node:assert/strict';
import { relevantPairsOf } from '../../server/src/core/access/graph/access-graph';
import { explain } from '../../server/src/core/queries/explain';
import { isRefusal } from '../../server/src/core/generate/counterpart';
import type { FileChange } from '../../server/src/core/text/file-change';
import { applyChanges, textOf } from './expect-findings';
import { analysisOfWorkspaceTexts, pathOfUri, workspaceFromTexts, type FilesByPath } from './workspace-from-texts';
import { describeSymbols } from '../../server/src/core/text/symbol-text';

type TextsByPath = Readonly<Record<string, string>>;

/** A finding that advice brought: `code: title of the fix`, or `identity action` for a remedy, and `file code` of what it brought. */
export interface NewFinding {
  readonly editName: string;
  readonly findingText: string;
}

/** One lack in two words: whom the key policy does not let in at all, and to whom it does not give this action. */
const NOT_ALLOWED = /^(identity-not-in|action-not-allowed-by)-key-policy$/;

/** What people see of the findings, as `file code`, each as often as it stands there. Hints only explain. */
function visibleFindings(texts: TextsByPath): string[] {
  const { analysis } = analysisOfWorkspaceTexts(texts);
  assert.deepEqual(analysis.failures, []);
  return [...analysis.findingsByFile.values()].flat().filter(({ severity }) => severity !== 'hint').map(({ at, code }) =>
    `${pathOfUri(at.uri)} ${code.replace(NOT_ALLOWED, 'not allowed by the key policy')}`
  );
}

/** Tells the findings that changes of these texts bring. */
function createNewFindingFinder(texts: TextsByPath): (changes: readonly FileChange[]) => string[] {
  const before = visibleFindings(texts);
  return (changes) => {
    if (changes.length === 0) return [];
    const left = [...before];
    return visibleFindings(applyChanges(texts, changes)).filter((finding) => {
      const at = left.indexOf(finding);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
}

/** What these changes bring. */
export function newFindingsAfter(by: string, files: FilesByPath, changes: readonly FileChange[]): NewFinding[] {
  return createNewFindingFinder(textsOf(files))(changes).map((finding) => ({ editName: by, findingText: finding }));
}

/** What each fix of each finding of the workspace brings. */
export function newFindingsAfterFixes(files: FilesByPath): NewFinding[] {
  const texts = textsOf(files);
  const { analysis, world } = analysisOfWorkspaceTexts(texts);
  const brought = createNewFindingFinder(texts);
  return [...analysis.findingsByFile.values()].flat().flatMap((finding) =>
    finding.fixes(world)
      .flatMap(({ title, files: changes }) =>
        brought(changes).map((code) => ({ editName: `${finding.code}: ${title}`, findingText: code }))
      )
  );
}

/** The same for the remedies of all who meet a key that has its policy, where they are denied one of the actions. */
export function newFindingsAfterRemedies(files: FilesByPath, actions: readonly string[]): NewFinding[] {
  const texts = textsOf(files);
  const { world } = workspaceFromTexts(texts);
  const brought = createNewFindingFinder(texts);
  return relevantPairsOf(world).flatMap(({ identity, key }) => actions.flatMap((action) => {
    const who = identity.arn ?? identity.account;
    if (who === undefined || key.arn === undefined || !key.policy) return [];
    const answer = explain(world, { identity: who, key: key.arn, action }, ({ uri }) => uri, Object.keys(files));
    const changes = isRefusal(answer) ? [] : answer.remedy?.changes.map(({ change }) => change) ?? [];
    return brought(changes).map((code) => ({ editName: `${describeSymbols(who)} ${action}`, findingText: code }));
  }));
}

function textsOf(files: FilesByPath): TextsByPath {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textOf(content)]));
}
