import assert from 'node:assert/strict';
import { embeddedLayer } from '../../../../server/src/core/syntax/embedded-layer';
import { JSON_SYNTAX } from '../../../../server/src/core/syntax/json/json-syntax';
import { fileLayer, type RenderedEdits } from '../../../../server/src/core/syntax/syntax';
import { isStringNode, type Member, type Node } from '../../../../server/src/core/syntax/tree';
import type { JsonValue, TreeEdit } from '../../../../server/src/core/syntax/tree-edit';
import { applyEdits } from '../json/support';
import { edited, nodeAt, objectAt, parse, refusalOf, valueOf, YAML } from './support';

function memberAt(root: Node, ...path: readonly (string | number)[]): Member {
  const name = path.at(-1);
  return objectAt(root, ...path.slice(0, -1)).members.find(({ key }) => key.value === name) ?? assert.fail(String(name));
}

const append = (value: JsonValue, ...path: (string | number)[]) => (root: Node): TreeEdit[] =>
  [{ edit: 'append', member: memberAt(root, ...path), value }];
const replace = (value: JsonValue, ...path: (string | number)[]) => (root: Node): TreeEdit[] =>
  [{ edit: 'replace', node: nodeAt(root, ...path), value }];
const removeItem = (index: number, ...path: (string | number)[]) => (root: Node): TreeEdit[] =>
  [{ edit: 'remove-item', member: memberAt(root, ...path), item: nodeAt(root, ...path, index) }];
const removeMember = (...path: (string | number)[]) => (root: Node): TreeEdit[] =>
  [{ edit: 'remove-member', object: objectAt(root, ...path.slice(0, -1)), member: memberAt(root, ...path) }];
const set = (name: string, value: JsonValue, place: { after?: string; first?: boolean } = {}, ...path: (string | number)[]) =>
  (root: Node): TreeEdit[] => [{ edit: 'set-member', object: objectAt(root, ...path), name, value, ...place }];

