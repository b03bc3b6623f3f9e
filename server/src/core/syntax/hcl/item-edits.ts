import { lineStart } from '../../text/lines';
import type { Span, TextEdit } from '../../text/span';
import type { ContainerChange } from '../edit-plan';
import { insertAt } from '../text-edits';
import type { JsonValue } from '../tree-edit';
import { type HclTarget, styleAt } from './edit-target';
import type { CallExpression, Expression, ObjectExpression, TupleExpression } from './hcl-tree';
import { innerStyle, printExpression, printMember } from './print-hcl';
import { sequenceEdits, type AddedPart } from './sequence-edits';

/**
 * Takes items out of a list and adds others at its end. Undefined where that is not possible: what a list is computed from is not known.
 *
 * @param removedStarts where the items begin that go
 * @param isList the value is known to be a list, and not a single value
 */
export function listItemEdits(target: HclTarget, expression: Expression, removedStarts: ReadonlySet<number>, values: readonly JsonValue[],
  isList: boolean): readonly TextEdit[] | undefined {
  if (expression.kind === 'tuple') return tupleEdits(target, expression, removedStarts, values);
  if (expression.kind === 'parenthesized') return listItemEdits(target, expression.expression, removedStarts, values, isList);
  if (expression.kind === 'call' && !expression.isExpanded) {
    const edits = argumentEdits(target, expression, removedStarts, values);
    if (edits) return edits;
  }
  if (removedStarts.size > 0 || expression.kind === 'missing') return undefined;
  const { start, end } = expression.span;
  const items = values.map((value) => printExpression(value, { ...styleAt(target, start), eol: '' })).join(', ');
  return isList ? [insertAt(start, 'concat('), insertAt(end, `, [${items}])`)]
    : [insertAt(start, 'flatten(['), insertAt(end, `, ${items}])`)];
}

/** Functions whose value has the items of all arguments. */
const JOINING_FUNCTIONS: ReadonlySet<string> = new Set(['concat', 'setunion']);
/** Functions whose value has the items of their only argument. */
const WRAPPING_FUNCTIONS: ReadonlySet<string> = new Set(['flatten', 'compact', 'distinct', 'sort', 'toset', 'tolist']);

/** The list that is written in a call is changed there: the last one for what is added. */
function argumentEdits(target: HclTarget, { name, arguments: values, span, closed }: CallExpression, removedStarts: ReadonlySet<number>,
  addedValues: readonly JsonValue[]): readonly TextEdit[] | undefined {
  const isJoining = JOINING_FUNCTIONS.has(name);
  if (!isJoining && !WRAPPING_FUNCTIONS.has(name) || !closed) return undefined;
  const lists = values.filter((argument) => argument.kind === 'tuple');
  const [value] = values;
  if (!isJoining && value && values.length === 1) return listItemEdits(target, value, removedStarts, addedValues, true);
  const removedCount = lists.flatMap(({ items }) => items).filter((item) => removedStarts.has(startOf(item))).length;
  const last = lists.at(-1);
  if (!isJoining || removedCount < removedStarts.size) return undefined;
  const edits = lists.flatMap((list) => tupleEdits(target, list, removedStarts, list === last ? addedValues : []));
  if (last || addedValues.length === 0) return edits;
  const items = addedValues.map((value) => printExpression(value, { ...styleAt(target, span.start), eol: '' })).join(', ');
  return [insertAt(values.at(-1)?.span.end ?? span.end - 1, `${values.length > 0 ? ', ' : ''}[${items}]`)];
}

/** Where the node of an expression begins. */
function startOf(expression: Expression): number {
  if (expression.kind === 'parenthesized') return startOf(expression.expression);
  const [part, ...others] = expression.kind === 'template' && !expression.heredoc ? expression.parts : [];
  return part?.kind === 'interpolation' && others.length === 0 ? startOf(part.expression) : expression.span.start;
}

