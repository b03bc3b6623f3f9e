import type { Span } from '../../text/span';
import type { DecodedScalar } from './flow-scalar';

export interface BlockScalarHeader {
  readonly folded: boolean;
  /** `-` drops the line breaks at the end, `+` keeps all of them, and without either one is kept. */
  readonly chomping: '-' | '+' | '';
  /** The column that lines start in, where the header says so. */
  readonly indentation: number | undefined;
}

export interface DecodedBlockScalar extends DecodedScalar {
  readonly offsets: number[];
  /** From the first character of the value to the end of its last line. */
  readonly content: Span;
  readonly indentation: number;
  /** Where lines begin that are indented less than the first one: no YAML. */
  readonly badLine: number | undefined;
}

/** @param parentIndentation what an indentation indicator counts from */
export function readBlockScalarHeader(source: string, parentIndentation: number): BlockScalarHeader {
  const digit = /[1-9]/.exec(source)?.[0];
  const chomping = /[-+]/.exec(source)?.[0];
  return { folded: source.startsWith('>'), chomping: chomping === '-' || chomping === '+' ? chomping : '',
    indentation: digit === undefined ? undefined : Math.max(0, parentIndentation) + Number(digit) };
}

interface BlockLine {
  /** Behind its spaces. */
  readonly text: number;
  /** Before its line break. */
  readonly end: number;
  readonly start: number;
}

/**
 * The value of a literal or folded scalar (YAML 1.2.2, 8.1). A line break of the value is at the end of its line.
 *
 * @param span the lines below the header
 */
export function decodeBlockScalar(text: string, span: Span, header: BlockScalarHeader): DecodedBlockScalar {
  const lines = linesOf(text, span);
  let end = lines.length;
  while (end > 0 && isEmptyLine(lines[end - 1])) end--;
  if (end === 0) return emptyScalar(lines, span, header);
  const first = lines.findIndex((line) => !isEmptyLine(line));
  const indentation = header.indentation ?? widthOf(lines[first]);
  // Lines of blanks alone that go beyond the indentation are text.
  for (let i = lines.length - 1; i >= end; i--) if (widthOf(lines[i]) > indentation) end = i + 1;
  const writer: Writer = { text, value: '', offsets: [], indentation };
  for (const line of lines.slice(0, first)) {
    appendLine(writer, line);
    appendBreaks(writer, line.end, 1);
  }
  if (header.folded) foldLines(writer, lines.slice(first, end));
  else joinLines(writer, lines.slice(first, end));
  const contentEnd = lines[end - 1]?.end ?? span.end;
  if (header.chomping === '+') {
    for (let i = end; i < lines.length; i++) {
      appendBreaks(writer, lines[i - 1]?.end ?? contentEnd, 1);
      const line = lines[i];
      if (line) appendLine(writer, { ...line, end: line.text });
    }
  }
  if (header.chomping === '' || header.chomping === '+' && !writer.value.endsWith('\n')) appendBreaks(writer, contentEnd, 1);
  const behind = Math.max(contentEnd, writer.offsets.at(-1) ?? contentEnd);
  const { value, offsets } = writer;
  offsets.push(behind);
  const badLine = lines.slice(0, end).find((line, index) =>
    index < first ? header.indentation === undefined && widthOf(line) > indentation : !isEmptyLine(line) && widthOf(line) < indentation);
  return { value, offsets, content: { start: offsets[0] ?? behind, end: behind }, indentation, badLine: badLine?.text };
}

/** No line has any text. */
function emptyScalar(lines: readonly BlockLine[], span: Span, { chomping, indentation }: BlockScalarHeader): DecodedBlockScalar {
  const count = chomping === '+' && span.end > span.start ? Math.max(1, lines.length - 1) : 0;
  const offsets = Array.from({ length: count }, (_, i) => lines[i]?.end ?? span.start);
  const content = { start: offsets[0] ?? span.start, end: Math.max(span.start, offsets.at(-1) ?? span.start) };
  offsets.push(content.end);
  return { value: '\n'.repeat(count), offsets, content, indentation: indentation ?? 0, badLine: undefined };
}

/** The part behind the last line break is a line too, mostly an empty one. */
function linesOf(text: string, { start, end }: Span): BlockLine[] {
  const lines: BlockLine[] = [];
  for (let at = start; at <= end;) {
    const lineBreak = text.indexOf('\n', at);
    const next = lineBreak < 0 || lineBreak >= end ? end : lineBreak;
    const lineEnd = next > at && text[next - 1] === '\r' ? next - 1 : next;
    let first = at;
    while (first < lineEnd && text[first] === ' ') first++;
    lines.push({ start: at, text: first, end: lineEnd });
    at = next + 1;
  }
  return lines;
}

function isEmptyLine(line: BlockLine | undefined): boolean {
  return line === undefined || line.text === line.end;
}

function widthOf(line: BlockLine | undefined): number {
  return line === undefined ? 0 : line.text - line.start;
}

interface Writer {
  readonly text: string;
  readonly indentation: number;
  value: string;
  readonly offsets: number[];
}

function appendLine(writer: Writer, { start, end }: BlockLine): void {
  const from = Math.min(start + writer.indentation, end);
  writer.value += writer.text.slice(from, end);
  for (let i = from; i < end; i++) writer.offsets.push(i);
}

function appendBreaks(writer: Writer, at: number, count: number, character = '\n'): void {
  for (let i = 0; i < count; i++) {
    writer.value += character;
    writer.offsets.push(at);
  }
}

function joinLines(writer: Writer, lines: readonly BlockLine[]): void {
  lines.forEach((line, index) => {
    if (index > 0) appendBreaks(writer, lines[index - 1]?.end ?? line.start, 1);
    appendLine(writer, line);
  });
}

/** A break between lines of text becomes a space; empty lines become breaks, and so does a break beside a line that is indented deeper. */
function foldLines(writer: Writer, lines: readonly BlockLine[]): void {
  let previous: BlockLine | undefined;
  let previousIsDeeper = false;
  let emptyLines = 0;
  for (const line of lines) {
    const width = widthOf(line);
    const isDeeper = width > writer.indentation || writer.text[line.text] === '\t' && !isEmptyLine(line);
    if (isEmptyLine(line) && !isDeeper) {
      emptyLines++;
      continue;
    }
    if (previous) {
      if (isDeeper || previousIsDeeper) appendBreaks(writer, previous.end, emptyLines + 1);
      else if (emptyLines === 0) appendBreaks(writer, previous.end, 1, ' ');
      else appendBreaks(writer, previous.end, emptyLines);
    }
    appendLine(writer, line);
    previous = line;
    previousIsDeeper = isDeeper;
    emptyLines = 0;
  }
}
