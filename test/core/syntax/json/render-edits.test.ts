import assert from 'node:assert/strict';
import type { JsonValue, TreeEdit } from '../../../../server/src/core/syntax/tree-edit';
import { embeddedLayer } from '../../../../server/src/core/syntax/embedded-layer';
import { JSON_SYNTAX } from '../../../../server/src/core/syntax/json/json-syntax';
import { fileLayer } from '../../../../server/src/core/syntax/syntax';
import { printJson } from '../../../../server/src/core/syntax/json/print-json';
import { memberOf, type Member, type Node, type ObjectNode } from '../../../../server/src/core/syntax/tree';
import { applyEdits, parse, renderedEdits } from './support';

function rootOf(text: string): ObjectNode {
  const { root } = parse(text, { comments: 'allowed' });
  assert.ok(root?.kind === 'object', text);
  return root;
}

function member(node: Node | undefined, name: string): Member {
  const found = memberOf(node, name);
  assert.ok(found, name);
  return found;
}

function valueOf(node: Node, name: string): Node {
  const { value } = member(node, name);
  assert.ok(value);
  return value;
}

/** The text after the edits that `make` names. */
function edited(text: string, make: (root: ObjectNode) => readonly TreeEdit[]): string {
  return applyEdits(text, renderedEdits(fileLayer(text, JSON_SYNTAX), make(rootOf(text))));
}

const append = (name: string, ...values: JsonValue[]) => (root: ObjectNode): TreeEdit[] =>
  values.map((value) => ({ edit: 'append', member: member(root, name), value }));
const remove = (name: string, ...indexes: number[]) => (root: ObjectNode): TreeEdit[] =>
  indexes.map((index) => {
    const list = member(root, name);
    const item = list.value?.kind === 'list' ? list.value.items[index] : list.value;
    assert.ok(item);
    return { edit: 'remove-item', member: list, item };
  });
const set =
  (name: string, value: JsonValue, after?: string) => (root: ObjectNode): TreeEdit[] => [{ edit: 'set-member', object: root, name, value,
    ...(after === undefined ? {} : { after }) }];
const drop = (...names: string[]) => (root: ObjectNode): TreeEdit[] =>
  names.map((name) => ({ edit: 'remove-member', object: root, member: member(root, name) }));

const STATEMENT = { Effect: 'Allow', Action: ['kms:Decrypt'] };

