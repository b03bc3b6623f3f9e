import assert from 'node:assert/strict';
import fc from 'fast-check';
import { WRAPPED_NODES, type JsonValue, type TreeEdit } from '../../../../server/src/core/syntax/tree-edit';
import { embeddedLayer } from '../../../../server/src/core/syntax/embedded-layer';
import { JSON_SYNTAX } from '../../../../server/src/core/syntax/json/json-syntax';
import { nodeToJson } from '../../../../server/src/core/syntax/canonical-value';
import { fileLayer, type SourceLayer } from '../../../../server/src/core/syntax/syntax';
import { printJson } from '../../../../server/src/core/syntax/json/print-json';
import { memberOf, type ListNode, type Node, type ObjectNode } from '../../../../server/src/core/syntax/tree';
import { applyEdits, parse, plain, renderedEdits } from './support';

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };
type Doc = Record<string, Plain>;

const WORDS = ['Action', 'Resource', 'Sid', 'a', 'kms:Decrypt', '*', 'x/y', '"q"', 'back\\slash', 'é', 'tab\there'];
const scalarValue = fc.oneof(fc.constantFrom(...WORDS), fc.integer({ min: -5, max: 5 }), fc.boolean(), fc.constant(null));
const value: fc.Arbitrary<Plain> = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalarValue,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...WORDS), tie('value'), { maxKeys: 4 }),
  ),
})).value;
const doc: fc.Arbitrary<Doc> = fc.dictionary(fc.constantFrom(...WORDS), value, { minKeys: 1, maxKeys: 5 });

