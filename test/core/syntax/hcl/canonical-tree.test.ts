import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nodeToJson } from '../../../../server/src/core/syntax/canonical-value';
import { callOf, canonicalBody } from '../../../../server/src/core/syntax/hcl/canonical-tree';
import { parseHcl } from '../../../../server/src/core/syntax/hcl/parse-hcl';
import { memberOf, valueSpan, type Node } from '../../../../server/src/core/syntax/tree';
import type { JsonValue } from '../../../../server/src/core/syntax/tree-edit';
import { realFiles } from '../../../support/real-files';

function rootOf(text: string): Node {
  return canonicalBody(parseHcl(text).body, text);
}

/** The value of `x = …`. */
function valueOf(source: string): { readonly text: string; readonly node: Node } {
  const text = `x = ${source}\n`;
  return { text, node: memberOf(rootOf(text), 'x')?.value ?? assert.fail(source) };
}

function scalarsOf(node: Node): readonly (Node & { readonly kind: 'scalar' })[] {
  if (node.kind === 'scalar') return [node];
  return node.kind === 'list' ? node.items.flatMap(scalarsOf)
    : node.members.flatMap(({ key, value }) => [key, ...value ? scalarsOf(value) : []]);
}

/** Each known character of each value is at its place, and the value of a placeholder is its expression. */
function checkPlaces(text: string, root: Node): void {
  for (const scalar of scalarsOf(root)) {
    if (scalar.style === 'expression' || scalar.value === '?:') continue;
    for (let i = 0; i < scalar.value.length; i++) {
      const placeholder = scalar.placeholders.find(({ start, end }) => start <= i && i < end);
      const { start, end } = valueSpan(scalar, i, i + 1);
      const written = text.slice(start, end);
      if (placeholder) assert.match(text.slice(start, start + 2), /^[$%]\{/);
      else assert.ok(written.startsWith(scalar.value.charAt(i)) || /^(?:\\|\$\$\{|%%\{|)/.exec(written)?.[0] !== undefined, written);
    }
  }
}

describe('the tree of HCL', () => {
  it('is that of the same configuration in JSON', () => {
    const text = 'resource "aws_kms_key" "main" {\n  description = "a"\n  tags = { Name = "b", "team:x" : 1 }\n'
      + '  timeouts { create = "1m" }\n}\nresource "aws_kms_key" "other" {}\nlocals {\n  list = ["c", true, null, 2]\n}\n';
    const root = rootOf(text);
    assert.equal(root.kind, 'object');
    assert.deepEqual(root.kind === 'object' && root.members.map(({ key, value }) => [key.value, value && nodeToJson(value)]), [
      ['resource', { aws_kms_key: { main: { description: 'a', tags: { 'Name': 'b', 'team:x': 1 }, timeouts: { create: '1m' } } } }],
      ['resource', { aws_kms_key: { other: {} } }],
      ['locals', { list: ['c', true, null, 2] }],
    ]);
  });

  const values: readonly (readonly [source: string, value: JsonValue])[] = [
    ['aws_kms_key.main.arn', '${aws_kms_key.main.arn}'],
    ['"${aws_kms_key.main.arn}"', '${aws_kms_key.main.arn}'],
    ['"a-${ var.x }-${var.y["z"]}"', 'a-${var.x}-${var.y[\'z\']}'],
    ['"$${aws:username}"', '${aws:username}'],
    ['(1)', 1],
    ['[for x in y : x]', '${[forxiny:x]}'],
    ['{ (var.a) = "b" }', { '${var.a}': 'b' }],
    ['concat(["a"], var.b)', { concat: [['a'], '${var.b}'] }],
    ['var.a ? "b" : null', { '?:': ['${var.a}', 'b', null] }],
    ['max(1, 2)', { max: [1, 2] }],
    ['f(x...)', '${f(x...)}'],
    ['<<-EOT\n  {"a": "${join("\\",\\"", var.b)}"}\n  EOT', '{"a": "${join(\'\',\'\',var.b)}"}\n'],
  ];
  for (const [source, value] of values)
    it(`has a value for ${source.replace(/\s+/g, ' ')}`, () => {
      const { text, node } = valueOf(source);
      assert.deepEqual(nodeToJson(node), value);
      checkPlaces(text, node);
    });

  it('names the placeholders of a text', () => {
    const { node } = valueOf('"arn:${data.aws_partition.this.partition}:iam::${var.account}:root"');
    assert.deepEqual(scalarsOf(node).flatMap(({ placeholders }) => placeholders.map(({ name }) => name)),
      ['data.aws_partition.this.partition', 'var.account']);
  });

  it('tells function calls from objects', () => {
    assert.equal(callOf(valueOf('concat(a)').node)?.name, 'concat');
    assert.equal(callOf(valueOf('a ? b : c').node)?.arguments.length, 3);
    assert.equal(callOf(valueOf('{ concat = [a] }').node), undefined);
  });

  it('has each character at its place', () => {
    const pieces = fc.constantFrom('a', 'ä', '\\n', '\\"', '\\u00e9', '$${', '%%{', '${var.x}', '}', ' ', '&{', '😀');
    fc.assert(fc.property(fc.array(pieces, { maxLength: 15 }), (parts) => {
      const { text, node } = valueOf(`"${parts.join('')}"`);
      checkPlaces(text, node);
    }), { numRuns: 2000 });
    const line = fc.tuple(fc.constantFrom('', '  ', '    '), fc.constantFrom('a', '${var.x}b', '"c"', '$${d}', ''));
    fc.assert(fc.property(fc.array(line), (lines) => {
      const { text, node } = valueOf(`<<-EOT\n${lines.map((words) => `${words.join('')}\n`).join('')}EOT`);
      checkPlaces(text, node);
    }), { numRuns: 2000 });
  });

  it('has each character of real files at its place', function () {
    for (const text of Object.values(realFiles(this, 'KMS_HANDSHAKE_CORPUS', /\.tf$/, 'tf'))) checkPlaces(text, rootOf(text));
  });
});
