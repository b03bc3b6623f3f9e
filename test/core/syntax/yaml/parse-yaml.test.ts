import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { nodeToJson } from '../../../../server/src/core/syntax/canonical-value';
import { applyFix, checkTree, faultsOf, nodeAt, objectAt, parse, scalarAt, valueOf, valuesOf } from './support';

describe('parseYaml', () => {
  it('reads blocks and brackets into the same tree', () => {
    const expected = { a: ['x', { b: 'c', d: null }], e: {}, f: [] };
    assert.deepEqual(valueOf('a:\n  - x\n  - b: c\n    d:\ne: {}\nf: []\n'), expected);
    assert.deepEqual(valueOf('{a: [x, {b: c, d}], e: {}, f: []}'), expected);
    assert.deepEqual(valueOf('a:\n- x\n-\n  b: c\n  d: ~\n# comment\ne: {}\n\nf: []'), expected);
  });

  it('reads a tag as an object with one member, whose name has the span of the tag', () => {
    const text = 'a: !Sub "${x}"\nb: !Ref c\nc: !If [d, !Ref e, !GetAtt f.g]\nd: !Sub\ne: !Join\n  - ":"\n  - [x]\n';
    assert.deepEqual(valueOf(text), { a: { 'Fn::Sub': '${x}' }, b: { Ref: 'c' },
      c: { 'Fn::If': ['d', { Ref: 'e' }, { 'Fn::GetAtt': 'f.g' }] }, d: { 'Fn::Sub': null }, e: { 'Fn::Join': [':', ['x']] } });
    const node = objectAt(parse(text).root, 'a');
    assert.equal(node.style, 'tag');
    assert.equal(text.slice(node.span.start, node.span.end), '!Sub "${x}"');
    const [member] = node.members;
    assert.ok(member);
    assert.equal(text.slice(member.key.span.start, member.key.span.end), '!Sub');
    assert.equal(scalarAt(node, 'Fn::Sub').style, 'double-quoted');
  });

  it('keeps the name of a tag that it does not know, and takes those of YAML itself for none', () => {
    assert.deepEqual(valueOf('a: !Other x\nb: !!str 12\nc: !!map {d: e}'), { a: { '!Other': 'x' }, b: '12', c: { d: 'e' } });
  });

  it('reads an alias as the anchored node itself', () => {
    const { root } = parse('a: &x {b: c}\nd: *x\ne: [*x, *x]\n');
    assert.equal(nodeAt(root, 'd'), nodeAt(root, 'a'));
    assert.equal(nodeAt(root, 'e', 1), nodeAt(root, 'a'));
    assert.deepEqual(valueOf('a: &x !Ref b\nc: *x'), { a: { Ref: 'b' }, c: { Ref: 'b' } });
  });

  it('merges members in front of those of the object', () => {
    assert.deepEqual(valueOf('a: &x {b: 1, c: 2}\nd: &y {b: 3, e: 4}\nf:\n  <<: *x\n  c: 5\ng:\n  <<: [*y, *x]\n'),
      { a: { b: 1, c: 2 }, d: { b: 3, e: 4 }, f: { b: 1, c: 5 }, g: { b: 3, c: 2, e: 4 } });
    assert.equal(objectAt(parse('a: &x {b: 1}\nc: {<<: *x, d: 1}').root, 'c').mergedMembers, 1);
  });

  it('reads several documents, and none of empty ones', () => {
    assert.deepEqual(valuesOf('--- # first\na: 1\n---\n- b\n...\n---\n# nothing\n---\nc\n'), [{ a: 1 }, ['b'], 'c']);
    assert.deepEqual(valuesOf('%YAML 1.1\n---\na: 1\n'), [{ a: 1 }]);
    assert.equal(parse('# nothing\n').root, undefined);
  });

  it('reads plain scalars as YAML 1.1 does, and account ids and dates as they are written', () => {
    const types = (text: string): Record<string, string> => Object.fromEntries(objectAt(parse(text).root).members.map(({ key, value }) =>
      [key.value, value?.kind === 'scalar' ? value.type : '']));
    assert.deepEqual(types('a: yes\nb: Off\nc: ~\nd: 012345670123\ne: 111122223333\nf: 1e3\ng: 0x1F\nh: 2012-10-17\ni: kms:*\n'
      + 'j: y\nk: "1"\nl: 099911112222\nm: .5\nn: 1.2.3\no: NULL\np: truest\n'),
    { a: 'boolean', b: 'boolean', c: 'null', d: 'number', e: 'number', f: 'number', g: 'number', h: 'string', i: 'string', j: 'string',
      k: 'string', l: 'string', m: 'number', n: 'string', o: 'null', p: 'string' });
    assert.deepEqual(valueOf('a: yes\nb: 012345670123\nc: off\nd: 1_000'), { a: true, b: '012345670123', c: false, d: '1_000' });
  });

  it('has an expression of a template engine as a placeholder', () => {
    const node = scalarAt(parse('a: {{ account }}\n').root, 'a');
    assert.equal(node.value, '{{ account }}');
    assert.deepEqual(node.placeholders, [{ form: 'template', name: 'account', start: 0, end: 13 }]);
  });

  it('has an empty scalar behind a dash alone, and no value behind a name alone', () => {
    const { root } = parse('a:\n  -\n  - b\nc:\n');
    assert.deepEqual(scalarAt(root, 'a', 0).span, { start: 6, end: 6 });
    assert.equal(objectAt(root).members[1]?.value, undefined);
  });

  it('ends blocks with their last line, and leaves comments below out', () => {
    const text = 'a:\n  - |\n    x\n\n  # comment\nb: c # d\n';
    const list = nodeAt(parse(text).root, 'a');
    assert.equal(text.slice(list.span.start, list.span.end), '- |\n    x');
  });
});

