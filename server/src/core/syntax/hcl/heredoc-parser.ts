import * as CODE from './character-codes';
import { addFault, type HclReader, isTopLevelBlock } from './hcl-reader';
import type { TemplateExpression, TemplateSegment, TemplateText } from './hcl-tree';
import { readParts, withStrippedBlanks } from './template-parser';
import { sliceText } from './template-text';

/**
 * From `<<` on; undefined where no marker follows. It ends with the line of its marker. Where no such line comes, it ends in front of the
 * next block of the file, which begins in the first column.
 */
export function readHeredoc(reader: HclReader): TemplateExpression | undefined {
  const start = reader.offset;
  INTRODUCTION.lastIndex = start;
  const [introduction, dash, marker] = INTRODUCTION.exec(reader.text) ?? [];
  if (introduction === undefined || marker === undefined) return undefined;
  reader.offset += introduction.length;
  const content = reader.offset;
  const hasMarker = (lastLineOf(reader, marker) ?? -1) >= content;
  const parts: TemplateSegment[] = [];
  const strips = readParts(reader, parts, ({ text, offset }) => offset >= text.length || isLineStart(text, offset)
    && (hasMarker ? isLineOf(text, offset, marker) : isTopLevelBlock(text, offset)));
  const end = reader.offset;
  const closed = hasMarker && end < reader.text.length;
  if (closed) reader.offset = reader.text.indexOf(marker, end) + marker.length;
  else addFault(reader, start, start + introduction.length);
  const isIndented = dash === '-';
  const strippedParts = withStrippedBlanks(parts, strips);
  return { kind: 'template', span: { start, end: reader.offset }, content: { start: content, end },
    parts: isIndented ? withoutIndentation(strippedParts) : strippedParts, heredoc: { marker, isIndented }, closed };
}

const INTRODUCTION = /<<(-?)([A-Za-z_][\w-]*)[ \t]*\r?\n/y;

function isLineStart(text: string, offset: number): boolean {
  return text.charCodeAt(offset - 1) === CODE.NEWLINE;
}

/** Whether the line that begins here consists of the marker. */
function isLineOf(text: string, offset: number, marker: string): boolean {
  return lineAt(text, offset).trim() === marker;
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end < 0 ? text.length : end);
}

/** Where the last line of that marker is: looked up in one pass over the text, since each of many markers could be missing. */
function lastLineOf(reader: HclReader, marker: string): number | undefined {
  reader.lastLineOfWord ??= lastLinesOfWords(reader.text);
  return reader.lastLineOfWord.get(marker);
}

function lastLinesOfWords(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (let offset = 0; offset < text.length;) {
    const line = lineAt(text, offset);
    const word = line.trim();
    if (WORD.test(word)) lines.set(word, offset);
    offset += line.length + 1;
  }
  return lines;
}

const WORD = /^[A-Za-z_][\w-]*$/;

/**
 * Takes the smallest indentation off every line: lines of blanks do not count, and a line that begins with an interpolation has none
 * (hcl: hclsyntax/parser_template.go, flushHeredocTemplateParts).
 */
function withoutIndentation(parts: readonly TemplateSegment[]): readonly TemplateSegment[] {
  const lines = parts.flatMap<TemplateSegment>((part) => (part.kind === 'text' ? linesOf(part) : part));
  const isIndentable = (part: TemplateSegment, index: number): boolean => !isBlankLine(part) && startsLine(lines, index);
  const indentation = lines.filter(isIndentable).reduce((smallest, part) => Math.min(smallest, indentationOf(part)), Infinity);
  if (indentation === 0 || indentation === Infinity) return parts;
  return lines.map((part, index) =>
    (part.kind === 'text' && isIndentable(part, index) ? sliceText(part, indentation, part.value.length) : part));
}

function linesOf(part: TemplateText): readonly TemplateText[] {
  return Array.from(part.value.matchAll(/\n|[^\n]+\n?/g), ({ 0: line, index }) => sliceText(part, index, index + line.length));
}

function startsLine(parts: readonly TemplateSegment[], index: number): boolean {
  const before = parts[index - 1];
  return !before || before.kind === 'text' && before.value.endsWith('\n');
}

function isBlankLine(part: TemplateSegment): boolean {
  return part.kind === 'text' && part.value.endsWith('\n') && part.value.trim() === '';
}

function indentationOf(part: TemplateSegment): number {
  return part.kind === 'text' ? part.value.length - part.value.trimStart().length : 0;
}
