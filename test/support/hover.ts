import * as assert from 'node:assert/strict';
import { hoverAt } from '../../server/src/core/editor/hover/hover';
import { toMarkdown, toPlainText } from '../../server/src/core/editor/hover/rich-text';
import { analyse } from '../../server/src/core/analysis/analyse';
import type { LocationLabels } from '../../server/src/core/queries/location-labels';
import { cursorPositionIn, type CursorPosition } from './cursor';
import { pathOfUri, type FilesByPath } from './workspace-from-texts';

/** What is hovered over: `"text" of the file`, and the hover as plain text. */
export interface HoverResult {
  readonly hoveredText: string;
  readonly text: string;
  readonly markdown: string;
}

/** The hover at the one `|` of the texts; undefined where there is none. */
export function hoverAtCursor(files: FilesByPath): HoverResult | undefined {
  return hoverResultAt(cursorPositionIn(files));
}

/** The hover in the middle of the first `word` of the file; without one the test fails. */
export function hoverOnWord(files: Readonly<Record<string, string>>, path: string, word: string): HoverResult {
  const text = files[path] ?? '';
  const at = text.indexOf(word);
  assert.ok(at >= 0, `no ${word} in ${path}`);
  const middle = at + Math.ceil(word.length / 2);
  const hoverResult = hoverAtCursor({ ...files, [path]: `${text.slice(0, middle)}|${text.slice(middle)}` });
  assert.ok(hoverResult, `nothing is told of ${word}`);
  return hoverResult;
}

function hoverResultAt({ workspace, texts, uri, offset }: CursorPosition): HoverResult | undefined {
  const locationLabels: LocationLabels = { file: pathOfUri,
    line: (at) => (texts[pathOfUri(at.uri)] ?? '').slice(0, at.span.start).split('\n').length };
  const hover = hoverAt(workspace, { uri, offset, locationLabels, analysis: () => analyse(workspace) });
  if (!hover) return undefined;
  const { start, end } = hover.location.span;
  return {
    hoveredText: (texts[pathOfUri(hover.location.uri)] ?? '').slice(start, end),
    text: toPlainText(hover.blocks),
    markdown: toMarkdown(hover.blocks, (at) => `${at.uri}#L${locationLabels.line(at)}`),
  };
}
