import type { CST } from 'yaml';
import type { Span } from '../../text/span';
import { insertAt } from '../text-edits';
import type { Member, Node, ObjectNode, ScalarNode } from '../tree';
import { isFlowItemEmpty, readFlowEnd, reportCommas } from './flow-items';
import { emptyScalar, reportTabs, scalarNode, spanOfToken, tokenOfType, type TreeBuilder } from './builder';
import {
  addFault, colonInPlainValue, keyIsNoScalar, keyOverSeveralLines, missingColon, unexpectedText, wrongColumn,
} from './yaml-faults';

export function readMapping(builder: TreeBuilder, token: CST.BlockMap | CST.FlowCollection, depth: number): Node {
  const template = token.type === 'flow-collection' ? readTemplateExpression(builder, token) : undefined;
  if (template) return template;
  const mapping: Mapping = { own: [], merged: [], end: token.offset + (token.type === 'block-map' ? 0 : 1) };
  for (let i = 0; i < token.items.length; i++) {
    const item: CST.CollectionItem | undefined = token.items[i];
    if (!item) continue;
    if (token.type === 'flow-collection') reportCommas(builder, token, i);
    readMember(builder, token, item, depth, mapping);
  }
  const { own, end } = mapping;
  if (token.type === 'block-map') return objectNode(mapping, { start: own[0]?.span.start ?? token.offset, end }, 'block', true);
  const flowEnd = readFlowEnd(builder, token, end);
  return objectNode(mapping, { start: token.start.offset, end: flowEnd.end }, 'flow', flowEnd.closed);
}

/** `[a: b]`: an item of a list that is an object with one member. */
export function readPair(builder: TreeBuilder, token: CST.FlowCollection, item: CST.CollectionItem, depth: number): ObjectNode {
  builder.nodeCount++;
  const mapping: Mapping = { own: [], merged: [], end: 0 };
  readMember(builder, token, item, depth, mapping);
  const start = mapping.own[0]?.span.start ?? (item.key ?? item.sep?.[0] ?? token).offset;
  return objectNode(mapping, { start, end: Math.max(start, mapping.end) }, 'flow', true);
}

interface Mapping {
  readonly own: Member[];
  /** Those of merge keys. */
  readonly merged: Member[];
  /** Behind what is read so far. */
  end: number;
}

function objectNode({ own, merged }: Mapping, span: Span, style: 'block' | 'flow', closed: boolean): ObjectNode {
  // Lists that grow have room for many more, which in thousands of trees is much memory.
  return merged.length === 0 ? { kind: 'object', span, members: own.slice(), closed, style }
    : { kind: 'object', span, members: [...merged, ...own], closed, style, mergedMembers: merged.length };
}

function readMember(builder: TreeBuilder, token: CST.BlockMap | CST.FlowCollection, item: CST.CollectionItem, depth: number,
  mapping: Mapping): void {
  const { start, key, sep, value } = item;
  const hasProperties = tokenOfType(start, 'tag') !== undefined || tokenOfType(start, 'anchor') !== undefined;
  if (!key && !sep) {
    if (hasProperties) reportStrayProperties(builder, start);
    return;
  }
  const colon = tokenOfType(sep, 'map-value-ind');
  const isExplicit = tokenOfType(start, 'explicit-key-ind') !== undefined;
  if (token.type === 'block-map') reportBlockMember(builder, token, item, colon, isExplicit);
  const keyNode = key || hasProperties ? readKey(builder, key, start, depth) : emptyScalar(builder, (colon ?? token).offset);
  const valueWithColon = token.type === 'block-map' && !isExplicit ? readValueWithColon(builder, item) : undefined;
  const valueNode = valueWithColon ?? (sep ? builder.readNode(builder, value, sep, depth + 1) : undefined);
  const valueEnd = value?.type === 'alias' ? value.offset + value.source.length : valueNode?.span.end ?? 0;
  mapping.end = Math.max(mapping.end, keyNode?.span.end ?? 0, colon ? colon.offset + 1 : 0, valueEnd);
  if (!keyNode) return;
  if (keyNode.value === '<<' && keyNode.style === 'plain' && valueNode && addMergedMembers(mapping.merged, valueNode)) return;
  mapping.own.push({ span: { start: keyNode.span.start, end: Math.max(keyNode.span.end, valueEnd) }, key: keyNode, value: valueNode });
  if (valueWithColon && value?.type === 'block-map')
    for (const further of value.items.slice(1)) readMember(builder, token, further, depth, mapping);
}

/** A tag or an anchor of nothing. */
function reportStrayProperties(builder: TreeBuilder, tokens: readonly CST.SourceToken[]): void {
  for (const token of tokens) if (token.type === 'tag' || token.type === 'anchor') addFault(builder, unexpectedText(spanOfToken(token)));
}

