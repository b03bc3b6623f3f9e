import { Lexer } from 'yaml';
import type { Span } from '../../text/span';

/**
 * The pieces of a text, without the signs of the lexer that stand for no text.
 *
 * @yields `isScalar`: a plain scalar, or the lines of a block
 */
export function* lexemesOf(text: string): Generator<{ readonly lexeme: string; readonly isScalar: boolean }, void> {
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    const isSign: boolean = !isScalar && (lexeme === '\x02' || lexeme === '\x18' || lexeme === '\x1f');
    if (!isSign) yield { lexeme, isScalar };
    isScalar = isSign && lexeme === '\x1f';
  }
}

/** The outermost collections in brackets. */
export function flowSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let at = 0;
  let depth = 0;
  let start = 0;
  for (const { lexeme, isScalar } of lexemesOf(text)) {
    if (!isScalar && (lexeme === '{' || lexeme === '[')) {
      if (depth === 0) start = at;
      depth++;
    } else if (!isScalar && depth > 0 && (lexeme === '}' || lexeme === ']')) {
      depth--;
      if (depth === 0) spans.push({ start, end: at + 1 });
    }
    at += lexeme.length;
  }
  return depth > 0 ? [...spans, { start, end: text.length }] : spans;
}

/** Whether the offset is between the brackets of one of the spans. */
export function isWithin(spans: readonly Span[], offset: number): boolean {
  return spans.some((span) => span.start < offset && offset < span.end);
}
