import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseStrictJson } from '../../../../server/src/core/syntax/json/strict-parser';
import { MAX_NESTING } from '../../../../server/src/core/syntax/json/nesting-limit';
import { parseTolerantJson } from '../../../../server/src/core/syntax/json/tolerant-parser';
import { nodeToJson } from '../../../../server/src/core/syntax/canonical-value';
import { parseJson } from '../../../../server/src/core/syntax/json/json-syntax';
import { BROKEN_PARTS } from '../../../support/broken-parts';
import { checkSpans, parse, plain, repaired } from './support';
import { CONSUMER, rootArn } from '../../../support/fixtures';

const SAMPLES: readonly string[] = [
  JSON.stringify({ Version: '2012-10-17',
    Statement: [{ Sid: 'Let the other account in', Effect: 'Allow', Principal: { AWS: [rootArn(CONSUMER)] },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*', Condition: { Bool: { 'kms:GrantIsForAWSResource': true } } }] }, null,
    2),
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:Decrypt",'
    + '"Resource":["arn:aws:kms:us-west-2:111122223333:key/${key_id}"]}}',
  '# one\n{\n  "Sid": "a",\r\n  "Effect": "Allow",\n  "Action": [\n    "kms:*"\n    "x"\n  ]\n}\n// two\n{ "Sid": '
    + '"b" /* c */ }trailing words: here',
  '{"Policy": "{\\n  \\"Version\\" : \\"2012-10-17\\",\\n  \\"Statement\\" : [ ]\\n}"}',
  '\ufeff \u00a0"Principal": {\n\n  "AWS": [\n   "arn:aws:iam::123456789012:user/Bob\n"\n  ]\n},',
  '%{ for a in b ~}\n{"Resource": ${jsonencode(x)}, “Action”: “kms:*”, \'a\': True, b: 007}\n%{ endfor ~}',
];

const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '\n', ' ', '\u00a0', '#', '//', '/*', '*/', '“', '\'', '${', '}}',
  '"Action"', '"Statement": [', '"Sid": "x"', 'word', '1', 'true', '\u0001', '\ud800');
const noise = fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 40 }).map((parts) => parts.join(''));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('parseJson on any text', () => {
  it('never throws on noise, with spans in order', () => {
    fc.assert(fc.property(noise, fc.boolean(), (text, allowed) => {
      checkSpans(parseJson(text, { comments: allowed ? 'allowed' : 'fault', templates: allowed ? 'allowed' : 'fault' }), text);
    }), { numRuns: 3000 });
  });

  it('reads every prefix and every suffix', () => {
    for (const sample of SAMPLES) {
      for (let i = 0; i <= sample.length; i++) {
        checkSpans(parse(sample.slice(0, i)), sample.slice(0, i));
        checkSpans(parse(sample.slice(i)), sample.slice(i));
      }
    }
  });

  it('reads samples with characters taken out and put in', () => {
    const change = fc.record({ at: fc.nat(), remove: fc.nat(6), insert: fc.oneof(pieces, fc.constant('')) });
    fc.assert(fc.property(fc.constantFrom(...SAMPLES), fc.array(change, { minLength: 1, maxLength: 4 }), (sample, changes) => {
      const text = changes.reduce((current, { at, remove, insert }) => {
        const start = at % (current.length + 1);
        return current.slice(0, start) + insert + current.slice(start + remove);
      }, sample);
      checkSpans(parse(text), text);
    }), { numRuns: 3000 });
  });

  it('ends when fixes are taken one after another', () => {
    fc.assert(fc.property(fc.constantFrom(...SAMPLES), fc.nat(), fc.nat(4), pieces, (sample, at, remove, insert) => {
      const start = at % (sample.length + 1);
      repaired(sample.slice(0, start) + insert + sample.slice(start + remove));
    }), { numRuns: 500 });
  });
});

describe('parseJson on JSON', () => {
  const spaced = fc.tuple(fc.json({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t')).map(([text, indent]) =>
    JSON.stringify(JSON.parse(text), null, indent)
  );

  it('finds no fault, and the value of JSON.parse', () => {
    fc.assert(fc.property(spaced, (text) => {
      const result = parse(text);
      assert.deepEqual(result.faults, []);
      checkSpans(result, text);
      assert.ok(result.root);
      assert.deepEqual(plain(nodeToJson(result.root)), JSON.parse(text));
    }), { numRuns: 1500 });
  });

  it('takes for clean what JSON.parse takes, and nothing else', () => {
    const inString = fc.constantFrom('a', 'é', '\u2028', '\ud800', '\\n', '\\u00e9', '\\"', '\\', '"', '\n', '\t', '\u0001', '\u001f',
      '\u007f');
    const near = fc.tuple(spaced, fc.nat(), fc.array(inString, { maxLength: 3 })).map(([text, at, put]) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + put.join('') + text.slice(start);
    });
    fc.assert(fc.property(near, (text) => {
      assert.equal(parseStrictJson(text, { comments: 'fault' }) !== undefined, isJson(text));
    }), { numRuns: 3000 });
  });

  it('recovers the same tree where nothing is to recover', () => {
    fc.assert(fc.property(spaced.filter((text) => /^\s*[{[]/.test(text)), (text) => {
      const clean = parse(text);
      const recovered = parseTolerantJson(text, { comments: 'fault', templates: 'fault' });
      assert.deepEqual(recovered.root, clean.root);
      assert.deepEqual(recovered.faults, []);
    }), { numRuns: 1500 });
  });

  it('keeps the value when blanks become no-break spaces and comments are put in', () => {
    const keyed = fc.dictionary(fc.constantFrom('Sid', 'Action', 'a', 'b c'), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 });
    fc.assert(fc.property(keyed, fc.constantFrom('\u00a0', ' // c\n', '\n# "c" {\n', ' /* } */ '), (value, blank) => {
      // The line breaks of a printed text stand outside of its strings, which hold them escaped.
      const text = JSON.stringify(value, null, 1).replace(/\n/g, () => `\n${blank}`);
      const result = parse(text);
      checkSpans(result, text);
      assert.ok(result.root);
      assert.equal(result.roots.length, 1);
      assert.deepEqual(plain(nodeToJson(result.root)), plain(value));
      assert.equal(result.faults.length, text.includes(blank) ? 1 : 0);
    }), { numRuns: 1000 });
  });

  it('takes any depth, and reports that what is too deep for walks over the tree is not read', () => {
    for (const [open, close] of [['[', ']'], ['{"a":', '}']] as const) {
      const text = `${open.repeat(10_000)}1${close.repeat(10_000)}`;
      const first = open.length * MAX_NESTING;
      assert.deepEqual(parse(text).faults.map(({ kind, span }) => ({ kind, span })), [{ kind: 'too-deep',
        span: { start: first, end: first + 1 } }]);
      assert.deepEqual(parse(open.repeat(10_000)).faults.map(({ kind }) => kind), ['too-deep', 'missing-brace']);
      checkSpans(parse(open.repeat(10_000)), open.repeat(10_000));
      checkSpans(parse(close.repeat(10_000)), close.repeat(10_000));
    }
  });

  it('reads a long broken text to its end', () => {
    // A quarter MiB: parsing that looks at each pair of places would exceed the time of a test. test/core/growth counts the steps.
    for (const part of BROKEN_PARTS) {
      const text = part.repeat(Math.ceil((1 << 18) / part.length));
      assert.doesNotThrow(() => parse(text), part);
    }
  });
});
