import { lineEnd } from '../../text/lines';
import type { TextEdit } from '../../text/span';
import { insertAt } from '../text-edits';
import type { JsonValue, TreeEdit } from '../tree-edit';
import { bodyIndentation, type BodyPlace } from './body-edits';
import { createTarget } from './edit-target';
import type { HclAttribute, HclBlock } from './hcl-tree';
import { laidOut } from './layout';
import { DEFAULT_STYLE, type HclPrintStyle, innerStyle, printExpression } from './print-hcl';

/** A block that is to be written. */
export interface NewBlock {
  readonly type: string;
  readonly labels?: readonly string[];
  readonly attributes: Readonly<Record<string, JsonValue>>;
  readonly blocks?: readonly NewBlock[];
}

/** Blocks as the text of a file. */
export function printBlocks(blocks: readonly NewBlock[]): string {
  return laidOut(`${blocks.map((block) => printBlock(block, DEFAULT_STYLE)).join('\n\n')}\n`);
}

/** Attributes first, then blocks with an empty line in front of each. */
function printBlock({ type, labels = [], attributes, blocks = [] }: NewBlock, style: HclPrintStyle): string {
  const inner = innerStyle(style);
  const lines = Object.entries(attributes).map(([name, value]) => `${inner.eol}${name} = ${printExpression(value, inner)}`);
  const emptyLine = /^\r?\n/.exec(style.eol)?.[0] ?? '\n';
  const printedBlocks = blocks.map((block, index) =>
    (index > 0 || lines.length > 0 ? emptyLine : '') + inner.eol + printBlock(block, inner));
  const head = [type, ...labels.map((label) => JSON.stringify(label))].join(' ');
  const body = [...lines, ...printedBlocks].join('');
  return `${head} {${body}${body === '' ? '' : style.eol}}`;
}

/**
 * Adds blocks to a body: behind that item, else behind all that is there. An empty line stands in front of them unless the blocks of the
 * body have none.
 */
export function addBlocksEdit(text: string, place: BodyPlace, blocks: readonly NewBlock[], after?: HclAttribute | HclBlock): TreeEdit {
  return { edit: 'text', ...addedBlocks(text, place, blocks, after) };
}

function addedBlocks(text: string, place: BodyPlace, blocks: readonly NewBlock[], after: HclAttribute | HclBlock | undefined): TextEdit {
  const target = createTarget(text);
  const { body, block } = place;
  const { eol } = target;
  const indentation = bodyIndentation(target, place);
  const style = { ...DEFAULT_STYLE, eol: eol + indentation, expressions: target.expressionTexts };
  const printed = blocks.map((added) => indentation + printBlock(added, style));
  const before = after ?? body.items.at(-1);
  const separator = hasEmptyLines(text, place, before === undefined || before.kind === 'attribute') ? eol + eol : eol;
  if (before) {
    const isAtEndOfLine = /^[^\S\n]*(?:#[^\n]*|\/\/[^\n]*)?(?:\n|$)/.test(text.slice(before.span.end));
    const at = isAtEndOfLine ? lineEnd(text, before.span.end) : before.span.end;
    const isAtEnd = !block && at === text.length;
    return insertAt(at, `${separator}${printed.join(separator)}${isAtEndOfLine && !isAtEnd ? '' : eol}`);
  }
  const isEmpty = !block && text.trim() === '';
  if (isEmpty) return insertAt(text.length, `${printed.join(separator)}${eol}`);
  const isOneLine = block !== undefined && !text.slice(body.span.start, block.span.end).includes('\n');
  const at = block ? lineEnd(text, body.span.start) : text.trimEnd().length;
  if (isOneLine) return insertAt(body.span.start, eol + printed.join(separator) + eol + indentation.slice(2));
  return insertAt(at, (block ? eol : separator) + printed.join(separator));
}

/** Whether blocks of a body have an empty line in front of them; they do where a body has fewer than two. */
function hasEmptyLines(text: string, { body: { items }, block }: BodyPlace, isBehindAttributes: boolean): boolean {
  if (!block || isBehindAttributes) return true;
  const gaps = items.slice(1).flatMap((item, index) => (item.kind === 'block' && items[index]?.kind === 'block'
    ? text.slice(items[index].span.end, item.span.start) : []));
  return gaps.length === 0 || gaps.some((gap) => /\n[ \t]*\r?\n/.test(gap));
}