describe('renderJsonEdits: lists', () => {
  it('appends in the layout of the list', () => {
    assert.equal(edited('{"a": ["x"]}', append('a', 'y', 'z')), '{"a": ["x", "y", "z"]}');
    assert.equal(edited('{"a":["x"]}', append('a', 'y')), '{"a":["x","y"]}');
    assert.equal(edited('{\n\t"a": [\n\t\t"x"\n\t]\n}', append('a', 'y')), '{\n\t"a": [\n\t\t"x",\n\t\t"y"\n\t]\n}');
    assert.equal(edited('{\r\n  "a": [\r\n    "x"\r\n  ]\r\n}', append('a', 'y')), '{\r\n  "a": [\r\n    "x",\r\n    "y"\r\n  ]\r\n}');
    assert.equal(edited('{\n  "a": ["x", "w"]\n}', append('a', 'y')), '{\n  "a": ["x", "w", "y"]\n}');
  });

  it('appends to an empty list, and to one with only a comment', () => {
    assert.equal(edited('{"a": []}', append('a', 'y')), '{"a": ["y"]}');
    assert.equal(edited('{\n  "a": []\n}', append('a', 'x', 'y')), '{\n  "a": [\n    "x",\n    "y"\n  ]\n}');
    assert.equal(edited('{\n  "a": [ ]\n}', append('a', 'x')), '{\n  "a": [\n    "x"\n  ]\n}');
    assert.equal(edited('{\n  "a": [\n    // none\n  ]\n}', append('a', 'x')), '{\n  "a": [\n    // none\n    "x"\n  ]\n}');
  });

  it('appends behind a trailing comma and behind comments', () => {
    assert.equal(edited('{\n  "a": [\n    "x",\n  ]\n}', append('a', 'y')), '{\n  "a": [\n    "x",\n    "y"\n  ]\n}');
    assert.equal(edited('{\n  "a": [\n    "x" // first\n  ]\n}', append('a', 'y')), '{\n  "a": [\n    "x", // first\n    "y"\n  ]\n}');
    assert.equal(edited('{"a": ["x" /* first */]}', append('a', 'y')), '{"a": ["x", /* first */ "y"]}');
  });

  it('does nothing when the value is there', () => {
    assert.equal(edited('{"a": ["x"], "b": "x"}', (root) => [...append('a', 'x')(root), ...append('b', 'x')(root)]),
      '{"a": ["x"], "b": "x"}');
    assert.equal(edited('{"a": ["x"]}', append('a', 'y', 'y')), '{"a": ["x", "y"]}');
  });

  it('makes a list of a single value', () => {
    assert.equal(edited('{"a": "x"}', append('a', 'y')), '{"a": ["x", "y"]}');
    assert.equal(edited('{\n  "a": "x", // why\n  "b": 1\n}', append('a', 'y', 'z')),
      '{\n  "a": [\n    "x",\n    "y",\n    "z"\n  ], // why\n  "b": 1\n}');
    assert.equal(edited('{\n  "Principal": {"AWS": "x"}\n}', (root) => append('AWS', 'y')(member(root, 'Principal').value as ObjectNode)),
      '{\n  "Principal": {"AWS": ["x", "y"]}\n}');
  });

  it('makes a list of a single statement', () => {
    assert.equal(
      edited('{\n  "Statement": {\n    "Effect": "Deny"\n  }\n}', append('Statement', STATEMENT)),
      '{\n  "Statement": [{\n    "Effect": "Deny"\n  }, {\n    "Effect": "Allow",\n    "Action": [\n      "kms:Decrypt"\n    ]\n  }]\n}',
    );
    assert.equal(edited('{"Statement":{"Effect":"Deny"}}', append('Statement', STATEMENT)),
      '{"Statement":[{"Effect":"Deny"},{"Effect":"Allow","Action":["kms:Decrypt"]}]}');
  });

  it('appends a statement in the layout of the statements', () => {
    assert.equal(
      edited('{\n  "Statement": [\n    {\n      "Effect": "Deny"\n    }\n  ]\n}\n', append('Statement', STATEMENT)),
      '{\n  "Statement": [\n    {\n      "Effect": "Deny"\n    },\n    {\n      "Effect": "Allow",\n      "Action": '
        + '[\n        "kms:Decrypt"\n      ]\n    }\n  ]\n}\n',
    );
    assert.equal(
      edited('{\n  "Statement" : [ {\n    "Effect" : "Deny"\n  } ]\n}', append('Statement', { Effect: 'Allow' })),
      '{\n  "Statement" : [ {\n    "Effect" : "Deny"\n  }, {\n    "Effect" : "Allow"\n  } ]\n}',
    );
  });

  it('removes with the right comma and line', () => {
    const lines = '{\n  "a": [\n    "x", // one\n    "y",\n    "z"\n  ]\n}';
    assert.equal(edited(lines, remove('a', 0)), '{\n  "a": [\n    "y",\n    "z"\n  ]\n}');
    assert.equal(edited(lines, remove('a', 1)), '{\n  "a": [\n    "x", // one\n    "z"\n  ]\n}');
    assert.equal(edited(lines, remove('a', 2)), '{\n  "a": [\n    "x", // one\n    "y"\n  ]\n}');
    assert.equal(edited(lines, remove('a', 1, 2)), '{\n  "a": [\n    "x" // one\n  ]\n}');
    assert.equal(edited('{"a": ["x", "y", "z"]}', remove('a', 1)), '{"a": ["x", "z"]}');
    assert.equal(edited('{"a": ["x", "y", "z"]}', remove('a', 1, 2)), '{"a": ["x"]}');
    assert.equal(edited('{"a": [\n  "x"\n]}', remove('a', 0)), '{"a": []}');
    assert.equal(edited('{"a": "x"}', remove('a', 0)), '{"a": []}');
  });

  it('removes and appends in one go', () => {
    assert.equal(edited('{\n  "a": [\n    "x",\n    "y"\n  ]\n}', (root) => [...remove('a', 1)(root), ...append('a', 'z')(root)]),
      '{\n  "a": [\n    "x",\n    "z"\n  ]\n}');
    assert.equal(edited('{"a": ["x"]}', (root) => [...remove('a', 0)(root), ...append('a', 'y', 'z')(root)]), '{"a": ["y", "z"]}');
  });
});

