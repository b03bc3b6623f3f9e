import assert from 'node:assert/strict';
import { applyFix, faultsOf, parse, plain, repaired, valuesOf } from './support';

interface Case {
  readonly text: string;
  /** What `faultsOf` says. */
  readonly faults: readonly string[];
  readonly value: unknown;
  /** False where no fix can know what is missing. */
  readonly mended?: boolean;
}

/** A statement list around the lines of one statement, with a second statement behind it that must survive. */
function around(...lines: readonly string[]): string {
  return ['{', '  "Statement": [', '    {', '      "Effect": "Allow",', ...lines.map((line) => `      ${line}`), '    },', '    {',
    '      "Effect": "Deny"', '    }', '  ]', '}'].join('\n');
}

const NEIGHBOUR = { Effect: 'Deny' };

function inStatement(members: object): object {
  return { Statement: [{ Effect: 'Allow', ...members }, NEIGHBOUR] };
}

const CASES: Readonly<Record<string, Case>> = {
  'no-break spaces outside of strings, one fault': { text: '{\u00a0\u00a0"Sid":\u00a0"a\u00a0b" }',
    faults: ['no-break-space × 3 "\u00a0\u00a0"'], value: { Sid: 'a\u00a0b' } },
  'a byte order mark': { text: '\ufeff{"a": 1}', faults: ['no-break-space "\ufeff"'], value: { a: 1 } },
  'comments of all forms, one fault': { text: '# x "\n{"a": 1, // y {\n/* z } */ "b": 2}', faults: ['comment × 3 "# x \\""'],
    value: { a: 1, b: 2 } },
  'a comment that never ends': { text: '{\n"a": 1,\n/* c\n"d": 1}', faults: ['comment "/* c"'], value: { a: 1, d: 1 } },
  'a missing comma in a list': { text: '["a" "b"]', faults: ['missing-comma "\\"b\\""'], value: ['a', 'b'] },
  'a missing comma between members': { text: '{"a": 1 "b": 2}', faults: ['missing-comma "\\"b\\""'], value: { a: 1, b: 2 } },
  'a missing comma between objects': { text: '[{"a": 1} {"a": 2}]', faults: ['missing-comma "{"'], value: [{ a: 1 }, { a: 2 }] },
  'trailing commas': { text: '{"a": [1, 2,\n],\n}', faults: ['trailing-comma ","', 'trailing-comma ","'], value: { a: [1, 2] } },
  'a comma too many': { text: '[1,,2]', faults: ['unexpected ","'], value: [1, 2] },
  'curly quotes': { text: '{“Effect”: “Allow”, "Action": "kms:*”,\n"Sid": ‘x’}', faults: ['curly-quote × 7 "“"'],
    value: { Effect: 'Allow', Action: 'kms:*', Sid: 'x' } },
  'single quotes': { text: '{\'a\': \'b "c" d\'}', faults: ['curly-quote × 4 "\'"'], value: { a: 'b "c" d' }, mended: false },
  'names and words without quotes': { text: '{Effect: Allow,\n"a": True}', faults: ['unexpected "Effect"', 'unexpected "True"'],
    value: { Effect: 'Allow', a: 'True' } },
  'an account id as a number': { text: '{"AWS": 012345678901}', faults: ['unexpected "012345678901"'], value: { AWS: 12345678901 } },
  'a missing opening quote': { text: '{"Action": kms:Decrypt",\nEffect": "Allow"}',
    faults: ['unterminated-string "kms:Decrypt\\""', 'unterminated-string "Effect\\""'],
    value: { Action: 'kms:Decrypt', Effect: 'Allow' } },
  'a missing closing quote before a comma': { text: '{"Effect": "Allow,\n"Action": "kms:*"}', faults: ['unterminated-string "\\"Allow"'],
    value: { Effect: 'Allow', Action: 'kms:*' } },
  'a missing closing quote before a bracket': { text: '{"Action": ["kms:Decrypt],\n"Sid": "${x}"}',
    faults: ['unterminated-string "\\"kms:Decrypt"'], value: { Action: ['kms:Decrypt'], Sid: '${x}' } },
  'a string over two lines': { text: '{"Resource": "arn:aws:kms:us-west-2:\n    111122223333:key/x"}', faults: ['raw-newline "\\n    "'],
    value: { Resource: 'arn:aws:kms:us-west-2:111122223333:key/x' } },
  'words over two lines': { text: '{"Sid": "two words\r\n  and more"}', faults: ['raw-newline "\\r\\n  "'],
    value: { Sid: 'two words and more' } },
  'a tab in a string': { text: '{"Sid": "a\tb"}', faults: ['control-character "\\t"'], value: { Sid: 'a\tb' }, mended: false },
  'an escape that is none': { text: '{"Sid": "a\\d\\u12"}', faults: ['invalid-escape "\\\\"', 'invalid-escape "\\\\"'],
    value: { Sid: 'a\\d\\u12' } },
  'signs of other languages': { text: '{"a" = "b";\n"c": 1}', faults: ['unexpected "="'], value: { a: 'b', c: 1 } },
  'a missing colon': { text: '{"a" "b"}', faults: ['unexpected "\\"b\\""'], value: { a: 'b' } },
  'a missing value': { text: '{"a": , "b": 1}', faults: ['missing-value "\\"a\\""'], value: { a: null, b: 1 }, mended: false },
  'braces for brackets': { text: '{"Resource": {"x", "y"}}', faults: ['unexpected "{"'], value: { Resource: ['x', 'y'] } },
  'braces missing around one member': { text: '{"Condition": {"Bool": "kms:MultiRegion": true}}',
    faults: ['missing-brace "\\"kms:MultiRegion\\""'], value: { Condition: { Bool: { 'kms:MultiRegion': true } } } },
  'an unclosed list': { text: around('"Action": [', '  "a",', '  "b"', '"Resource": "*"'), faults: ['missing-brace "\\""'],
    value: inStatement({ Action: ['a', 'b'], Resource: '*' }) },
  'an unclosed object': { text: around('"Principal": {', '  "AWS": "x",', '"Resource": "*"'), faults: ['missing-brace ","'],
    value: inStatement({ Principal: { AWS: 'x' }, Resource: '*' }) },
  'a list closed by a brace': { text: '{"a": {"b": [1, 2}, "c": 3}', faults: ['missing-brace "2"'], value: { a: { b: [1, 2] }, c: 3 } },
  'a statement that is not closed': { text: '{"Statement": [{"Sid": "1", {"Sid": "2"}]}', faults: ['missing-brace ","'],
    value: { Statement: [{ Sid: '1' }, { Sid: '2' }] } },
  'a brace too many within a list': { text: around('"Principal": {"AWS": "x"}},', '"Resource": "*"'), faults: ['unexpected "}"'],
    value: inStatement({ Principal: { AWS: 'x' }, Resource: '*' }) },
  'a brace too many at the end': { text: '{"a": 1}\n}', faults: ['unexpected "}"'], value: { a: 1 } },
  'text in front and behind': { text: 'My policy (draft): \n{"a": 1}\nThanks!\nBye',
    faults: ['leading-text "My policy (draft):"', 'trailing-text "Thanks!\\nBye"'], value: { a: 1 } },
  'text glued to the end': { text: '{"a": 1}Step 2: "more"', faults: ['trailing-text "Step 2: \\"more\\""'], value: { a: 1 } },
  'a fenced block of Markdown': { text: '```json\n{"a": 1}\n```\n', faults: ['leading-text "```json"', 'trailing-text "```"'],
    value: { a: 1 } },
  'a template expression': { text: '{"Resource": ${jsonencode(arns)}, "Action": [\n${a}\n]}',
    faults: ['unexpected × 2 "${jsonencode(arns)}"'], value: { Resource: '${jsonencode(arns)}', Action: ['${a}'] }, mended: false },
  'quotes in a template expression': { text: '{"Resource": "arn:${local.ids["a-b"]}:x", "b": 1}',
    faults: ['unexpected "${local.ids[\\"a-b\\"]}"'], value: { Resource: 'arn:${local.ids["a-b"]}:x', b: 1 }, mended: false },
  'a fragment of one line': { text: '"AWS": "x"to delegate', faults: ['missing-brace × 2 "\\"AWS\\""', 'trailing-text "to delegate"'],
    value: { AWS: 'x' } },
};