const LAYOUTS = {
  two: (d: JsonValue) => printJson(d, { indent: '  ', eol: '\n' }),
  tabs: (d: JsonValue) => `${printJson(d, { indent: '\t', eol: '\r\n' })}\r\n`,
  line: (d: JsonValue) => printJson(d, { indent: '', eol: '' }),
  compact: (d: JsonValue) => JSON.stringify(d),
  spaced: (d: JsonValue) => printJson(d, { indent: '    ', eol: '\n', colon: ' : ' }),
  mixed: (d: JsonValue) => printJson(d, { indent: '  ', eol: '\n' }).replace(/\[\n\s*/g, '[').replace(/,\n\s*(?=[^"])/g, ', '),
  comments: (d: JsonValue) =>
    printJson(d, { indent: '  ', eol: '\n' }).replace(/\n/g, ' // a, "b" ]\n').replace(/\n/g, '\n// own line }\n'),
  blocks: (d: JsonValue) => printJson(d, { indent: '  ', eol: '\n' }).replace(/,\n/g, ' /* x */, /* y, */\n'),
} as const;
const layoutName = fc.constantFrom(...(Object.keys(LAYOUTS) as (keyof typeof LAYOUTS)[]));

/** One edit, on the tree and on the plain value. `pick` chooses the place. */
type Change = (root: ObjectNode, target: Doc, pick: () => number) => TreeEdit | undefined;

const at = <T>(list: readonly T[], pick: () => number): T | undefined => list[pick() % Math.max(1, list.length)];

/** An object of the document, in tree and value. */
function anObject(root: ObjectNode, target: Doc, pick: () => number): { node: ObjectNode; value: Doc } {
  let node = root;
  let inner = target;
  for (;;) {
    const members = node.members.filter((member) => member.value?.kind === 'object');
    const member = at(members, pick);
    if (!member || member.value?.kind !== 'object' || pick() % 2 === 0) return { node, value: inner };
    node = member.value;
    inner = inner[member.key.value] as Doc;
  }
}

function part(list: ListNode, index: number): Node {
  const node = list.items[index];
  assert.ok(node);
  return node;
}

const has = (list: readonly Plain[], item: Plain): boolean => list.some((other) => JSON.stringify(other) === JSON.stringify(item));

function changes(newValue: Plain): Record<TreeEdit['edit'], Change> {
  return {
    replace(root, target, pick) {
      const { node, value: inner } = anObject(root, target, pick);
      const member = at(node.members, pick);
      if (!member?.value) return undefined;
      inner[member.key.value] = newValue;
      return { edit: 'replace', node: member.value, value: newValue };
    },
    append(root, target, pick) {
      const { node, value: inner } = anObject(root, target, pick);
      const member = at(node.members, pick);
      if (!member?.value) return undefined;
      const old = inner[member.key.value] as Plain;
      const list = Array.isArray(old) ? old : [old];
      if (!has(list, newValue)) inner[member.key.value] = [...list, newValue];
      return { edit: 'append', member, value: newValue };
    },
    'remove-item'(root, target, pick) {
      const { node, value: inner } = anObject(root, target, pick);
      const member = at(node.members.filter((candidate) => candidate.value?.kind === 'list' && candidate.value.items.length > 0), pick);
      if (!member) return undefined;
      const list = member.value as ListNode;
      const index = pick() % list.items.length;
      (inner[member.key.value] as Plain[]).splice(index, 1);
      return { edit: 'remove-item', member, item: part(list, index) };
    },
    'remove-member'(root, target, pick) {
      const { node, value: inner } = anObject(root, target, pick);
      const member = at(node.members, pick);
      if (!member) return undefined;
      Reflect.deleteProperty(inner, member.key.value);
      return { edit: 'remove-member', object: node, member };
    },
    'set-member'(root, target, pick) {
      const { node, value: inner } = anObject(root, target, pick);
      const name = at([...node.members.map((member) => member.key.value), 'New', 'Neü"'], pick) ?? 'New';
      const after = at([undefined, ...node.members.map((member) => member.key.value), 'absent'], pick);
      inner[name] = newValue;
      return { edit: 'set-member', object: node, name, value: newValue, ...(after === undefined ? {} : { after }) };
    },
    'rename-member'(root, target, pick) {
      const { node, value: inner } = anObject(root, target, pick);
      const member = at(node.members, pick);
      if (!member || memberOf(node, 'Renamed"')) return undefined;
      inner['Renamed"'] = inner[member.key.value] as Plain;
      Reflect.deleteProperty(inner, member.key.value);
      return { edit: 'rename-member', member, name: 'Renamed"' };
    },
    wrap(root, target, pick) {
      const { node, value: inner } = anObject(root, target, pick);
      const member = at(node.members.filter((candidate) => candidate.value?.kind === 'list' && candidate.value.items.length > 0), pick);
      if (member?.value?.kind !== 'list') return undefined;
      const list = member.value;
      const items = inner[member.key.value] as Plain[];
      const value = { New: 'x', Around: [WRAPPED_NODES] };
      const start = pick() % list.items.length;
      const end = start + 1 + pick() % (list.items.length - start);
      const isWhole = pick() % 2 === 0;
      if (isWhole) inner[member.key.value] = { New: 'x', Around: items };
      else items.splice(start, end - start, { New: 'x', Around: items.slice(start, end) });
      return { edit: 'wrap', value, ...isWhole ? { nodes: list.items, list } : { nodes: list.items.slice(start, end) } };
    },
    text(root) {
      return { edit: 'text', span: { start: root.span.end, end: root.span.end }, newText: ' ' };
    },
  };
}

function rootOf(text: string): ObjectNode {
  const { root, faults } = parse(text, { comments: 'allowed' });
  assert.deepEqual(faults, [], text);
  assert.ok(root?.kind === 'object');
  return root;
}

function picker(seeds: readonly number[]): () => number {
  let index = 0;
  return () => seeds[index++ % seeds.length] ?? 0;
}

/** The layer of a text that stands alone, or in a string in a string of a file; and how to read the result back. */
function layers(text: string, depth: number): { file: string; layer: SourceLayer; back: (file: string) => string } {
  if (depth === 0) return { file: text, layer: fileLayer(text, JSON_SYNTAX), back: (file) => file };
  const file = JSON.stringify({ before: 'é\\n', Policy: text }, null, 2);
  const outer = layers(file, depth - 1);
  const member = memberOf(rootOf(file), 'Policy')?.value;
  assert.ok(member?.kind === 'scalar');
  return { file: outer.file, layer: embeddedLayer(outer.layer, member, JSON_SYNTAX),
    back: (changed) => (JSON.parse(outer.back(changed)) as { Policy: string }).Policy };
}

describe('renderJsonEdits on random documents', () => {
  const kinds: TreeEdit['edit'][] = ['replace', 'append', 'remove-item', 'remove-member', 'set-member', 'rename-member', 'wrap', 'text'];
  for (const kind of kinds) {
    it(`${kind} gives the document with the edit applied, in every layout and layer`, () => {
      fc.assert(
        fc.property(doc, layoutName, value, fc.array(fc.nat(50), { minLength: 12, maxLength: 12 }), fc.nat(2),
          (document, name, newValue, seeds, depth) => {
            const text = LAYOUTS[name](document);
            const expected = structuredClone(document);
            const edit = changes(newValue)[kind](rootOf(text), expected, picker(seeds));
            fc.pre(edit !== undefined);
            const { file, layer: sourceLayer, back } = layers(text, depth);
            const result = back(applyEdits(file, renderedEdits(sourceLayer, [edit])));
            assert.deepEqual(plain(nodeToJson(rootOf(result))), plain(expected), result);
          }),
        { numRuns: 400 },
      );
    });
  }

  it('several edits of one list make one change', () => {
    const list = fc.array(fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 6 }).map((items) => [...new Set(items)]);
    fc.assert(fc.property(list, list, list, layoutName, (items, removed, added, name) => {
      const text = LAYOUTS[name]({ Action: items, Resource: '*' });
      const root = rootOf(text);
      const member = memberOf(root, 'Action');
      assert.ok(member?.value?.kind === 'list');
      const nodes = member.value.items.filter((node) => node.kind === 'scalar' && removed.includes(node.value));
      const edits: TreeEdit[] = [
        ...nodes.map((item): TreeEdit => ({ edit: 'remove-item', member, item })),
        ...added.map((item): TreeEdit => ({ edit: 'append', member, value: item })),
      ];
      const result = applyEdits(text, renderedEdits(fileLayer(text, JSON_SYNTAX), edits));
      const kept = items.filter((item) => !removed.includes(item));
      assert.deepEqual(plain(nodeToJson(rootOf(result))), { Action: [...kept, ...added.filter((item) => !kept.includes(item))],
        Resource: '*' }, result);
    }), { numRuns: 600 });
  });

  it('several edits of one object make one change', () => {
    const names = fc.subarray(['a', 'b', 'c', 'd', 'e']);
    fc.assert(fc.property(names, names, names, layoutName, fc.nat(4), (there, removed, set, name, after) => {
      const document = Object.fromEntries(there.map((key) => [key, key]));
      const text = LAYOUTS[name](document);
      const root = rootOf(text);
      const edits: TreeEdit[] = [
        ...root.members.filter((member) => removed.includes(member.key.value)).map((member): TreeEdit => ({ edit: 'remove-member',
          object: root, member })
        ),
        ...set.map((key): TreeEdit => ({ edit: 'set-member', object: root, name: key, value: [key],
          after: ['a', 'b', 'c', 'd', 'e'][after] ?? 'a' })
        ),
      ];
      const result = applyEdits(text, renderedEdits(fileLayer(text, JSON_SYNTAX), edits));
      const expected: Record<string, unknown> = { ...document };
      for (const key of removed) Reflect.deleteProperty(expected, key);
      for (const key of set) expected[key] = [key];
      assert.deepEqual(plain(nodeToJson(rootOf(result))), expected, result);
    }), { numRuns: 600 });
  });
});
