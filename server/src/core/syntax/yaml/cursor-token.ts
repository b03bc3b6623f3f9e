import { lineEnd } from '../../text/lines';
import type { CursorToken, SourceLayer, TokenRepair } from '../syntax';
import { insertAt } from '../text-edits';
import type { TagMembers } from './builder';
import { closingQuote, cursorPlaceAt, lineContextAt, plainEnd, type CursorPlace } from './cursor-place';
import { printInsertion } from './print-insertion';
import { yamlLayout } from './yaml-layout';

/** The token at an offset of the layer, by the text around it alone; undefined where nothing can be typed. */
export function yamlTokenAt(layer: SourceLayer, offset: number, tagMembers: TagMembers): CursorToken | undefined {
  const { text } = layer;
  const place = cursorPlaceAt(text, offset);
  const end = place && tokenEnd(text, place, offset);
  if (!place || end === undefined) return undefined;
  const line = place.sign === 'line-start' ? lineContextAt(text, place.start) : undefined;
  const prefix = text.slice(place.start + place.quote.length, offset);
  const position = positionOf(place, line?.isItem === true);
  const behind = text.slice(end, lineEnd(text, end)).trimStart();
  const valueFollows = position !== 'value' && /^:(?:[\s,[\]{}]|$)/.test(behind);
  // In front of other text on its line nothing can stand in a block.
  if (place.bracket === undefined && place.quote === '' && !valueFollows && behind !== '' && !behind.startsWith('#')) return undefined;
  // The blank behind a sign is written anew: a value with lines of its own leaves none.
  const isBehindSign = !place.hasTag && (place.sign === 'colon' || place.sign === 'dash');
  const start = isBehindSign ? place.signEnd : place.start;
  const gap = isBehindSign ? text.slice(start, place.start) || ' ' : '';
  const isCommaMissing = place.bracket !== undefined && place.sign === 'value';
  const comma = place.bracket !== undefined && !/^(?:[,:\]}#]|$)/.test(behind) ? ',' : '';
  const layout = yamlLayout(text, tagMembers);
  const context = { text, place, line, gap, valueFollows, layout };
  return {
    span: { start, end }, opening: text.slice(start, place.start) + place.quote, prefix, position, valueFollows, indentsLines: true,
    editsBefore: isCommaMissing ? [insertAt(place.signEnd, ',')] : [],
    repairs: (mark) => repairsOf(`'${prefix.replace(/'/g, '\'\'')}${mark}'`, { ...context, position })
      .map((repair) => ({ ...repair, text: `${isCommaMissing ? ',' : ''}${gap}${repair.text}${comma}` })),
    print: (insertion) => printInsertion(insertion, context) + comma,
  };
}

/** Behind the token; undefined where something else than a word begins at the cursor. */
function tokenEnd(text: string, { bracket, sign, start, quote }: CursorPlace, offset: number): number | undefined {
  const endOfLine = lineEnd(text, offset);
  if (quote !== '') {
    const close = closingQuote(text, start, endOfLine);
    // `['kms:|, 'kms:Encrypt']`: what looks like the closing quote opens the next string.
    if (close !== undefined && !/[\s,[\]]/.test(text.slice(offset, close))) return close + 1;
  } else if (start === offset && /[{[!&|>#%@`]/.test(text.charAt(offset))) {
    return undefined;
  }
  const end = Math.max(offset, plainEnd(text, start, { limit: endOfLine, isInBrackets: bracket !== undefined, isValue: sign === 'colon' }));
  return offset + (/^[^\s'"]*/.exec(text.slice(offset, end))?.[0].length ?? 0);
}

function positionOf({ bracket, sign }: CursorPlace, isItem: boolean): CursorToken['position'] {
  if (sign === 'colon') return 'value';
  return bracket === '[' || sign === 'dash' || isItem ? 'item' : 'name';
}

interface RepairContext extends Pick<CursorToken, 'position' | 'valueFollows'> {
  readonly place: CursorPlace;
  readonly line: ReturnType<typeof lineContextAt> | undefined;
}

/** @param scalar what is typed, with the mark, in quotes */
function repairsOf(scalar: string, { place, line, position, valueFollows }: RepairContext): TokenRepair[] {
  const value: TokenRepair = { reading: 'typed', text: scalar };
  if (place.hasTag || valueFollows || position === 'value') return [value];
  const name = `${scalar}: null`;
  if (place.bracket === '{') return [{ reading: 'typed', text: name }];
  if (place.bracket === '[') return [value, { reading: 'object-item', text: `{${name}}` }];
  if (!line) return [{ reading: 'first-name', text: name }, value];
  const item: TokenRepair = { reading: 'typed', text: `- ${scalar}` };
  if (line.isItem) return [{ reading: 'first-name', text: `- ${name}` }, item];
  return [{ reading: line.isBelowName ? 'first-name' : 'typed', text: name }, item];
}
