import * as assert from 'node:assert/strict';
import { findSyntaxTarget, type SyntaxTarget } from '../../server/src/core/editor/syntax-target';
import type { Workspace } from '../../server/src/core/workspace/workspace';
import { textOf } from './expect-findings';
import { uriOfPath, workspaceFromTexts, type FilesByPath } from './workspace-from-texts';

/** A workspace and a place in it: the one `|` of its texts, which is taken out, or the start of the only `word` of a file. */
export interface CursorPosition {
  readonly workspace: Workspace;
  readonly texts: Readonly<Record<string, string>>;
  readonly uri: string;
  readonly offset: number;
}

/** The texts with the cursor where `|` stands; a `\|` is not needed by any policy. */
export function cursorPositionIn(files: FilesByPath): CursorPosition {
  const texts = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textOf(content)]));
  const [found, ...others] = Object.entries(texts).filter(([, text]) => text.includes('|'));
  assert.ok(found && others.length === 0 && found[1].split('|').length === 2, 'exactly one | in the texts');
  const [path, text] = found;
  const offset = text.indexOf('|');
  const clean = { ...texts, [path]: text.replace('|', '') };
  return { workspace: workspaceFromTexts(clean), texts: clean, uri: uriOfPath(path), offset };
}

export function syntaxTargetAt({ workspace, uri, offset }: CursorPosition): SyntaxTarget | undefined {
  return findSyntaxTarget(workspace.readings.get(uri)?.policies ?? [], offset);
}

/** The text of the file at the spot. */
export function syntaxTargetText({ workspace }: CursorPosition, syntaxTarget: SyntaxTarget): string {
  return workspace.files.get(syntaxTarget.location.uri)?.source.text.slice(syntaxTarget.location.span.start, syntaxTarget.location.span.end)
    ?? '';
}