describe('faults of broken JSON', () => {
  for (const [name, { text, faults, value, mended = true }] of Object.entries(CASES)) {
    it(`${name}: one fault for each cause, and all that can be read`, () => {
      assert.deepEqual(faultsOf(text), faults);
      assert.deepEqual(valuesOf(text), [value]);
      if (mended) assert.doesNotThrow(() => JSON.parse(repaired(text)), repaired(text));
    });
  }

  it('a fix changes nothing but its fault', () => {
    const fixed = (text: string): string => {
      const [fault] = parse(text).faults;
      assert.ok(fault);
      return applyFix(text, fault);
    };
    assert.equal(fixed('["a"\n  "b"]'), '["a",\n  "b"]');
    assert.equal(fixed('{"a": 1, // c\n"b": 2}'), '{"a": 1,\n"b": 2}');
    assert.equal(fixed('# one\r\n{"a": 1}'), '{"a": 1}');
    assert.equal(fixed('{"a": [1,\n  2,\n]}'), '{"a": [1,\n  2\n]}');
    assert.equal(fixed('{\u00a0"a":\u00a01}'), '{ "a": 1}');
    assert.equal(fixed('{"a": 1}Step 2'), '{"a": 1}');
    assert.equal(fixed('{"a": "x\n\n"\n}'), '{"a": "x"\n}');
    assert.equal(fixed('{\n  "a": [\n    {\n      "b": 1'), '{\n  "a": [\n    {\n      "b": 1\n    }\n  ]\n}');
    assert.equal(fixed('{"a": ["b'), '{"a": ["b"]}');
    assert.equal(fixed('  "a": 1,\n  "b": {\n  },\n'), '{\n  "a": 1,\n  "b": {\n  }\n}\n');
    assert.equal(fixed('{"Sid": "1"},\n{"Sid": "2"}\n'), '[{"Sid": "1"},\n{"Sid": "2"}]\n');
  });

  it('comments are fine where they are allowed, hashes never', () => {
    assert.deepEqual(faultsOf('{"a": 1 /* x */ // y\n}', { comments: 'allowed' }), []);
    assert.deepEqual(faultsOf('{"a": 1 # y\n}', { comments: 'allowed' }), ['comment "# y"']);
    assert.deepEqual(faultsOf(`${'// x\n'.repeat(20_000)}{"a": 1}`, { comments: 'allowed' }), []);
  });

  it('template expressions are fine where they are allowed', () => {
    const text = '{"Statement": [\n%{ for a in b ~}\n{"Resource": ${jsonencode(a)}, "Sid": '
      + '"${x["y"]}"},\n%{ endfor ~}\n<% if x %>\n{"Sid": "<%= x %>"}\n]}';
    const options = { comments: 'fault', templates: 'allowed' } as const;
    assert.deepEqual(faultsOf(text, options), []);
    assert.deepEqual(valuesOf(text, options), [{ Statement: [{ Resource: '${jsonencode(a)}', Sid: '${x["y"]}' }, { Sid: '<%= x %>' }] }]);
  });

  it('several documents are all read', () => {
    const text = '{"Sid": "1"}\n\n# two\n{"Sid": "2"},\nAnd the third:\n"Sid": "3",\n"Effect": "Allow"';
    assert.deepEqual(valuesOf(text), [{ Sid: '1' }, { Sid: '2' }, { Sid: '3', Effect: 'Allow' }]);
    assert.deepEqual(parse(text).faults.map(({ kind, count }) => [kind, count]), [['comment', 1], ['extra-document', 2], ['trailing-text',
      1], ['missing-brace', 2]]);
  });

  it('text that is not JSON at all has no faults of JSON', () => {
    for (const text of ['', ' \n', 'hello', '# A page\n\nwith `code` and "quotes".\n'])
      assert.deepEqual([faultsOf(text), valuesOf(text)], [[], []], text);
  });
});

