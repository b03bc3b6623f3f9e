import * as assert from 'node:assert/strict';
import { complete, completeEmptyDocument } from '../../server/src/core/editor/completion/complete';
import type { Completion, Completions } from '../../server/src/core/editor/completion/completions';
import { applyEdits } from './expect-findings';
import { cursorPositionIn } from './cursor';
import { pathOfUri, type FilesByPath } from './workspace-from-texts';

/** What is offered where `|` stands. */
export function completionsAt(files: FilesByPath, snippets = false, schema = false): Completions | undefined {
  const { workspace, texts, uri, offset } = cursorPositionIn(files);
  const options = { supportsSnippets: snippets, hasSchemaCompletion: schema, formatFile: pathOfUri };
  return complete(workspace, uri, offset, options) ?? completeEmptyDocument(workspace, uri, texts[pathOfUri(uri)] ?? '', options);
}

export function completionLabelsAt(files: FilesByPath): string[] {
  return completionsAt(files)?.items.map(({ label }) => label) ?? [];
}

/** What an editor shows first: by rank, and what starts with the text before the cursor. */
export function completionItemAt(files: FilesByPath, label: string): Completion {
  const items = completionsAt(files)?.items ?? [];
  const item = items.find((completion) => completion.label === label);
  assert.ok(item, `no ${label} among ${items.map((candidate) => candidate.label).join(', ')}`);
  return item;
}

/** The file with `|` after each of the items was chosen, by its label. */
export function textsAfterEachCompletion(files: FilesByPath): ReadonlyMap<string, string> {
  const { texts, uri } = cursorPositionIn(files);
  const found = completionsAt(files);
  const text = texts[pathOfUri(uri)] ?? '';
  return new Map(
    found?.items.map(({ label, newText }) => [label, applyEdits(text, [...found.additionalEdits, { span: found.span, newText }])]),
  );
}

/** The file with `|` after the item of that label was chosen. */
export function textAfterCompletion(files: FilesByPath, label: string): string {
  const { texts, uri, offset } = cursorPositionIn(files);
  const found = completionsAt(files);
  const item = found?.items.find((completion) => completion.label === label);
  assert.ok(found && item, `no ${label} among ${found?.items.map((candidate) => candidate.label).join(', ') ?? 'nothing'}`);
  const text = texts[pathOfUri(uri)] ?? '';
  assert.ok(found.span.start <= offset && offset <= found.span.end, 'the cursor stands in the span');
  assert.ok(!text.slice(found.span.start, found.span.end).includes('\n') || text.trim().startsWith('{'), 'the span lies on one line');
  return applyEdits(text, [...found.additionalEdits, { span: found.span, newText: item.newText }]);
}