describe('edits of YAML', () => {
  const CASES: Readonly<Record<string, readonly [before: string, make: (root: Node) => TreeEdit[], after: string]>> = {
    'an item goes behind the comment of the last one, before comments below': [
      'a:\n  - x # last\n  # below\nb: c\n', append('w', 'a'), 'a:\n  - x # last\n  - w\n  # below\nb: c\n'],
    'an item is written like its neighbours: dash, gap and quotes': [
      'a:\n-   "x"\nb: c\n', append('y', 'a'), 'a:\n-   "x"\n-   "y"\nb: c\n'],
    'line ends stay those of the file': ['a:\r\n  - x\r\nb: c\r\n', append('w', 'a'), 'a:\r\n  - x\r\n  - w\r\nb: c\r\n'],
    'a file without a line end at its end': ['a:\n  - x', append('w', 'a'), 'a:\n  - x\n  - w'],
    'an item in brackets': ['a: [x, \'y\'] # c\n', append('z', 'a'), 'a: [x, \'y\', z] # c\n'],
    'brackets over several lines': ['a: [\n  x, # one\n  y # two\n]\n', append('z', 'a'), 'a: [\n  x, # one\n  y, # two\n  z\n]\n'],
    'a comma at the end of brackets stays one': ['a: [\n  x,\n]\n', append('w', 'a'), 'a: [\n  x,\n  w\n]\n'],
    'one value becomes a list of lines': ['a: x # c\nb: d\n', append('w', 'a'), 'a:\n  - x # c\n  - w\nb: d\n'],
    'one value becomes a list in brackets, where the file has these': ['b: [d]\na: x # c\n', append('w', 'a'), 'b: [d]\na: [x, w] # c\n'],
    'one statement becomes a list': ['a:\n  b: c\n\n  d:\n    - e\nf: g\n', append({ b: 'h' }, 'a'),
      'a:\n  - b: c\n\n    d:\n      - e\n  - b: h\nf: g\n'],
    'a function becomes an item of a list': ['a: !Sub ${x}-y\n', append('z', 'a'), 'a:\n  - !Sub ${x}-y\n  - z\n'],
    'an empty list': ['a: []\n', append({ b: ['c', 'd'] }, 'a'), 'a:\n  - b:\n      - c\n      - d\n'],
    'a name without value': ['a: # c\nb: d\n', append('x', 'a'), 'a: x # c\nb: d\n'],
    'a name without value gets an object': ['a: # c\nb: d\n', set('a', { x: 'w' }), 'a: # c\n  x: w\nb: d\n'],
    'an item goes with its line and its comment': ['a:\n  - x # one\n  # between\n  - y\n', removeItem(0, 'a'), 'a:\n  # between\n  - y\n'],
    'the last item': ['a:\n  - x\n  - y', removeItem(1, 'a'), 'a:\n  - x'],
    'the only item': ['a:\n  - x\nb: c\n', removeItem(0, 'a'), 'a: []\nb: c\n'],
    'an item in brackets goes with its comma': ['a: [x, y, z]\n', removeItem(1, 'a'), 'a: [x, z]\n'],
    'the last item in brackets': ['a: [x, y]\n', removeItem(1, 'a'), 'a: [x]\n'],
    'the first member behind a dash': ['- a: x\n  b: y\n', removeMember(0, 'a'), '- b: y\n'],
    'the only member': ['a:\n  b: c\nd: e\n', removeMember('a', 'b'), 'a: {}\nd: e\n'],
    'a member behind another one': ['- a: |\n    x\n  b: y\n', set('c', 'z', { after: 'a' }, 0), '- a: |\n    x\n  c: z\n  b: y\n'],
    'a member in front of all': ['- a: x\n', set('b', 'z', { first: true }, 0), '- b: z\n  a: x\n'],
    'a member in braces': ['a: {b: c}\n', set('d', ['e', 'f'], {}, 'a'), 'a: {b: c, d: [e, f]}\n'],
    'a value keeps its quotes': ['a: "x" # c\nb: \'y\'\n', replace('it\'s', 'b'), 'a: "x" # c\nb: \'it\'\'s\'\n'],
    'a value that needs quotes gets them': ['a: x\n', replace('*', 'a'), 'a: \'*\'\n'],
    'an account id gets quotes': ['a: x\n', replace('012345670123', 'a'), 'a: \'012345670123\'\n'],
    'a word becomes a list': ['- a: x\n', replace(['w', 'z'], 0, 'a'), '- a:\n    - w\n    - z\n'],
    'an object becomes a word': ['a:\n  b: c\nd: e\n', replace('x', 'a'), 'a: x\nd: e\n'],
    'a folded block is replaced as a whole': ['a: >-\n  x\n  y\nb: c\n', replace('z', 'a'), 'a: z\nb: c\n'],
    'a reference is written as a tag': ['a: x\n', replace({ 'Fn::GetAtt': 'Key.Arn' }, 'a'), 'a: !GetAtt Key.Arn\n'],
    'a reference is written in its long form, where the file has these': ['a: x\nb:\n  Ref: y\n', replace({ Ref: 'z' }, 'a'),
      'a:\n  Ref: z\nb:\n  Ref: y\n'],
    'a function in brackets gets the quotes that it needs there': [
      'a: [x]\n', append({ 'Fn::Sub': 's3.${AWS::Region}.amazonaws.com' }, 'a'),
      'a: [x, !Sub \'s3.${AWS::Region}.amazonaws.com\']\n'],
    'an empty item gets a value': ['a:\n  -\n  - x\n', replace('w', 'a', 0), 'a:\n  - w\n  - x\n'],
    'a value behind an alias that is not its own': ['a: &x [y]\nb: *x\nc: [d]\n', append('e', 'c'), 'a: &x [y]\nb: *x\nc: [d, e]\n'],
  };
  for (const [name, [before, make, after]] of Object.entries(CASES)) {
    it(name, () => {
      assert.equal(edited(before, make), after);
      assert.deepEqual(parse(after).faults, []);
    });
  }

  it('several edits of one list are one change', () => {
    const text = 'a:\n  - x\n  - y # c\n  - z\nb: c\n';
    assert.equal(edited(text, (root) => [...removeItem(0, 'a')(root), ...removeItem(2, 'a')(root), ...append('w', 'a')(root)]),
      'a:\n  - y # c\n  - w\nb: c\n');
  });

  it('refuses with a reason what it cannot change alone', () => {
    assert.match(refusalOf('a: &x [y]\nb: *x\n', append('z', 'b')) ?? '', /in several places/);
    assert.match(refusalOf('a: &x [y]\nb: *x\n', append('z', 'a')) ?? '', /in several places/);
    assert.match(refusalOf('a: &x {y: 1}\nb: {<<: *x, z: 2}\n', removeMember('b', 'y')) ?? '', /merge key/);
    assert.match(refusalOf('a: !Sub x\n', set('y', 'z', {}, 'a')) ?? '', /function/);
  });

  it('prints a document', () => {
    assert.equal(YAML.print({ Version: '2012-10-17', Statement: [{ Action: ['kms:*', 'kms:Decrypt'], Resource: '*', Condition: {} }] }),
      'Version: \'2012-10-17\'\nStatement:\n  - Action:\n      - kms:*\n      - kms:Decrypt\n    Resource: \'*\'\n    Condition: {}\n');
  });
});

