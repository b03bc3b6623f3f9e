import type { TokenInsertion } from '../syntax';
import type { JsonValue } from '../tree-edit';
import type { CursorPlace, LineContext } from './cursor-place';
import {
  printBehindColon, printBlock, printFlow, printFlowMember, printItem, printMember, printName, type YamlPrintStyle,
} from './print-yaml';
import { columnOf, nameColumn, type YamlLayout } from './yaml-layout';

interface InsertionContext {
  readonly text: string;
  readonly place: CursorPlace;
  /** Where what is inserted is the first on its line. */
  readonly line: LineContext | undefined;
  /** The blanks behind the sign in front of it. */
  readonly gap: string;
  readonly valueFollows: boolean;
  readonly layout: YamlLayout;
}

/** The text of an insertion; its lines have the indentation that they need there. */
export function printInsertion(insertion: TokenInsertion, context: InsertionContext): string {
  const { place: { bracket, hasTag }, valueFollows, gap } = context;
  const style = printStyleAt(context);
  if (valueFollows && typeof insertion.value === 'string')
    return gap + (style.always ? printFlow(insertion.value, style) : printName(insertion.value, bracket !== undefined));
  return bracket !== undefined || hasTag ? gap + printInFlow(insertion, style) : printInBlock(insertion, context, style);
}

/** A quote that is typed is kept. */
function printStyleAt({ text, place: { quote }, layout }: InsertionContext): YamlPrintStyle {
  if (quote !== '') return { ...layout, quote, always: true };
  const doubleQuoted = text.match(/[:[,-] ?"/g)?.length ?? 0;
  const singleQuoted = text.match(/[:[,-] ?'/g)?.length ?? 0;
  return { ...layout, quote: doubleQuoted > singleQuoted ? '"' : '\'', always: false };
}

function printInFlow({ name, value, items }: TokenInsertion, style: YamlPrintStyle): string {
  if (items) return items.map((item) => printFlow(item, style)).join(', ');
  return name === undefined ? printFlow(value, style) : printFlowMember(name, value, style);
}

function printInBlock(insertion: TokenInsertion, { text, place, line, gap, layout }: InsertionContext, style: YamlPrintStyle): string {
  const column = columnOf(text, place.start);
  if (place.sign === 'colon') {
    const { items, value } = insertion;
    return printBehindColon(items ?? value, nameColumn(text, place.signEnd), style);
  }
  if (place.sign === 'dash') {
    const dash = columnOf(text, place.signEnd) - 1;
    const [first, ...others] = partsOf(insertion, dash + 1 + gap.length, style, (item, inner) => printBlock(item, inner, style));
    const lineBreak = layout.eol + ' '.repeat(dash);
    return [`${gap}${first ?? ''}`, ...others.map((item) => `-${gap}${item}`)].join(lineBreak);
  }
  const isName = insertion.name !== undefined;
  if (isName && line?.isItem !== true) return printMember(insertion.name, insertion.value, column, style);
  const parts = partsOf(insertion, column + 2, style, (item) => printItem(item, column, style));
  return parts.map((part) => (isName ? `- ${part}` : part)).join(layout.eol + ' '.repeat(column));
}

/** The member of a new object, or the items. @param column of what is behind the dash */
function partsOf({ name, value, items }: TokenInsertion, column: number, style: YamlPrintStyle,
  print: (item: JsonValue, column: number) => string): readonly string[] {
  if (items) return items.map((item) => print(item, column));
  return [name === undefined ? print(value, column) : printMember(name, value, column, style)];
}
