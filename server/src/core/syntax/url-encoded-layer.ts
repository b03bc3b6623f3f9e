import type { SourceLayer, Syntax } from './syntax';
import { valueSpan, type ScalarNode } from './tree';

/** The layer of a text that stands URL-encoded in a string of another layer, as the IAM API gives policies: `%7B%22Version%22%3A…`. */
export function urlEncodedLayer(outer: SourceLayer, node: ScalarNode, syntax: Syntax): SourceLayer {
  const { text, starts } = percentDecode(node.value);
  const position = (at: number): number => starts[at] ?? node.value.length;
  return {
    syntax,
    text,
    toFileSpan: (span) => outer.toFileSpan(valueSpan(node, position(span.start), position(span.end))),
    escape: (part) => outer.escape(outer.syntax.escape(percentEncode(part), node)),
    refusalOf: (part) => outer.syntax.refusalOf(percentEncode(part), node)
      ?? outer.refusalOf(outer.syntax.escape(percentEncode(part), node)),
  };
}

/** With RFC 3986's reserved characters, which `encodeURIComponent` leaves. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `starts`: where each character of the text starts in the encoded one. */
function percentDecode(encoded: string): { readonly text: string; readonly starts: readonly number[] } {
  const starts: number[] = [];
  let text = '';
  for (const { 0: piece, index } of encoded.matchAll(/(?:%[0-9A-Fa-f]{2})+|[^%]+|%/g)) {
    if (piece.length < 3 || !piece.startsWith('%')) {
      for (let i = 0; i < piece.length; i++) starts.push(index + i);
      text += piece;
      continue;
    }
    let at = index;
    for (const { character, length } of decodeBytes(piece)) {
      starts.push(...new Array<number>(character.length).fill(at));
      at += length;
      text += character;
    }
  }
  return { text, starts };
}

/** The characters of `%C3%A9`, each with the length of its code. */
function decodeBytes(piece: string): readonly { readonly character: string; readonly length: number }[] {
  try {
    return Array.from(decodeURIComponent(piece), (character) => ({ character, length: encodedLength(character) }));
  } catch {
    // Bytes that are not UTF-8 keep their number, one character each.
    return Array.from(piece.matchAll(/%(..)/g),
      ([code, digits = '']) => ({ character: String.fromCharCode(Number.parseInt(digits, 16)), length: code.length }));
  }
}

/** Three characters for each byte of UTF-8. */
function encodedLength(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 3 : code < 0x800 ? 6 : code < 0x10000 ? 9 : 12;
}