describe('renderJsonEdits: objects', () => {
  it('adds members at the end or behind another', () => {
    assert.equal(edited('{\n  "a": 1,\n  "b": 2\n}', set('c', ['x'])), '{\n  "a": 1,\n  "b": 2,\n  "c": [\n    "x"\n  ]\n}');
    assert.equal(edited('{\n  "a": 1, // one\n  "b": 2\n}', set('c', 3, 'a')), '{\n  "a": 1, // one\n  "c": 3,\n  "b": 2\n}');
    assert.equal(edited('{"a":1}', set('c', { d: 1 })), '{"a":1,"c":{"d":1}}');
    assert.equal(edited('{}', set('c', 3)), '{"c": 3}');
    assert.equal(edited('{\n}', set('c', 3)), '{\n  "c": 3\n}');
  });

  it('replaces the value of a member that is there', () => {
    assert.equal(edited('{"a": 1, "b": [2]}', set('b', 3)), '{"a": 1, "b": 3}');
    assert.equal(edited('{\n  "a": "x"\n}', set('a', { b: ['y'] })), '{\n  "a": {\n    "b": [\n      "y"\n    ]\n  }\n}');
    assert.deepEqual(renderedEdits(fileLayer('{"a": 1}', JSON_SYNTAX), set('a', 1)(rootOf('{"a": 1}'))), []);
  });

  it('removes members', () => {
    assert.equal(edited('{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}', drop('c')), '{\n  "a": 1,\n  "b": 2\n}');
    assert.equal(edited('{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}', drop('a', 'b')), '{\n  "c": 3\n}');
    assert.equal(edited('{"a": 1, "b": 2}', drop('a')), '{"b": 2}');
    assert.equal(edited('{"a": 1, "b": 2}', drop('a', 'b')), '{}');
  });

  it('renames, and escapes names', () => {
    assert.equal(edited('{"a": 1}', (root) => [{ edit: 'rename-member', member: member(root, 'a'), name: 'b"' }]), '{"b\\"": 1}');
  });

  it('drops edits inside of what another one replaces', () => {
    assert.equal(edited('{"a": {"b": ["x"]}}', (root) => [
      { edit: 'append', member: member(member(root, 'a').value, 'b'), value: 'y' },
      { edit: 'replace', node: valueOf(root, 'a'), value: 1 },
    ]), '{"a": 1}');
  });
});

describe('renderJsonEdits: broken text', () => {
  it('gives a value to a member without one', () => {
    assert.equal(edited('{"a": , "b": 1}', set('a', 2)), '{"a": 2 , "b": 1}');
    assert.equal(edited('{\n  "a"\n  "b": 1\n}', append('a', 'x')), '{\n  "a": "x",\n  "b": 1\n}');
    assert.equal(edited('{\n  "a":\n  "b": 1\n}', append('a', 'x', 'y')), '{\n  "a": [\n    "x",\n    "y"\n  ],\n  "b": 1\n}');
  });

  it('appends to a list that is not closed', () => {
    assert.equal(edited('{\n  "a": [\n    "x"\n  "b": 1\n}', append('a', 'y')), '{\n  "a": [\n    "x",\n    "y"\n  "b": 1\n}');
    assert.equal(edited('{\n  "a": [\n    "x",\n', append('a', 'y')), '{\n  "a": [\n    "x",\n    "y"\n');
    assert.equal(edited('{\n  "a": [', append('a', 'y')), '{\n  "a": [\n    "y"');
    assert.equal(edited('{"a": ["x', append('a', 'y')), '{"a": ["x", "y"');
  });

  it('adds members to a fragment without braces', () => {
    assert.equal(edited('"a": 1,\n"b": 2\n', set('c', 3)), '"a": 1,\n"b": 2,\n"c": 3\n');
    assert.equal(edited('\u00a0\u00a0"a": 1,\n\u00a0\u00a0"b": 2,', set('c', 3)), '\u00a0\u00a0"a": 1,\n\u00a0\u00a0"b": 2,\n  "c": 3');
  });
});

