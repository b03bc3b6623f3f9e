import { expressionEnd } from '../../text/template-expressions';
import { expressionName } from './canonical-tree';
import { childrenOf } from './expression-children';
import type { Expression, HclBody } from './hcl-tree';
import { parseHcl } from './parse-hcl';

/** A part of a text: characters, or `${…}` in which an expression of HCL stands. */
export interface TextSegment {
  readonly text: string;
  /** As it is written in the braces; undefined for characters. */
  readonly expression: string | undefined;
}

/** Expressions of a file by their names, which are without blanks and quotes (`expressionName`). */
export type ExpressionTexts = ReadonlyMap<string, string>;

const NO_EXPRESSIONS: ExpressionTexts = new Map();

/**
 * The parts of a text of a tree or of an edit. `${…}` is an expression where it refers to something, and text elsewhere: `${aws:username}`
 * is AWS's to fill in, and `${NAME}` refers to nothing in Terraform.
 */
export function splitInterpolations(text: string, expressions = NO_EXPRESSIONS): readonly TextSegment[] {
  const segments: TextSegment[] = [];
  let start = 0;
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', at + 2)) {
    const end = expressionEnd(text, at);
    const expression = end === undefined ? undefined : expressionOf(text.slice(at + 2, end - 1), expressions);
    if (end === undefined || expression === undefined) continue;
    if (at > start) segments.push({ text: text.slice(start, at), expression: undefined });
    segments.push({ text: text.slice(at, end), expression });
    start = end;
    at = end - 2;
  }
  if (start < text.length) segments.push({ text: text.slice(start), expression: undefined });
  return segments;
}

/** Names of expressions have single quotes. */
function expressionOf(name: string, expressions: ExpressionTexts): string | undefined {
  return expressions.get(name) ?? [name, name.replaceAll('\'', '"')].find(isReference);
}

/** Whether the text is an expression that refers to something: `var.x`, `format("%s", local.y)`. */
export function isReference(text: string): boolean {
  const { body: { items: [item, ...others] }, faults } = parseHcl(`x = (${text})\n`);
  return faults.length === 0 && others.length === 0 && item?.kind === 'attribute' && item.value.kind === 'parenthesized'
    && REFERENCES.has(item.value.expression.kind);
}

const REFERENCES: ReadonlySet<Expression['kind']> = new Set(['traversal', 'call', 'conditional', 'operation', 'for']);

/** The expressions of a file by their names. */
export function expressionsOf(body: HclBody, text: string): ExpressionTexts {
  const expressions = new Map<string, string>();
  const visit = (expression: Expression): void => {
    const source = text.slice(expression.span.start, expression.span.end);
    if (REFERENCES.has(expression.kind)) expressions.set(expressionName(source), source);
    childrenOf(expression).forEach(visit);
  };
  const visitBody = ({ items }: HclBody): void => {
    for (const item of items) {
      if (item.kind === 'block') visitBody(item.body);
      else visit(item.value);
    }
  };
  visitBody(body);
  return expressions;
}
