import type { Span, TextEdit } from '../text/span';

export function insertAt(offset: number, newText: string): TextEdit {
  return { span: { start: offset, end: offset }, newText };
}

export function removeSpan(span: Span): TextEdit {
  return { span, newText: '' };
}
