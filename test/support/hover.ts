import * as assert from 'node:assert/strict';
import { hoverAt } from '../../server/src/core/editor/hover/hover';
import { toMarkdown, toPlainText } from '../../server/src/core/editor/hover/rich';
import { analyse } from '../../server/src/core/rules/analyse';
import type { Places } from '../../server/src/core/answers/places';
import { cursorIn, type AtCursor } from './spot';
import { pathOf, type Files } from './workspace';

/** What is hovered over: `"text" of the file`, and the hover as plain text. */
export interface Told {
  readonly over: string;
  readonly text: string;
  readonly markdown: string;
}

/** The hover at the one `|` of the texts; undefined where there is none. */
export function hoverIn(files: Files): Told | undefined {
  return toldAt(cursorIn(files));
}

/** The hover in the middle of the first `word` of the file; without one the test fails. */
export function hoverOn(files: Readonly<Record<string, string>>, path: string, word: string): Told {
  const text = files[path] ?? '';
  const at = text.indexOf(word);
  assert.ok(at >= 0, `no ${word} in ${path}`);
  const middle = at + Math.ceil(word.length / 2);
  const told = hoverIn({ ...files, [path]: `${text.slice(0, middle)}|${text.slice(middle)}` });
  assert.ok(told, `nothing is told of ${word}`);
  return told;
}

function toldAt({ workspace, texts, uri, offset }: AtCursor): Told | undefined {
  const places: Places = { file: pathOf, line: (at) => (texts[pathOf(at.uri)] ?? '').slice(0, at.span.start).split('\n').length };
  const hover = hoverAt(workspace, { uri, offset, places, verdicts: () => analyse(workspace) });
  if (!hover) return undefined;
  const { start, end } = hover.at.span;
  return {
    over: (texts[pathOf(hover.at.uri)] ?? '').slice(start, end),
    text: toPlainText(hover.blocks),
    markdown: toMarkdown(hover.blocks, (at) => `${at.uri}#L${places.line(at)}`),
  };
}
