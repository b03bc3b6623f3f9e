import type { TemplateSegment, TemplateText } from './hcl-tree';

/** The text between two `${…}` or `%{…}` of a template, while it is read. */
export interface TextBuilder {
  readonly text: string;
  readonly start: number;
  /** Up to where the text is in `value`. */
  copiedTo: number;
  value: string;
  /** Undefined as long as value and text are the same characters. */
  offsets: number[] | undefined;
}

export function createTextBuilder(text: string, start: number): TextBuilder {
  return { text, start, copiedTo: start, value: '', offsets: undefined };
}

/** An escape, which stands for other characters than are written. */
export function appendEscape(builder: TextBuilder, start: number, end: number, characters: string): void {
  builder.offsets ??= [];
  copyUpTo(builder, start);
  builder.value += characters;
  while (builder.offsets.length < builder.value.length) builder.offsets.push(start);
  builder.copiedTo = end;
}

function copyUpTo(builder: TextBuilder, end: number): void {
  builder.value += builder.text.slice(builder.copiedTo, end);
  if (builder.offsets) for (let i = builder.copiedTo; i < end; i++) builder.offsets.push(i);
  builder.copiedTo = end;
}

/** Adds the text up to that offset to the parts; nothing where it is empty. */
export function finishText(builder: TextBuilder, end: number, parts: TemplateSegment[]): void {
  copyUpTo(builder, end);
  const { start, value, offsets } = builder;
  offsets?.push(end);
  if (end > start) parts.push({ kind: 'text', span: { start, end }, value, offsets });
}

/** The characters `start` to `end` of the value, and where they are. */
export function sliceText(part: TemplateText, start: number, end: number): TemplateText {
  const { span, value, offsets } = part;
  const sliceSpan = offsets ? { start: offsets[start] ?? span.end, end: offsets[end] ?? span.end }
    : { start: span.start + start, end: span.start + end };
  return { kind: 'text', span: sliceSpan, value: value.slice(start, end), offsets: offsets?.slice(start, end + 1) };
}
