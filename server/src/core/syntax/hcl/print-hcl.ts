import { OMITTED_VALUE, UNQUOTED_VALUE } from '../syntax';
import type { JsonValue } from '../tree-edit';
import { escapeQuotedTemplate } from './escape';
import { type ExpressionTexts, splitInterpolations } from './interpolations';

/** How values are written beside a place. */
export interface HclPrintStyle {
  /** A line break with the indentation of the line that the value begins in; empty for a value that has to be on one line. */
  readonly eol: string;
  /** Names of members are in quotes though they need none. */
  readonly hasQuotedNames: boolean;
  /** Between the name and the value of a member: ` = ` or ` : `. */
  readonly assignment: string;
  /** Members that have a line of their own end in a comma. */
  readonly hasCommas: boolean;
  readonly expressions?: ExpressionTexts | undefined;
}

export const DEFAULT_STYLE: HclPrintStyle = { eol: '\n', hasQuotedNames: false, assignment: ' = ', hasCommas: false };

export const INDENTATION = '  ';

/** The style of what is a level further in. */
export function innerStyle(style: HclPrintStyle): HclPrintStyle {
  return style.eol === '' ? style : { ...style, eol: style.eol + INDENTATION };
}

/** A value as an expression: a text that is one reference alone is the reference itself. Assignments are not aligned yet. */
export function printExpression(value: JsonValue, style: HclPrintStyle): string {
  if (value === UNQUOTED_VALUE) return value;
  if (typeof value === 'string') return printString(value, style);
  if (value === null || typeof value !== 'object') return String(value);
  return Array.isArray(value) ? printTuple(value, style) : printObject(value as PrintedHclObject, style);
}

type PrintedHclObject = Readonly<Record<string, JsonValue>>;

function printString(text: string, { expressions }: HclPrintStyle): string {
  const [segment, ...others] = splitInterpolations(text, expressions);
  return segment?.expression !== undefined && others.length === 0 && !segment.expression.includes('\n') ? segment.expression
    : `"${escapeQuotedTemplate(text, expressions)}"`;
}

/** Several values have a line each. */
function printTuple(items: readonly JsonValue[], style: HclPrintStyle): string {
  const [only] = items;
  if (style.eol === '' || items.length === 0 || only !== undefined && items.length === 1 && isScalar(only))
    return `[${items.map((item) => printExpression(item, style)).join(', ')}]`;
  const inner = innerStyle(style);
  return `[${items.map((item) => `${inner.eol}${printExpression(item, inner)},`).join('')}${style.eol}]`;
}

function printObject(value: PrintedHclObject, style: HclPrintStyle): string {
  const entries = Object.entries(value);
  const [only] = entries;
  if (!only) return '{}';
  if (style.eol === '' || entries.length === 1 && isScalar(only[1]))
    return `{ ${entries.map((entry) => printMember(...entry, style)).join(', ')} }`;
  const inner = innerStyle(style);
  const separator = (style.hasCommas ? ',' : '') + inner.eol;
  return `{${inner.eol}${entries.map((entry) => printMember(...entry, inner)).join(separator)}${style.eol}}`;
}

function isScalar(value: JsonValue): boolean {
  return value === null || typeof value !== 'object';
}

/** `Name = value` of an object. */
export function printMember(name: string, value: JsonValue, style: HclPrintStyle): string {
  const printedName = printName(name, style);
  return value === OMITTED_VALUE ? printedName : printedName + style.assignment + printExpression(value, style);
}

/** A name that is an identifier needs no quotes. */
export function printName(name: string, { hasQuotedNames, expressions }: HclPrintStyle): string {
  return !hasQuotedNames && /^(?!(?:for|null|true|false)$)[A-Za-z_][\w-]*$/.test(name) ? name
    : `"${escapeQuotedTemplate(name, expressions)}"`;
}