/** `<<: *defaults`: what is merged comes first, so that the members of the object itself win; of several the first one wins. */
function addMergedMembers(merged: Member[], value: Node): boolean {
  const sources = value.kind === 'list' ? [...value.items].reverse() : [value];
  const objects = sources.filter((source) => source.kind === 'object');
  if (objects.length < sources.length) return false;
  for (const { members } of objects) for (const member of members) merged.push(member);
  return true;
}

/** A tagged name is the name: a function cannot be one. */
function readKey(builder: TreeBuilder, key: CST.Token | null | undefined, start: readonly CST.SourceToken[],
  depth: number): ScalarNode | undefined {
  const node = builder.readNode(builder, key, start, depth + 1, key?.offset ?? start[0]?.offset);
  const plain = node?.kind === 'object' && node.style === 'tag' ? node.members[0]?.value : node;
  if (plain?.kind === 'scalar') return plain;
  if (plain) addFault(builder, keyIsNoScalar({ start: plain.span.start, end: plain.span.start + 1 }));
  return undefined;
}

/**
 * `Description: see: this page`: the parser takes the value for an object, and the lines below for its members. The value is what is on the
 * line, the other members are those of the object around.
 *
 * @returns undefined where the value is written otherwise
 */
function readValueWithColon(builder: TreeBuilder, { sep, value }: CST.CollectionItem): ScalarNode | undefined {
  if (value?.type !== 'block-map' || tokenOfType(sep, 'newline') || tokenOfType(sep, 'tag')) return undefined;
  const span = spanOfValueWithColon(builder, value);
  if (!span) {
    addFault(builder, unexpectedText({ start: value.offset, end: value.offset + 1 }));
    return undefined;
  }
  const source = builder.text.slice(span.start, span.end);
  addFault(builder, colonInPlainValue(span, source));
  builder.nodeCount++;
  return scalarNode('string', span, span, source, undefined, 'plain');
}

/** `Description: see: this page`: two plain scalars on one line, meant as one. */
function spanOfValueWithColon({ text }: TreeBuilder, { items }: CST.BlockMap): { start: number; end: number } | undefined {
  const [item] = items;
  if (item?.key?.type !== 'scalar' || item.value && item.value.type !== 'scalar') return undefined;
  const start = item.key.offset;
  const colon = tokenOfType(item.sep, 'map-value-ind');
  const end = item.value ? item.value.offset + item.value.source.length : (colon?.offset ?? start) + 1;
  return text.slice(start, end).includes('\n') ? undefined : { start, end };
}

function reportBlockMember(builder: TreeBuilder, token: CST.BlockMap, { start, key, sep, value }: CST.CollectionItem,
  colon: CST.SourceToken | undefined, isExplicit: boolean): void {
  if (builder.hasTabs) {
    reportTabs(builder, start, { startsLine: true, next: key ?? sep?.[0], parentIndentation: token.indent });
    reportTabs(builder, sep ?? [], { startsLine: !key || key.type === 'block-scalar', next: value, parentIndentation: token.indent });
  }
  if (!key || isExplicit) return;
  const source = 'source' in key ? key.source : '';
  if (source.includes('\n')) {
    addFault(builder, keyOverSeveralLines(spanOfToken(key), source));
    if (key.type === 'scalar') recordMissingColons(builder, key.offset, source);
  } else if (!colon) {
    addFault(builder, missingColon(spanOfToken(key), source));
  }
  if ('indent' in key && key.indent !== token.indent) addFault(builder, wrongColumn(spanOfToken(key), 'name'));
}

/** Each line but the last is a name without its colon, or a name and a value without the blank between. */
function recordMissingColons({ missingColons }: TreeBuilder, offset: number, source: string): void {
  let start = offset;
  for (const line of source.split('\n').slice(0, -1)) {
    const indented = start + line.length - line.trimStart().length;
    const words = line.trim();
    const name = /^[\w-]+:(?=[^\s:])/.exec(words)?.[0];
    const missing = name === undefined ? insertAt(indented + words.length, ':') : insertAt(indented + name.length, ' ');
    if (words !== '') missingColons.push(missing);
    start += line.length + 1;
  }
}

/** `{{ account }}`: what a template engine fills in is one value, and no object in an object. */
function readTemplateExpression({ text }: TreeBuilder, token: CST.FlowCollection): ScalarNode | undefined {
  const [item, ...others] = token.items;
  const start = token.start.offset;
  const closing = token.end[0];
  if (item?.key?.type !== 'flow-collection' || others.some((other) => !isFlowItemEmpty(other)) || closing?.type !== 'flow-map-end')
    return undefined;
  const span = { start, end: closing.offset + 1 };
  const source = text.slice(span.start, span.end);
  const name = source.slice(2, -2).replace(/^[-~]|[-~]$/g, '').trim();
  const isClosingInText = span.end <= text.length;
  if (!isClosingInText || !source.endsWith('}}') || name === '' || /[{}]/.test(name)) return undefined;
  return { ...scalarNode('string', span, span, source, undefined, 'plain'),
    placeholders: [{ form: 'template', name, start: 0, end: source.length }] };
}
