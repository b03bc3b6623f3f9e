import type { Span } from '../text/span';

/**
 * One tree for every syntax that can hold a policy: JSON, YAML and HCL. Spans count in the text of the layer that the tree was
 * read from (`SourceLayer`), not in the file. In YAML an alias is the anchored node itself, so a node can be in several places of a tree.
 */
export type Node = ObjectNode | ListNode | ScalarNode;

export interface ObjectNode {
  readonly kind: 'object';
  readonly span: Span;
  readonly members: readonly Member[];
  /** False when the text ends, or goes on with something else, before the closing brace. */
  readonly closed: boolean;
  /** Undefined in JSON. */
  readonly style?: ContainerStyle;
  /** So many of the first members come from the merge keys (`<<`) of YAML: their text is elsewhere. */
  readonly mergedMembers?: number;
}

/**
 * How a list or an object is written in YAML or HCL. `tag`: an object with one member, whose key is written as a tag: `!Ref Key`; `call`:
 * one whose key is the name of a function of HCL, and whose value are its arguments.
 */
export type ContainerStyle = 'block' | 'flow' | 'tag' | 'call';

export interface Member {
  /** From the key to the end of the value. */
  readonly span: Span;
  readonly key: ScalarNode;
  /** Missing while the value is not typed yet. */
  readonly value: Node | undefined;
}

export interface ListNode {
  readonly kind: 'list';
  readonly span: Span;
  readonly items: readonly Node[];
  readonly closed: boolean;
  /** Undefined in JSON. */
  readonly style?: ContainerStyle;
}

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly type: 'string' | 'number' | 'boolean' | 'null';
  /** With the quotes. */
  readonly span: Span;
  /** Without the quotes; equal to `span` where there are none. */
  readonly content: Span;
  /** The value with escapes resolved; numbers, booleans and null as they are written. */
  readonly value: string;
  /**
   * Where each character of `value` starts in the layer's text, one more entry for the end; undefined when value and
   * content are the same characters. Use `valueSpan` in place of reading it.
   */
  readonly offsets: readonly number[] | undefined;
  /** The parts of the value that are not known yet, in order; empty for nearly every scalar. */
  readonly placeholders: readonly Placeholder[];
  /** False for a string whose closing quote is missing. */
  readonly closed: boolean;
  /** Undefined in JSON. */
  readonly style?: ScalarStyle;
  /** Of a block scalar of YAML: what is in the text where the value has a line break, with the indentation of the next line. */
  readonly lineBreak?: string | undefined;
}

/**
 * How a scalar is written in YAML or HCL. `empty`: nothing is written; `tag`: the key of an object that is written as a tag; `expression`:
 * an expression of HCL, of whose value nothing is known.
 */
export type ScalarStyle = 'plain' | 'single-quoted' | 'double-quoted' | 'literal' | 'folded' | 'empty' | 'tag' | 'heredoc' | 'expression';

/**
 * A part of a value that somebody or something fills in later. `template`: `${account_id}`, `#{x}`, `{{ x }}`; `word`: a
 * word for a person to replace, `<ACCOUNT_B_ID>`, `your-key-id`. IAM's own variables (`${aws:username}`) are neither.
 */
export interface Placeholder {
  readonly form: 'template' | 'word';
  /** Two holes of one name in one file have the same value. */
  readonly name: string;
  /** Characters of `value`, from `start` (included) to `end` (excluded). */
  readonly start: number;
  readonly end: number;
}

/** The span, in the layer's text, of the characters `start` to `end` of a scalar's value. */
export function valueSpan(node: ScalarNode, start: number, end: number): Span {
  const { offsets, content } = node;
  if (!offsets) return { start: content.start + start, end: content.start + end };
  return { start: offsets[start] ?? content.end, end: offsets[end] ?? content.end };
}

/** The member of that exact name; the last one when it stands there twice, as JSON parsers keep the last. */
export function memberOf(node: Node | undefined, name: string): Member | undefined {
  if (node?.kind !== 'object') return undefined;
  for (let i = node.members.length - 1; i >= 0; i--) {
    const member = node.members[i];
    if (member?.key.value === name) return member;
  }
  return undefined;
}

export function isStringNode(node: Node | undefined): node is ScalarNode & { readonly type: 'string' } {
  return node?.kind === 'scalar' && node.type === 'string';
}

/** The items of a list, or the one value that stands in place of a list: IAM's grammar takes both. */
export function itemsOf(node: Node | undefined): readonly Node[] {
  if (!node) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** The scalar whose text an offset of the layer's text lies in. */
export function scalarAt(nodes: readonly Node[], offset: number): ScalarNode | undefined {
  for (const node of nodes) {
    if (offset < node.span.start || offset >= node.span.end) continue;
    if (node.kind === 'scalar') return node;
    const inner = node.kind === 'list' ? node.items : node.members.flatMap(({ key, value }) => (value ? [key, value] : [key]));
    const scalar = scalarAt(inner, offset);
    if (scalar) return scalar;
  }
  return undefined;
}
