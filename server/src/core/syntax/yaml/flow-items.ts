import type { CST } from 'yaml';
import { insertAt } from '../text-edits';
import { spanOfToken, tokenOfType, type TreeBuilder } from './builder';
import { reportTrailingText } from './scalar-builder';
import { addFault, missingComma, unclosedBracket, unexpectedComma, unexpectedText } from './yaml-faults';

export type CollectionToken = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;

/** Whether anything but commas, blanks and comments is in an item of a flow collection. */
export function isFlowItemEmpty({ start, key, sep, value }: CST.CollectionItem): boolean {
  return !key && !sep && !value && !start.some(({ type }) => type === 'anchor' || type === 'tag' || type === 'explicit-key-ind');
}

/** Reports commas that are missing in front of an item, or too many there. */
export function reportCommas(builder: TreeBuilder, { items }: CST.FlowCollection, index: number): void {
  const item = items[index];
  if (!item) return;
  const { start, key, sep, value } = item;
  const comma = tokenOfType(start, 'comma');
  const isEmpty = !key && isFlowItemEmpty(item);
  if (index > 0 && !comma && !isEmpty) {
    const next = tokenOfType(start, 'anchor') ?? tokenOfType(start, 'tag') ?? key ?? value ?? sep?.[0];
    if (next) addFault(builder, missingComma(next.offset));
  }
  if (comma) {
    const surplus = index === 0 || isEmpty && index < items.length - 1 ? comma
      : start.find((token) => token.type === 'comma' && token !== comma);
    if (surplus) addFault(builder, unexpectedComma(spanOfToken(surplus)));
  }
  if (sep && value && !tokenOfType(sep, 'map-value-ind')) addFault(builder, missingComma(value.offset));
  if (key?.type === 'block-map' || key?.type === 'block-seq') addFault(builder, unexpectedText(spanOfToken(key)));
  if (value?.type === 'block-map' || value?.type === 'block-seq') addFault(builder, unexpectedText(spanOfToken(value)));
}

/** @param contentEnd behind the last part. @returns behind the closing bracket, where there is one */
export function readFlowEnd(builder: TreeBuilder, token: CST.FlowCollection, contentEnd: number): { end: number; closed: boolean } {
  const expected = token.start.source === '{' ? 'flow-map-end' : 'flow-seq-end';
  const [closing, ...others] = token.end;
  // A bracket that was put in to read on is not in the text.
  if (closing?.type !== expected || builder.text[closing.offset] !== closing.source) {
    addFault(builder, unclosedBracket(token.start.offset, contentEnd, token.start.source));
    builder.missingBrackets.push(insertAt(contentEnd, token.start.source === '{' ? '}' : ']'));
    return { end: contentEnd, closed: false };
  }
  reportTrailingText(builder, others);
  return { end: closing.offset + 1, closed: true };
}
