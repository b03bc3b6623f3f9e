import { lineEnd, lineStart } from '../../text/lines';
import type { Span, TextEdit } from '../../text/span';
import type { ContainerChange } from '../edit-plan';
import { insertAt, removeSpan } from '../text-edits';
import type { JsonValue } from '../tree-edit';
import { type HclTarget, indentationAt, isFirstInLine, styleAt } from './edit-target';
import type { HclAttribute, HclBlock, HclBody } from './hcl-tree';
import { INDENTATION, printExpression } from './print-hcl';

/** A body of a file or of a block. */
export interface BodyPlace {
  readonly body: HclBody;
  /** Undefined for the body of the file. */
  readonly block: HclBlock | undefined;
}

/** Adds attributes, and takes attributes and blocks out. */
export function bodyEdits(target: HclTarget, { body, block }: BodyPlace,
  { removedParts, addedParts }: ContainerChange): readonly TextEdit[] {
  const { text } = target;
  const removedStarts = new Set(Array.from(removedParts, ({ span }) => span.start));
  const removedItems = body.items.filter((item) => removedStarts.has(item.span.start));
  const remainingItems = body.items.filter((item) => !removedItems.includes(item));
  if (block && !text.slice(block.body.span.start, block.span.end).includes('\n'))
    return [expandedBlock(target, block, remainingItems, addedParts)];
  const edits = removedItems.map((item) => removeSpan(linesOf(text, item.span)));
  const indentation = bodyIndentation(target, { body, block });
  const [firstItem] = remainingItems;
  for (const { name, value, after, first } of addedParts) {
    const printed = printAttribute(target, name ?? '', value, indentation);
    const place = first === true ? undefined : attributeBefore(remainingItems, after);
    if (place) edits.push(insertAt(lineEnd(text, place.span.end), target.eol + printed));
    else if (firstItem)
      edits.push(insertAt(lineStart(text, firstItem.span.start), printed + target.eol + emptyLineBefore(target, firstItem)));
    else edits.push(insertAt(lineEnd(text, body.span.start), target.eol + printed));
  }
  return edits;
}

/** The attribute of that name, else the last one that stands in front of all blocks. */
function attributeBefore(items: readonly (HclAttribute | HclBlock)[], name: string | undefined): HclAttribute | undefined {
  const attributes = items.filter((item) => item.kind === 'attribute');
  const firstBlock = items.findIndex((item) => item.kind === 'block');
  return attributes.filter((attribute) => attribute.name === name).at(-1)
    ?? items.slice(0, firstBlock < 0 ? undefined : firstBlock).filter((item) => item.kind === 'attribute').at(-1);
}

/** Between an attribute and the first block. */
function emptyLineBefore({ eol }: HclTarget, { kind }: HclAttribute | HclBlock): string {
  return kind === 'block' ? eol : '';
}

function printAttribute(target: HclTarget, name: string, value: JsonValue, indentation: string): string {
  return `${indentation}${name} = ${printExpression(value, { ...styleAt(target, -1), eol: target.eol + indentation })}`;
}

export function bodyIndentation({ text }: HclTarget, { body, block }: BodyPlace): string {
  const item = body.items.find(({ span }) => isFirstInLine(text, span.start));
  return item ? indentationAt(text, item.span.start) : block ? indentationAt(text, block.span.start) + INDENTATION : '';
}

/** A block on one line can have one attribute only (HCL native syntax specification, "Structural Elements"). */
function expandedBlock(target: HclTarget, block: HclBlock, kept: HclBody['items'], added: ContainerChange['addedParts']): TextEdit {
  const { text, eol } = target;
  const outer = eol + indentationAt(text, block.span.start);
  const indentation = indentationAt(text, block.span.start) + INDENTATION;
  const lines = [...kept.map(({ span }) => indentation + text.slice(span.start, span.end)),
    ...added.map(({ name, value }) => printAttribute(target, name ?? '', value, indentation))];
  const span = { start: block.body.span.start, end: block.closed ? block.span.end - 1 : block.span.end };
  return { span, newText: lines.length === 0 ? '' : eol + lines.join(eol) + outer };
}

/** The lines of a part with an empty line in front of or behind it, where it leaves two. */
function linesOf(text: string, span: Span): Span {
  const start = isFirstInLine(text, span.start) ? lineStart(text, span.start) : span.start;
  const lineBreakEnd = text.indexOf('\n', lineEnd(text, span.end)) + 1;
  const end = lineBreakEnd > 0 ? lineBreakEnd : text.length;
  const lineBefore = start > 0 && text.charAt(start - 1) === '\n' ? text.slice(lineStart(text, start - 1), start) : '';
  const lineBehind = text.slice(end, text.indexOf('\n', end) + 1);
  const [emptyBefore, lengthBehind] = [isBlank(lineBefore) ? lineBefore : '', isBlank(lineBehind) ? lineBehind.length : 0];
  if (emptyBefore === '' && lengthBehind > 0 && lineBefore.includes('{')) return { start, end: end + lengthBehind };
  const isFollowedByEnd = lengthBehind > 0 || /^[ \t]*(?:\}|$)/.test(text.slice(end, end + 400));
  return isFollowedByEnd ? { start: start - emptyBefore.length, end } : { start, end };
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}
