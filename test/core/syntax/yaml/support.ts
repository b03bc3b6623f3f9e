import assert from 'node:assert/strict';
import { nodeToJson } from '../../../../server/src/core/syntax/canonical-value';
import { fileLayer, type ParseResult } from '../../../../server/src/core/syntax/syntax';
import type { SyntaxFault } from '../../../../server/src/core/syntax/syntax-fault';
import { valueSpan, type Node, type ObjectNode, type ScalarNode } from '../../../../server/src/core/syntax/tree';
import type { TreeEdit } from '../../../../server/src/core/syntax/tree-edit';
import { yamlSyntax } from '../../../../server/src/core/syntax/yaml/yaml-syntax';
import { applyEdits } from '../json/support';

/** Some tags that stand for functions, as templates have them. */
export const YAML = yamlSyntax(new Map([
  ['!Ref', 'Ref'], ['!Condition', 'Condition'],
  ...['Sub', 'GetAtt', 'Join', 'If', 'Select', 'Split', 'ImportValue', 'FindInMap', 'Base64', 'Equals', 'Not', 'And', 'Or', 'GetAZs',
    'Transform', 'Cidr'].map((name): [string, string] => [`!${name}`, `Fn::${name}`]),
]));

export function parse(text: string): ParseResult {
  return YAML.parse(text, { comments: 'fault' });
}

/** The values of the documents of a text. */
export function valuesOf(text: string): unknown[] {
  return parse(text).roots.map(nodeToJson);
}

/** The value of a text that has no fault. */
export function valueOf(text: string): unknown {
  const { root, faults } = parse(text);
  assert.deepEqual(faults, [], text);
  return root && nodeToJson(root);
}

/** `kind "text at the span"` of each fault. */
export function faultsOf(text: string): string[] {
  return parse(text).faults.map(({ kind, span }) => `${kind} ${JSON.stringify(text.slice(span.start, span.end))}`);
}

/** Follows names and positions. */
export function nodeAt(node: Node | undefined, ...path: readonly (string | number)[]): Node {
  let current = node;
  for (const step of path) {
    if (current?.kind === 'list' && typeof step === 'number') current = current.items[step];
    else if (current?.kind === 'object') current = current.members.filter(({ key }) => key.value === step).at(-1)?.value;
    else assert.fail(`no ${step} in ${String(current?.kind)}`);
  }
  assert.ok(current, path.join('/'));
  return current;
}

export function objectAt(node: Node | undefined, ...path: readonly (string | number)[]): ObjectNode {
  const object = nodeAt(node, ...path);
  assert.ok(object.kind === 'object');
  return object;
}

export function scalarAt(node: Node | undefined, ...path: readonly (string | number)[]): ScalarNode {
  const scalar = nodeAt(node, ...path);
  assert.ok(scalar.kind === 'scalar');
  return scalar;
}

/** All scalars that are written, each once: names, too, but no tags. */
export function scalarsOf(roots: readonly Node[]): ScalarNode[] {
  const scalars = new Set<ScalarNode>();
  const seen = new Set<Node>();
  const visit = (node: Node | undefined): void => {
    if (!node || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'scalar') {
      if (node.style !== 'tag' && node.style !== 'empty') scalars.add(node);
    } else if (node.kind === 'list') {
      node.items.forEach(visit);
    } else {
      for (const { key, value } of node.members) {
        visit(key);
        visit(value);
      }
    }
  };
  roots.forEach(visit);
  return [...scalars];
}

/** Each character of the value is at its place: as it is, as a blank for a blank, or as the escape that stands for it. */
export function checkPlaces(text: string, node: ScalarNode): void {
  let previous = node.content.start;
  for (let i = 0; i < node.value.length; i++) {
    const { start, end } = valueSpan(node, i, i + 1);
    const character = node.value.charAt(i);
    const place = text.charAt(start);
    assert.ok(start >= previous && end >= start && end <= node.content.end, `${i} of ${JSON.stringify(node.value)}: ${start} to ${end}`);
    assert.ok(place === character || /\s/.test(place) && /\s/.test(character) || place === '\\' && node.style === 'double-quoted'
      || place === '' && character === '\n', `${JSON.stringify(character)} at ${JSON.stringify(text.slice(start - 5, start + 5))}`);
    previous = start;
  }
  assert.ok(node.offsets === undefined || node.offsets.length === node.value.length + 1);
}

/** Every span is within the text and in order, as far as aliases allow. */
export function checkTree(text: string, { roots, faults }: ParseResult): void {
  for (const { span, message, fix } of faults) {
    assert.ok(span.start >= 0 && span.start <= span.end && span.end <= text.length, message);
    applyEdits(text, fix?.edits ?? []);
  }
  const seen = new Set<Node>();
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    assert.ok(node.span.start >= 0 && node.span.start <= node.span.end && node.span.end <= text.length);
    if (node.kind === 'list') node.items.forEach(visit);
    else if (node.kind === 'scalar') checkContent(text, node);
    else {
      for (const { span, key, value } of node.members) {
        assert.ok(span.start === key.span.start && span.end >= key.span.end && span.end <= text.length);
        visit(key);
        if (value) visit(value);
      }
    }
  };
  roots.forEach(visit);
}

function checkContent(text: string, { content, value, offsets, style }: ScalarNode): void {
  assert.ok(content.start <= content.end && content.end <= text.length);
  if (offsets) {
    assert.equal(offsets.length, value.length + 1);
    offsets.forEach((offset, index) => assert.ok(offset <= text.length && (style === 'tag' || offset >= (offsets[index - 1] ?? 0))));
  } else {
    assert.equal(text.slice(content.start, content.end), value);
  }
}

/** The text with the edits made; fails where they are refused. */
export function edited(text: string, make: (root: Node) => readonly TreeEdit[]): string {
  const { root } = parse(text);
  assert.ok(root, text);
  const layer = fileLayer(text, YAML);
  const rendered = YAML.renderEdits(layer, make(root));
  return applyEdits(text, rendered.edits ?? assert.fail(rendered.refusal));
}

export function refusalOf(text: string, make: (root: Node) => readonly TreeEdit[]): string | undefined {
  const { root } = parse(text);
  assert.ok(root, text);
  return YAML.renderEdits(fileLayer(text, YAML), make(root)).refusal;
}

export function applyFix(text: string, { fix }: SyntaxFault): string {
  return applyEdits(text, fix?.edits ?? []);
}