describe('a policy in a scalar of YAML', () => {
  const JSON_TEXT = '{\n  "Action": ["kms:Decrypt"],\n  "Resource": "*"\n}';
  const FILES: Readonly<Record<string, string>> = {
    'a literal block': `a:\n  b: |\n    ${JSON_TEXT.replace(/\n/g, '\n    ')}\n  c: d\n`,
    'a literal block with the line ends of Windows': `a:\r\n  b: |\r\n    ${JSON_TEXT.replace(/\n/g, '\r\n    ')}\r\n  c: d\r\n`,
    'a literal block with a tag': `a:\n  b: !Sub |-\n     ${JSON_TEXT.replace(/\n/g, '\n     ')}\n  c: d\n`,
    'double quotes': `a: {b: ${JSON.stringify(JSON_TEXT)}, c: d}\n`,
    'single quotes on one line': 'a: {b: \'{"Action": ["kms:Decrypt"], "Resource": "*"}\', c: d}\n',
    'a folded block on one line': 'a:\n  b: >-\n    {"Action": ["kms:Decrypt"],\n    "Resource": "*"}\n  c: d\n',
  };

  function embedded(text: string): { readonly render: (edit: (root: Node) => TreeEdit[]) => RenderedEdits; readonly place: string } {
    const value = nodeAt(parse(text).root, 'a', 'b');
    const node = value.kind === 'object' ? nodeAt(value, 'Fn::Sub') : value;
    assert.ok(isStringNode(node));
    const layer = embeddedLayer(fileLayer(text, YAML), node, JSON_SYNTAX);
    const { root, faults } = JSON_SYNTAX.parse(layer.text, { comments: 'fault' });
    assert.deepEqual(faults, []);
    assert.ok(root);
    const span = layer.toFileSpan(nodeAt(root, 'Action', 0).span);
    return { render: (edit) => layer.syntax.renderEdits(layer, edit(root)), place: text.slice(span.start, span.end) };
  }

  function policyOf(text: string): unknown {
    const { a } = valueOf(text) as { readonly a: { readonly b: string | Record<string, string>; readonly c: string } };
    assert.equal(a.c, 'd');
    return JSON.parse(typeof a.b === 'string' ? a.b : a.b['Fn::Sub'] ?? '');
  }

  for (const [name, text] of Object.entries(FILES)) {
    it(`${name}: has the place of each character, and takes words`, () => {
      const { render, place } = embedded(text);
      assert.match(place, /^\\?"kms:Decrypt\\?"$/);
      const { edits } = render(replace('it\'s "x"', 'Action', 0));
      const changed = applyEdits(text, edits ?? []);
      assert.deepEqual(policyOf(changed), { Action: ['it\'s "x"'], Resource: '*' });
      assert.equal(/[^\r]\n/.test(changed), /[^\r]\n/.test(text));
    });
  }

  for (const name of ['a literal block', 'a literal block with the line ends of Windows', 'a literal block with a tag', 'double quotes']) {
    it(`${name}: takes lines`, () => {
      const text = FILES[name] ?? '';
      const changed = applyEdits(text, embedded(text).render(set('Condition', { Bool: { x: 'true' } })).edits ?? []);
      assert.deepEqual(policyOf(changed), { Action: ['kms:Decrypt'], Resource: '*', Condition: { Bool: { x: 'true' } } });
      assert.equal(/[^\r]\n/.test(changed), /[^\r]\n/.test(text));
    });
  }

  it('a folded block with lines of its own refuses more of them, with a reason', () => {
    const text = 'a:\n  b: >\n    {\n      "Action": ["kms:Decrypt"]\n    }\n  c: d\n';
    assert.match(embedded(text).render(set('Condition', { Bool: { x: 'true' } })).refusal ?? '', /does not accept line breaks/);
  });
});
