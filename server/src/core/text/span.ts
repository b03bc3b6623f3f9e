/**
 * A half-open range of UTF-16 offsets, `start` included, `end` excluded. Whose text it counts in is said where the span
 * is kept: nodes of a tree count in their layer's text, a `Location` counts in the file.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A range in a file of the workspace: what findings, related information and text edits speak. */
export interface Location {
  readonly uri: string;
  readonly span: Span;
}

/** A change of a file's text; `span` counts in the file. */
export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

/** Whether the two spans share a character, or touch when one of them is empty. */
export function spansOverlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end || a.start === b.start && (a.start === a.end || b.start === b.end)
    || a.end === b.end && (a.start === a.end || b.start === b.end);
}

export function spanContainsOffset({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

export function spanContains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