function tupleEdits(target: HclTarget, tuple: TupleExpression, removedStarts: ReadonlySet<number>,
  values: readonly JsonValue[]): readonly TextEdit[] {
  const { text, eol } = target;
  const { span, items, closed } = tuple;
  const removed = new Set(items.filter((item) => removedStarts.has(startOf(item))).map((item) => item.span));
  if (removed.size === 0 && values.length === 0) return [];
  const style = styleAt(target, items[0]?.span.start ?? span.start + 1);
  if (removed.size === items.length) {
    if (!hasComment(target, tuple)) return [{ span, newText: printExpression(values, styleAt(target, span.start)) }];
    if (items.length === 0)
      return [insertInEmptyLines(target, tuple, values.map((value) => `${printExpression(value, innerStyle(style))},`))];
  }
  const added = values.map((value): AddedPart =>
    ({ place: undefined, print: (lineEnd) => printExpression(value, { ...style, eol: lineEnd }) }));
  return sequenceEdits({ text, eol, span, closed, parts: items.map((item) => item.span), removed, hasCommas: true }, added);
}

function hasComment({ text }: HclTarget, { span, items }: TupleExpression | ObjectExpression): boolean {
  const gaps = [span.start + 1, ...items.map((item) => item.span.end)].map((start, index) =>
    text.slice(start, items[index]?.span.start ?? span.end));
  return gaps.some((gap) => /#|\/\/|\/\*/.test(gap));
}

/** In front of the closing bracket, behind comments. */
function insertInEmptyLines({ text, eol }: HclTarget, { span }: TupleExpression | ObjectExpression, printed: readonly string[]): TextEdit {
  const at = text.slice(0, span.end - 1).trimEnd().length;
  const indentation = text.slice(lineStart(text, span.end - 1), span.end - 1);
  const inner = eol + (/^[ \t]*$/.test(indentation) ? indentation : '') + '  ';
  return insertAt(at, printed.map((part) => inner + part).join(''));
}

export function objectItemEdits(target: HclTarget, object: ObjectExpression,
  { removedParts, addedParts }: ContainerChange): readonly TextEdit[] {
  const { text, eol } = target;
  const { span, items, closed } = object;
  const removedStarts = new Set(Array.from(removedParts, (part) => part.span.start));
  const removed = new Set(items.filter((item) => removedStarts.has(item.span.start)).map((item) => item.span));
  const style = styleAt(target, items[0]?.span.start ?? span.start + 1);
  if (removed.size === items.length) {
    const outerStyle = styleAt(target, span.start);
    const value = Object.fromEntries(addedParts.map((part) => [part.name ?? '', part.value]));
    if (!hasComment(target, object)) return [{ span, newText: printExpression(value, outerStyle) }];
    if (items.length === 0)
      return [insertInEmptyLines(target, object, addedParts.map((part) => printMember(part.name ?? '', part.value, innerStyle(style))))];
  }
  const spanOf = (name: string): Span | undefined => items.filter((item) => nameOf(text, item.key) === name).at(-1)?.span;
  const added = addedParts.map(({ name, value, after, first }): AddedPart => ({
    place: first === true ? 'first' : after === undefined ? undefined : spanOf(after),
    print: (lineEnd) => printMember(name ?? '', value, { ...style, eol: lineEnd }),
  }));
  return sequenceEdits({ text, eol, span, closed, parts: items.map((item) => item.span), removed, hasCommas: style.hasCommas }, added);
}

function nameOf(text: string, { span }: Expression): string {
  return text.slice(span.start, span.end).replace(/^"|"$/g, '');
}

/** `"a"` becomes `["a", …]`. */
export function wrapInListEdits(target: HclTarget, expression: Expression, values: readonly JsonValue[]): readonly TextEdit[] {
  const { start, end } = expression.span;
  const isOneLine = expression.kind !== 'template' || !expression.heredoc;
  const style = styleAt(target, start);
  if (!isOneLine || target.text.slice(start, end).includes('\n')) {
    const inner = innerStyle(style);
    const items = values.map((value) => `,${inner.eol}${printExpression(value, inner)}`).join('');
    // A heredoc ends with its line.
    return [insertAt(start, `[${isOneLine ? inner.eol : ''}`), insertAt(end, `${isOneLine ? '' : inner.eol}${items}${style.eol}]`)];
  }
  const items = values.map((value) => `, ${printExpression(value, { ...style, eol: '' })}`).join('');
  return [insertAt(start, '['), insertAt(end, `${items}]`)];
}

