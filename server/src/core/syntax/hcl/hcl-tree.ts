import type { Span } from '../../text/span';

/** What a file of the HCL native syntax contains (HCL native syntax specification). Every span counts in the text. */
export interface HclBody {
  /** Without the braces. */
  readonly span: Span;
  readonly items: readonly (HclAttribute | HclBlock)[];
}

/** `name = value` */
export interface HclAttribute {
  readonly kind: 'attribute';
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
  readonly value: Expression;
}

/** `type "label" "label" { … }` */
export interface HclBlock {
  readonly kind: 'block';
  readonly type: string;
  readonly typeSpan: Span;
  readonly labels: readonly HclLabel[];
  readonly body: HclBody;
  readonly span: Span;
  /** False where the closing brace is missing. */
  readonly closed: boolean;
}

export interface HclLabel {
  readonly value: string;
  /** With the quotes. */
  readonly span: Span;
}

export type Expression = LiteralExpression | TemplateExpression | TupleExpression | ObjectExpression | ForExpression | VariableExpression
  | TraversalExpression | CallExpression | ConditionalExpression | OperationExpression | NegationExpression | ParenthesizedExpression
  | MissingExpression;

export interface LiteralExpression {
  readonly kind: 'literal';
  readonly type: 'number' | 'boolean' | 'null';
  readonly span: Span;
  readonly value: string;
}

/** A quoted string or a heredoc. */
export interface TemplateExpression {
  readonly kind: 'template';
  /** With the quotes, or with the markers of a heredoc. */
  readonly span: Span;
  readonly content: Span;
  readonly parts: readonly TemplateSegment[];
  /** Undefined for a quoted string. `isIndented`: begun by `<<-`, which takes the indentation of its lines off. */
  readonly heredoc: { readonly marker: string; readonly isIndented: boolean } | undefined;
  readonly closed: boolean;
}

export type TemplateSegment = TemplateText | TemplateInterpolation | TemplateDirective;

export interface TemplateText {
  readonly kind: 'text';
  readonly span: Span;
  /** With escapes resolved. */
  readonly value: string;
  /** Where each character of `value` begins, and one more for the end; undefined where value and text are the same characters. */
  readonly offsets: readonly number[] | undefined;
}

/** `${ expression }` */
export interface TemplateInterpolation {
  readonly kind: 'interpolation';
  readonly span: Span;
  readonly expression: Expression;
}

/** `%{ if condition }`, `%{ for item in list }`, `%{ else }`, `%{ endif }`, `%{ endfor }` */
export interface TemplateDirective {
  readonly kind: 'directive';
  readonly span: Span;
  readonly keyword: string;
  /** The condition of an `if`, or what a `for` goes through. */
  readonly expression: Expression | undefined;
}

/** `[ … ]` */
export interface TupleExpression {
  readonly kind: 'tuple';
  readonly span: Span;
  readonly items: readonly Expression[];
  readonly closed: boolean;
}

/** `{ … }` */
export interface ObjectExpression {
  readonly kind: 'object';
  readonly span: Span;
  readonly items: readonly ObjectItem[];
  readonly closed: boolean;
}

export interface ObjectItem {
  /** A `VariableExpression` is a name here, and stands for nothing else. */
  readonly key: Expression;
  /** Undefined while it is not typed yet. */
  readonly value: Expression | undefined;
  readonly span: Span;
}

/** `[for … : value if condition]`, `{for … : key => value...}` */
export interface ForExpression {
  readonly kind: 'for';
  readonly span: Span;
  readonly variables: readonly string[];
  readonly collection: Expression;
  /** Undefined where the result is a list. */
  readonly key: Expression | undefined;
  readonly value: Expression;
  readonly condition: Expression | undefined;
}

/** The first name of a traversal, alone: `local`, `x` */
export interface VariableExpression {
  readonly kind: 'variable';
  readonly span: Span;
  readonly name: string;
}

/** `source.name`, `source[index]`, `source[*]`, as many of them as follow one another. */
export interface TraversalExpression {
  readonly kind: 'traversal';
  readonly span: Span;
  readonly source: Expression;
  readonly steps: readonly TraversalStep[];
}

export type TraversalStep =
  /** The span is that of the name, which is empty while it is not typed. */
  | { readonly kind: 'attribute'; readonly span: Span; readonly name: string }
  | { readonly kind: 'index'; readonly span: Span; readonly index: Expression }
  | { readonly kind: 'splat'; readonly span: Span };

export interface CallExpression {
  readonly kind: 'call';
  readonly span: Span;
  readonly name: string;
  readonly nameSpan: Span;
  readonly arguments: readonly Expression[];
  /** The last argument is a list of arguments: `f(x...)`. */
  readonly isExpanded: boolean;
  readonly closed: boolean;
}

/** `condition ? whenTrue : whenFalse` */
export interface ConditionalExpression {
  readonly kind: 'conditional';
  readonly span: Span;
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}

/** Operators of one precedence in a row, evaluated from left to right: `a + b - c`. One operator fewer than operands. */
export interface OperationExpression {
  readonly kind: 'operation';
  readonly span: Span;
  readonly operands: readonly Expression[];
  readonly operators: readonly string[];
}

/** `!x`, `-x` */
export interface NegationExpression {
  readonly kind: 'negation';
  readonly span: Span;
  readonly operator: '!' | '-';
  readonly operand: Expression;
}

export interface ParenthesizedExpression {
  readonly kind: 'parenthesized';
  readonly span: Span;
  readonly expression: Expression;
}

/** Nothing is written where a value has to be. */
export interface MissingExpression {
  readonly kind: 'missing';
  readonly span: Span;
}