describe('documents while they are typed', () => {
  const typing: Readonly<Record<string, readonly [line: string, members: object]>> = {
    'an open string in a list': ['"Action": ["kms:', { Action: ['kms:'] }],
    'an open string': ['"Action": "kms:', { Action: 'kms:' }],
    'an open string in a closed list': ['"Action": ["kms:],', { Action: ['kms:'] }],
    'an open name': ['"Act', { Act: null }],
    'a name': ['"Action"', { Action: null }],
    'a name and a colon': ['"Action":', { Action: null }],
    'an open list': ['"Action": [', { Action: [] }],
    'an empty object': ['"Condition": {}', { Condition: {} }],
    'an open object': ['"Principal": {', { Principal: {} }],
    'a word': ['Eff', {}],
    'a member without a comma': ['"Action": "kms:*"', { Action: 'kms:*' }],
  };
  for (const [name, [line, members]] of Object.entries(typing)) {
    it(`${name}: the other text stays, and there is one fault`, () => {
      const text = around(line, '"Resource": "*"');
      assert.deepEqual(valuesOf(text), [plain(inStatement({ ...members, Resource: '*' }))]);
      assert.equal(faultsOf(text).length, 1, faultsOf(text).join());
    });
  }

  it('a new member at the end of a statement', () => {
    for (const line of ['"Act', '"Action":', '"Action": "kms:', '"Action": [\n"kms:', 'Act']) {
      const text = around('"Resource": "*",', line);
      const [value] = valuesOf(text) as [{ Statement: { Resource: string }[] }];
      assert.equal(value.Statement[0]?.Resource, '*', text);
      assert.deepEqual(value.Statement[1], NEIGHBOUR, text);
      assert.equal(faultsOf(text).length, 1, `${text}\n${faultsOf(text).join()}`);
    }
  });

  it('every prefix keeps all statements that are complete', () => {
    const text = around('"Action": ["kms:Decrypt"],', '"Resource": "*"');
    const first = text.indexOf('    },') + 5;
    for (let i = first; i < text.length; i++) {
      const [value] = valuesOf(text.slice(0, i)) as [{ Statement: unknown[] }];
      assert.deepEqual(value.Statement[0], { Effect: 'Allow', Action: ['kms:Decrypt'], Resource: '*' });
      assert.ok(faultsOf(text.slice(0, i)).length <= 2, `${faultsOf(text.slice(0, i)).join()} in ${text.slice(0, i)}`);
    }
  });
});
