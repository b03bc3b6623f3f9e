import { valueSpan, type ScalarNode } from '../../syntax/tree';
import type { Span, TextEdit } from '../../text/span';
import type { NameReference } from '../parsed-name';

/**
 * Undefined in a file that is not edited, and for characters that a function puts together of several texts: an edit of one of them would
 * not be the edit of the name.
 */
export function editOfName({ layer, text: { node } }: NameReference, characters: Span, newText: string): TextEdit | undefined {
  if (layer.refusalOf(newText) !== undefined) return undefined;
  const span = spanOfCharacters(layer.text, node, characters);
  return span && { span: layer.toFileSpan(span), newText: layer.escape(layer.syntax.escape(quotedWhereNeeded(newText, node, span), node)) };
}

function spanOfCharacters(text: string, node: ScalarNode, { start, end }: Span): Span | undefined {
  const span = valueSpan(node, start, end);
  if (node.offsets === undefined) return span;
  const characters = node.value.slice(start, end);
  const spanOfLast = { start: span.start, end: valueSpan(node, end - 1, end).start + 1 };
  // Behind the last character of a part the next part may begin far away.
  const literalSpan = [span, spanOfLast].find((candidate) => text.slice(candidate.start, candidate.end) === characters);
  const isComposed = node.content.start === node.span.start && node.style === undefined;
  return literalSpan ?? (isComposed ? undefined : span);
}

/** An account id that begins with zero would be a number in YAML. */
function quotedWhereNeeded(newText: string, { style, content }: ScalarNode, span: Span): string {
  const isWhole = span.start === content.start && span.end === content.end;
  return style === 'plain' && isWhole && /^0\d+$/.test(newText) ? `'${newText}'` : newText;
}
