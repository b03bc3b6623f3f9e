import type { CST } from 'yaml';
import type { TextEdit } from '../../text/span';
import type { YamlFaultCollector } from './yaml-faults';

/** What is put into a text before it is read again, in the order of the text. */
export interface InsertedText {
  /** With what was put in. */
  readonly source: string;
  readonly insertions: readonly TextEdit[];
}

/**
 * Puts in what is missing: the closing bracket of a list or an object, at whose end the parser loses count of the columns, or the colon or
 * blank of `Sid:Consumer`, which would make one name of two lines. Where brackets are missing such names may be a consequence.
 */
export function insertMissingText(text: string,
  { missingBrackets, missingColons }: Pick<YamlFaultCollector, 'missingBrackets' | 'missingColons'>): InsertedText {
  const insertions = missingBrackets.length > 0 ? missingBrackets : missingColons;
  insertions.sort((a, b) => a.span.start - b.span.start);
  let source = '';
  let at = 0;
  for (const { span, newText } of insertions) {
    source += text.slice(at, span.start) + newText;
    at = span.start;
  }
  return { source: source + text.slice(at), insertions };
}

/** Moves the tokens of the source to their places in the text; what was put into the middle of a scalar is taken out of it. */
export function moveTokens(root: CST.Token, text: string, insertions: readonly TextEdit[]): void {
  if (insertions.length === 0) return;
  const moved = new Set<unknown>();
  const places = placesInSource(insertions);
  const move = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || moved.has(value)) return;
    moved.add(value);
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) move(item);
      return;
    }
    const token = value as { offset?: number; source?: string } & Record<string, unknown>;
    if (token.offset !== undefined) {
      const start = offsetInText(token.offset, places);
      if (token.source !== undefined) {
        const end = offsetInText(token.offset + token.source.length, places);
        if (end > start && end - start < token.source.length) token.source = text.slice(start, end);
      }
      token.offset = start;
    }
    for (const name of PARTS) move(token[name]);
  };
  move(root);
}

/** Where tokens have other tokens. */
const PARTS = ['start', 'items', 'key', 'sep', 'value', 'props', 'end'];

interface PlaceInSource {
  /** Behind what was put in. */
  readonly end: number;
  /** How much was put in up to there. */
  readonly shift: number;
}

function placesInSource(insertions: readonly TextEdit[]): readonly PlaceInSource[] {
  let shift = 0;
  return insertions.map(({ span, newText }) => {
    shift += newText.length;
    return { end: span.start + shift, shift };
  });
}

/** The place in the text of an offset in the source. */
export function placeInText(offset: number, insertions: readonly TextEdit[]): number {
  return insertions.length === 0 ? offset : offsetInText(offset, placesInSource(insertions));
}

function offsetInText(offset: number, places: readonly PlaceInSource[]): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return offset - (places[low - 1]?.shift ?? 0);
}
