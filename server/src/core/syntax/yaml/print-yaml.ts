import { OMITTED_VALUE, TYPED_STRING, UNQUOTED_VALUE } from '../syntax';
import type { JsonValue } from '../tree-edit';
import type { ScalarQuotes, YamlLayout } from './yaml-layout';
import { isPlainText } from './scalar-type';

/** How values are written at one place. */
export interface YamlPrintStyle extends ScalarQuotes, Pick<YamlLayout, 'eol' | 'indent' | 'listIndent' | 'tags'> {
  /** Lists of words in brackets. */
  readonly hasFlowLists: boolean;
}

type JsonScalar = string | number | boolean | null;
type PrintedObject = Readonly<Record<string, JsonValue>>;

function isObject(value: JsonValue): value is PrintedObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string as a plain scalar wherever YAML 1.1 and 1.2 both read it as this very string, else in quotes. */
export function printScalar(value: JsonScalar, { quote, always }: ScalarQuotes, isInFlow: boolean): string {
  if (typeof value !== 'string') return String(value);
  if (value === UNQUOTED_VALUE || value === TYPED_STRING && !always) return value;
  if (!always && isPlainText(value, isInFlow)) return value;
  return quote === '"' || NEEDS_ESCAPE.test(value) ? printDoubleQuoted(value) : `'${value.replace(/'/g, '\'\'')}'`;
}

const NEEDS_ESCAPE = /[^\u0020-\u007e\u00a1-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
/** JSON's escapes are YAML's; what neither shows on a line is escaped too. */
export function printDoubleQuoted(value: string): string {
  return JSON.stringify(value).replace(/[\u007f-\u00a0\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value on one line. */
export function printFlow(value: JsonValue, style: YamlPrintStyle): string {
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => printFlow(item, style)).join(', ')}]`;
  if (!isObject(value)) return printScalar(value as JsonScalar, style, true);
  return printTagged(value, style, (inner) => printFlow(inner, style))
    ?? `{${Object.entries(value).map(([name, inner]) => printFlowMember(name, inner, style)).join(', ')}}`;
}

export function printFlowMember(name: string, value: JsonValue, style: YamlPrintStyle): string {
  return value === OMITTED_VALUE ? printOmittedMember(name, true) : `${printName(name, true)}: ${printFlow(value, style)}`;
}

/** A name that is not there yet has no colon either. */
function printOmittedMember(name: string, isInFlow: boolean): string {
  return name === TYPED_STRING ? name : `${printName(name, isInFlow)}:`;
}

/** Names get quotes only where they need them. */
export function printName(name: string, isInFlow: boolean): string {
  return printScalar(name, { quote: '\'', always: false }, isInFlow);
}

/** `!Ref x` for `{ "Ref": "x" }`. A tag cannot be followed by another one: then the long form is. */
function printTagged(value: PrintedObject, style: YamlPrintStyle,
  printValue: (inner: JsonValue) => string): string | undefined {
  const entries = Object.entries(value);
  const [entry] = entries;
  const tag = entries.length === 1 && entry ? style.tags.get(entry[0]) : undefined;
  return tag === undefined || !entry || isTagged(entry[1], style) ? undefined : `${tag} ${printValue(shortArgument(tag, entry[1]))}`;
}

/** `!GetAtt Worker.Arn` (CloudFormation User Guide, Fn::GetAtt: short form). */
function shortArgument(tag: string, value: JsonValue): JsonValue {
  return tag === '!GetAtt' && Array.isArray(value) && value.every(isWord) ? value.join('.') : value;
}

function isTagged(value: JsonValue, { tags }: YamlPrintStyle): boolean {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  return names.length === 1 && tags.has(names[0] ?? '');
}

/** Whether a value of a block has lines of its own. */
export function isPrintedAsBlock(value: JsonValue, style: YamlPrintStyle): boolean {
  if (Array.isArray(value)) return value.length > 0 && !(style.hasFlowLists && value.every(isWord));
  return isObject(value) && Object.keys(value).length > 0 && !isTagged(value, style);
}

function isWord(value: JsonValue): boolean {
  return (typeof value !== 'object' || value === null) && value !== UNQUOTED_VALUE;
}

/**
 * The lines of a list or object of a block, joined: the first one without indentation, the others `column` columns deep.
 * What is not printed as a block is on one line.
 */
export function printBlock(value: JsonValue, column: number, style: YamlPrintStyle): string {
  const lineBreak = style.eol + ' '.repeat(column);
  if (isPrintedAsBlock(value, style)) {
    if (Array.isArray(value)) return value.map((item: JsonValue) => printItem(item, column, style)).join(lineBreak);
    if (isObject(value)) return Object.entries(value).map(([name, inner]) => printMember(name, inner, column, style)).join(lineBreak);
  }
  return printInline(value, style);
}

/** `- value`, for a dash in that column. */
export function printItem(value: JsonValue, column: number, style: YamlPrintStyle, gap = ' '): string {
  return `-${gap}${printBlock(value, column + 1 + gap.length, style)}`;
}

/** `Name: value`, for a name in that column. */
export function printMember(name: string, value: JsonValue, column: number, style: YamlPrintStyle): string {
  return value === OMITTED_VALUE ? printOmittedMember(name, false) : `${printName(name, false)}:${printBehindColon(value, column, style)}`;
}

/** The value of a name in that column, with the blank or the line break behind its colon. */
export function printBehindColon(value: JsonValue, column: number, style: YamlPrintStyle): string {
  if (!isPrintedAsBlock(value, style)) return ` ${printInline(value, style)}`;
  const inner = column + (Array.isArray(value) ? style.listIndent : style.indent).length;
  return style.eol + ' '.repeat(inner) + printBlock(value, inner, style);
}

/** On one line, outside of brackets. */
function printInline(value: JsonValue, style: YamlPrintStyle): string {
  if (Array.isArray(value)) return printFlow(value, style);
  if (!isObject(value)) return printScalar(value as JsonScalar, style, false);
  return printTagged(value, style, (inner) => printInline(inner, style)) ?? printFlow(value, style);
}
