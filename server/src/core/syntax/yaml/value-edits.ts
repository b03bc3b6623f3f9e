import type { TextEdit } from '../../text/span';
import { lineEnd, lineStart } from '../../text/lines';
import { insertAt } from '../text-edits';
import type { Member, Node } from '../tree';
import type { JsonValue } from '../tree-edit';
import { isInFlow, printStyleBeside, type YamlTarget } from './edit-target';
import { isPrintedAsBlock, printBehindColon, printBlock, printFlow, printItem, type YamlPrintStyle } from './print-yaml';
import { columnOf, nameColumn, nodePlace } from './yaml-layout';

/** A value in place of a node. */
export function replacementEdits(target: YamlTarget, node: Node, value: JsonValue): TextEdit[] {
  const { text } = target;
  const { span } = node;
  const style = printStyleBeside(target, [node]);
  if (isInFlow(target, span.start)) return [{ span, newText: blankBefore(text, span.start) + printFlow(value, style) }];
  const place = nodePlace(text, span);
  const startsBelow = text.slice(place.offset, span.start).includes('\n');
  if (place.behind === 'colon' && !(startsBelow && place.hasComment)) {
    const column = nameColumn(text, place.offset);
    return [{ span: { start: place.offset, end: span.end }, newText: printBehindColon(value, column, flowLike(text, node, style)) }];
  }
  const column = place.behind === 'other' && !startsBelow ? 0 : columnOf(text, span.start);
  const printed = printBlock(value, column, flowLike(text, node, style));
  return [{ span, newText: blankBefore(text, span.start) + printed }];
}

/** A list in brackets stays one. */
function flowLike(text: string, { kind, span }: Node, style: YamlPrintStyle): YamlPrintStyle {
  return kind === 'list' && text[span.start] === '[' && span.end - span.start > 2 ? { ...style, hasFlowLists: true } : style;
}

/** Behind a dash, a colon or a tag nothing may stand without a blank. */
function blankBefore(text: string, offset: number): string {
  return offset > 0 && /[^\s[{,(]/.test(text.charAt(offset - 1)) ? ' ' : '';
}

/** `Action: kms:Decrypt` becomes a list with the old value and the new ones. */
export function wrapEdits(target: YamlTarget, { key, value }: Member, values: readonly JsonValue[]): TextEdit[] {
  if (!value) return [];
  const { text, layout } = target;
  const style = printStyleBeside(target, [value]);
  const { start, end } = value.span;
  const isFlow = isInFlow(target, key.span.start);
  if (isFlow || layout.hasFlowLists && values.every((item) => !isPrintedAsBlock(item, style)) && fitsInFlow(text, value))
    return [insertAt(start, '['), insertAt(end, `${values.map((item) => `, ${printFlow(item, style)}`).join('')}]`)];
  const place = nodePlace(text, value.span);
  const gap = text.slice(place.offset, start);
  const startsBelow = gap.includes('\n');
  const column = startsBelow ? columnOf(text, start) : columnOf(text, key.span.start) + layout.listIndent.length;
  const lineBreak = layout.eol + ' '.repeat(column);
  const opening = startsBelow ? insertAt(start, '- ') : { span: { start: place.offset, end: start }, newText: `${lineBreak}- ` };
  const shift = ' '.repeat(startsBelow ? 2 : layout.listIndent.length + 2);
  const items = values.map((item) => lineBreak + printItem(item, column, style)).join('');
  return [opening, ...indentLines(text, start, end, shift), insertAt(lineEnd(text, end), items)];
}

/** A word that can stand in brackets as it is. */
function fitsInFlow(text: string, value: Node): boolean {
  if (value.kind !== 'scalar' || value.style === 'literal' || value.style === 'folded') return false;
  const source = text.slice(value.span.start, value.span.end);
  return !source.includes('\n') && (value.style !== 'plain' || !/[{},[\]]/.test(source));
}

/** The lines below the first one, but for empty ones. */
function indentLines(text: string, start: number, end: number, indent: string): TextEdit[] {
  const edits: TextEdit[] = [];
  for (let at = text.indexOf('\n', start) + 1; at > 0 && at < end; at = text.indexOf('\n', at) + 1)
    if (lineEnd(text, at) > at) edits.push(insertAt(at, indent));
  return edits;
}

/** Gives a value to a member that has none. */
export function valueEdits(target: YamlTarget, { key }: Member, values: readonly JsonValue[]): TextEdit[] {
  const { text } = target;
  const style = printStyleBeside(target, []);
  const [first, ...others] = values;
  const value = first === undefined || others.length > 0 ? values : first;
  const colon = /^\s*:/.exec(text.slice(key.span.end, key.span.end + 400))?.[0];
  const at = key.span.end + (colon?.length ?? 0);
  const sign = colon === undefined ? ':' : '';
  if (isInFlow(target, key.span.start)) return [insertAt(at, `${sign} ${printFlow(value, style)}`)];
  const printed = printBehindColon(value, columnOf(text, key.span.start), style);
  if (!printed.includes('\n')) return [insertAt(at, sign + printed)];
  const end = lineEnd(text, at);
  return end === at ? [insertAt(at, sign + printed)] : [...sign === '' ? [] : [insertAt(at, sign)], insertAt(end, printed)];
}

/** Behind a node and the comment on its line. */
export function endOfLastLine(text: string, end: number): number {
  return lineEnd(text, end);
}

export function isFirstInLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset));
}