describe('faults of YAML', () => {
  const CASES: Readonly<Record<string, readonly [fault: string, fixed?: string]>> = {
    'a: *\n': ['unknown-alias "*"', 'a: \'*\'\n'],
    'a: "b\n': ['unterminated-string "\\""', 'a: "b"\n'],
    'a: [b, c\n': ['missing-brace "["', 'a: [b, c]\n'],
    'a: {b: c\nd: e\n': ['missing-brace "{"', 'a: {b: c}\nd: e\n'],
    'a: {b: c d: e}\n': ['unexpected "c"'],
    'a: ["b" "c"]\n': ['missing-comma "\\""', 'a: ["b" ,"c"]\n'],
    'a: [b,, c]\n': ['unexpected ","', 'a: [b, c]\n'],
    'a:b\nc: d\n': ['missing-colon "a:b"', 'a: b\nc: d\n'],
    'a: b: c\n': ['unexpected "b: c"', 'a: \'b: c\'\n'],
    'a: "\\q"\n': ['invalid-escape "\\\\q"', 'a: "\\\\q"\n'],
    'a: @b\n': ['unexpected "@"'],
    'a: "b" c\n': ['unexpected "c"'],
    'a:\n\t- b\n': ['indentation "\\t"'],
    'a:\n  b: c\n d: e\n': ['indentation "d"'],
    'a:\n  - b\n  c: d\n': ['indentation "c"'],
    'a: |2x\n  b\n': ['unexpected "|2x"'],
    'a: &x [*x]\n': ['unknown-alias "*x"'],
    '? {a: b}\n: c\n': ['unexpected "{"'],
  };
  for (const [text, [fault, fixed]] of Object.entries(CASES)) {
    it(`${JSON.stringify(text)}: ${fault}`, () => {
      assert.deepEqual(faultsOf(text).slice(0, 1), [fault]);
      const [first] = parse(text).faults;
      if (fixed !== undefined && first) {
        assert.equal(applyFix(text, first), fixed);
        assert.deepEqual(faultsOf(fixed), []);
      }
    });
  }

  it('of a line only the first', () => {
    assert.deepEqual(faultsOf('a: {b: c d: @e "f"}\ng: *\n'), ['unexpected "c"', 'unknown-alias "*"']);
  });
});

describe('the limits of YAML', () => {
  const deep: Readonly<Record<string, string>> = { dashes: `${'- '.repeat(5000)}x`, brackets: '['.repeat(5000), braces: '{a: '.repeat(5000),
    names: Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n') };
  for (const [name, text] of Object.entries(deep)) {
    it(`${name}: too many levels are not read, and reported`, () => {
      const result = parse(text);
      assert.ok(result.faults.some(({ kind }) => kind === 'too-deep' || kind === 'missing-brace'));
      checkTree(text, result);
      nodeToJson(result.root ?? assert.fail('no tree'));
    });
  }

  it('aliases of aliases are not followed without end, and neither are merge keys', () => {
    const line = (value: (before: string) => string): string => ['a: &a {x: 1}', ...Array.from('bcdefghijklm', (name, i) =>
      `${name}: &${name} ${value(`*${'abcdefghijklm'.charAt(i)}`)}`)].join('\n');
    for (const text of [line((before) => `[${new Array(9).fill(before).join(', ')}]`),
      line((before) => `{<<: [${before}, ${before}, ${before}]}`),
      Array.from({ length: 2000 }, (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}`}]`).join('\n')]) {
      const { root, faults } = parse(text);
      assert.ok(root);
      assert.ok(faults.some(({ kind }) => kind === 'too-deep'));
      assert.ok(JSON.stringify(nodeToJson(root)).length < 10_000_000);
    }
  });
});

describe('parseYaml on any text', () => {
  const pieces = fc.constantFrom('a:', ' ', '\n', '  ', '- ', '"', '\'', '{', '}', '[', ']', ',', '&a ', '*a', '!Sub ', '|', '>', '#', '\t',
    '? ', ': ', '---', '...', '%YAML', '<<: ', '\r\n', '\\', '`', '@', 'é', '\u00a0', '\ufeff', '<<<<<<<', 'word', '{{', '}}', '1',
    '\u0002', '\u0018', '\u001f');
  const noise = fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(''));

  it('never throws, with spans in the text', () => {
    fc.assert(fc.property(noise, (text) => checkTree(text, parse(text))), { numRuns: 5000, examples: [['1\r\n- \'\r\na:'], ['{{[a:}}']] });
  });

  it('reports no fault where the library has none, and one where it has', () => {
    const sample = 'A: \'x\'\nB:\n  - C: d\n    E: [f, g]\n    H: {i: j}\n  - "k"\nL: |\n  m\n   n\nO: p\n';
    const insert = fc.constantFrom(...Array.from('"\'{}[],:\n -#x'), ': ', '- ', '  ', '');
    const change = fc.record({ at: fc.nat(), remove: fc.nat(3), insert });
    let disagreements = 0;
    fc.assert(fc.property(change, ({ at, remove, insert: inserted }) => {
      const start = at % sample.length;
      const text = sample.slice(0, start) + inserted + sample.slice(start + remove);
      const documents = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
      const hasErrors = 'length' in documents && documents.some(({ errors }) => errors.length > 0);
      if (hasErrors !== parse(text).faults.length > 0) disagreements++;
      else if (!hasErrors) assert.deepEqual(valuesOf(text).length > 0, [...documents].some(({ contents }) => contents !== null), text);
    }), { numRuns: 2000, seed: 1 });
    // Quoted texts whose lines are indented too little: the readers of AWS take them.
    assert.ok(disagreements < 20, `${disagreements} disagreements`);
  });
});
