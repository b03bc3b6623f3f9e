import { lineBreak, lineStart } from '../../text/lines';
import type { Span } from '../../text/span';
import { childrenOf } from './expression-children';
import type { Expression, HclAttribute, HclBlock, HclBody, ObjectExpression, ObjectItem } from './hcl-tree';
import { type ExpressionTexts, expressionsOf } from './interpolations';
import { parseHcl } from './parse-hcl';
import type { HclPrintStyle } from './print-hcl';

/** A name of the text and what it names. */
export type NamedPart =
  | { readonly kind: 'attribute'; readonly attribute: HclAttribute; readonly body: HclBody }
  | { readonly kind: 'block'; readonly block: HclBlock; readonly body: HclBody }
  | { readonly kind: 'item'; readonly item: ObjectItem; readonly object: ObjectExpression };

/** The text that is edited, and where what is in it. Nodes of a tree are found by their spans. */
export interface HclTarget {
  readonly text: string;
  readonly eol: string;
  readonly body: HclBody;
  /** By the span of its node, which leaves out parentheses, and quotes around a single `${…}`. */
  readonly expressions: ReadonlyMap<string, Expression>;
  /** By where the name begins. */
  readonly parts: ReadonlyMap<number, NamedPart>;
  /** By the span of its node. */
  readonly blocks: ReadonlyMap<string, HclBlock>;
  readonly objects: readonly ObjectExpression[];
  readonly expressionTexts: ExpressionTexts;
}

export function createTarget(text: string): HclTarget {
  const { body } = parseHcl(text);
  const expressions = new Map<string, Expression>();
  const parts = new Map<number, NamedPart>();
  const blocks = new Map<string, HclBlock>();
  const objects: ObjectExpression[] = [];
  const add = (span: Span, expression: Expression): void => {
    const key = spanKey(span);
    if (!expressions.has(key)) expressions.set(key, expression);
  };
  const visit = (expression: Expression): void => {
    for (let inner: Expression | undefined = expression; inner; inner = contentOf(inner)) add(inner.span, expression);
    if (expression.kind === 'object') {
      objects.push(expression);
      for (const item of expression.items) parts.set(item.key.span.start, { kind: 'item', item, object: expression });
    }
    childrenOf(expression).forEach(visit);
  };
  const visitBody = (outer: HclBody): void => {
    for (const item of outer.items) {
      if (item.kind === 'attribute') {
        parts.set(item.nameSpan.start, { kind: 'attribute', attribute: item, body: outer });
        visit(item.value);
      } else {
        parts.set(item.typeSpan.start, { kind: 'block', block: item, body: outer });
        blocks.set(spanKey({ start: item.body.span.start, end: item.span.end }), item);
        visitBody(item.body);
      }
    }
  };
  visitBody(body);
  return { text, eol: lineBreak(text), body, expressions, parts, blocks, objects, expressionTexts: expressionsOf(body, text) };
}

export function spanKey({ start, end }: Span): string {
  return `${start} ${end}`;
}

/** What stands for the same value without parentheses, or without quotes and braces. */
function contentOf(expression: Expression): Expression | undefined {
  if (expression.kind === 'parenthesized') return expression.expression;
  const [part, ...others] = expression.kind === 'template' && !expression.heredoc ? expression.parts : [];
  return part?.kind === 'interpolation' && others.length === 0 ? part.expression : undefined;
}

/** The blanks that the line of an offset begins with. */
export function indentationAt(text: string, offset: number): string {
  return /[ \t]*/y.exec(text.slice(lineStart(text, offset)).replace('\ufeff', ''))?.[0] ?? '';
}

export function isFirstInLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset));
}

/** How values are written that begin in the line of an offset: as the objects around them are. */
export function styleAt({ text, eol, objects, expressionTexts }: HclTarget, offset: number): HclPrintStyle {
  const around = objects.filter(({ span, items }) => span.start <= offset && offset <= span.end && items.length > 0).reverse();
  const quoting = around.find(({ items }) => items.some(({ key }) => key.kind === 'variable' || isNeedlesslyQuoted(text, key.span)));
  const [item] = around[0]?.items ?? [];
  const sign = item?.value ? text.slice(item.key.span.end, item.value.span.start) : ' = ';
  return {
    eol: eol + indentationAt(text, offset), expressions: expressionTexts,
    hasQuotedNames: quoting?.items.every(({ key }) => key.kind !== 'variable') === true,
    assignment: sign.includes(':') ? onOneLine(sign) : ' = ',
    hasCommas: around[0]?.items.slice(0, -1).every(({ span }) => /^[ \t]*,/.test(text.slice(span.end, span.end + 80))) === true
      && around[0].items.length > 1,
  };
}

/** The sign between a name and its value, where the value begins on the next line. */
function onOneLine(sign: string): string {
  const end = sign.indexOf('\n');
  return end < 0 ? sign : `${sign.slice(0, end).trimEnd()} `;
}

function isNeedlesslyQuoted(text: string, { start, end }: Span): boolean {
  return /^"[A-Za-z_][\w-]*"$/.test(text.slice(start, end));
}
