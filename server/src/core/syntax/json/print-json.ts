import { OMITTED_VALUE, UNQUOTED_VALUE } from '../syntax';
import { WRAPPED_NODES, type JsonValue } from '../tree-edit';

export interface JsonPrintStyle {
  /** One level of indentation. */
  readonly indent: string;
  /** The end of a line; empty for a value on one line. */
  readonly eol: string;
  /** What stands between a name and its value; `': '` by default. */
  readonly colon?: string;
  /** What stands between two values of one line; `', '` by default. */
  readonly comma?: string;
}

/**
 * The JSON text of a value. Its first line is not indented, the others stand `level` levels deep at least, so that the text
 * can be put behind a key on that level.
 */
export function printJson(value: JsonValue, style: JsonPrintStyle, level = 0): string {
  if (Array.isArray(value))
    return printContainer('[', value.map((item: JsonValue) => printJson(item, style, level + 1)), ']', style, level);
  if (value === UNQUOTED_VALUE || value === WRAPPED_NODES) return value;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return printContainer('{', Object.entries(value).map(([name, member]) => printMember(name, member, style, level + 1)), '}', style, level);
}

export function printMember(name: string, value: JsonValue, style: JsonPrintStyle, level = 0): string {
  return value === OMITTED_VALUE ? JSON.stringify(name) : `${JSON.stringify(name)}${style.colon ?? ': '}${printJson(value, style, level)}`;
}

function printContainer(open: string, parts: readonly string[], close: string, style: JsonPrintStyle, level: number): string {
  if (parts.length === 0) return open + close;
  if (style.eol === '') return open + parts.join(style.comma ?? ', ') + close;
  const inner = style.eol + style.indent.repeat(level + 1);
  return `${open}${inner}${parts.join(`,${inner}`)}${style.eol}${style.indent.repeat(level)}${close}`;
}