describe('embedded layers', () => {
  const policy = '{\n  "Sid" : "é \\"q\\"",\n  "Action" : [ "kms:Decrypt" ]\n}';

  it('map every character to its place in the file, at any depth', () => {
    for (const depth of [1, 2, 3]) {
      let file = policy;
      for (let i = 0; i < depth; i++) file = JSON.stringify({ before: '\u00e9', Policy: file });
      let sourceLayer = fileLayer(file, JSON_SYNTAX);
      for (let i = 0; i < depth; i++) {
        const node = member(rootOf(sourceLayer.text), 'Policy').value;
        assert.ok(node?.kind === 'scalar');
        sourceLayer = embeddedLayer(sourceLayer, node, JSON_SYNTAX);
      }
      assert.equal(sourceLayer.text, policy);
      for (const word of ['kms:Decrypt', 'Sid', 'é']) {
        const start = policy.indexOf(word);
        const { start: from, end } = sourceLayer.toFileSpan({ start, end: start + word.length });
        assert.equal(file.slice(from, end), word);
      }
      // An escaped character is as wide in the file as it is written there.
      const quote = policy.indexOf('\\"q');
      const place = sourceLayer.toFileSpan({ start: quote, end: quote + 2 });
      assert.equal(file.slice(place.start, place.end), escapes('\\"', depth));
    }
  });

  it('write edits with the escapes of the string', () => {
    const file = JSON.stringify({ Policy: policy });
    const node = member(rootOf(file), 'Policy').value;
    assert.ok(node?.kind === 'scalar');
    const layer = embeddedLayer(fileLayer(file, JSON_SYNTAX), node, JSON_SYNTAX);
    const root = rootOf(layer.text);
    const changed = applyEdits(file, renderedEdits(layer, [
      { edit: 'append', member: member(root, 'Action'), value: 'kms:Encrypt' },
      { edit: 'set-member', object: root, name: 'Effect', value: 'Allow', after: 'Sid' },
    ]));
    assert.equal((JSON.parse(changed) as { Policy: string }).Policy, '{\n  "Sid" : "é \\"q\\"",\n  "Effect" : "Allow",\n  "Action" : '
      + '[ "kms:Decrypt", "kms:Encrypt" ]\n}');
  });

  function escapes(text: string, depth: number): string {
    return depth === 0 ? text : escapes(JSON.stringify(text).slice(1, -1), depth - 1);
  }
});

describe('printJson', () => {
  const value = { a: [], b: {}, c: [1, 'x"'], d: { e: null } };

  it('prints as JSON.stringify does, from a level on', () => {
    assert.equal(printJson(value, { indent: '  ', eol: '\n' }), JSON.stringify(value, null, 2));
    assert.equal(printJson({ a: [1] }, { indent: '\t', eol: '\r\n' }, 1), '{\r\n\t\t"a": [\r\n\t\t\t1\r\n\t\t]\r\n\t}');
  });

  it('prints on one line', () => {
    assert.equal(printJson(value, { indent: '', eol: '' }), '{"a": [], "b": {}, "c": [1, "x\\""], "d": {"e": null}}');
    assert.equal(printJson(value, { indent: '', eol: '', colon: ':', comma: ',' }), JSON.stringify(value));
  });
});
