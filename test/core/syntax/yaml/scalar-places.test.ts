import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Document, parseAllDocuments, parseDocument, Scalar, visit } from 'yaml';
import { realFiles } from '../../../support/real-files';
import { checkPlaces, parse, scalarAt, scalarsOf } from './support';
import { valueSpan } from '../../../../server/src/core/syntax/tree';

const PIECES = ['a', 'b', ' ', '  ', '\n', '\n\n', '"', '\'', '\\', ':', '#', '*', '-', '{', '}', '[', ',', 'é', '😀', '\t', 'arn:aws:kms:',
  '${x}', ' word', 'long words to fold here'];
const STYLES = ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const;

const text = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 14 }).map((pieces) => pieces.join(''));
const layout = fc.record({ lineWidth: fc.constantFrom(0, 20, 40, 80), indent: fc.integer({ min: 2, max: 5 }) });

/** Tags that the library would complain of. */
const TAGS = ['!Ref', '!Sub', '!GetAtt', '!Join', '!If', '!Select', '!Split', '!ImportValue', '!FindInMap', '!Base64', '!Equals', '!Not',
  '!And', '!Or', '!Condition', '!GetAZs', '!Transform', '!Cidr'].flatMap((tag) => [
  { tag, resolve: (value: string) => value }, { tag, collection: 'seq' as const }, { tag, collection: 'map' as const },
]);

describe('the scalars of YAML', () => {
  for (const style of STYLES) {
    it(`${style}: value and place of each character, whatever it contains`, () => {
      fc.assert(fc.property(text, layout, fc.boolean(), (value, options, isCrLf) => {
        const scalar = new Scalar(value);
        scalar.type = style;
        const document = new Document({ a: { b: ['x', 'y'] }, z: 'end' });
        document.setIn(['a', 'b', 0], scalar);
        const written = document.toString({ ...options, minContentWidth: 5 });
        const source = isCrLf ? written.replace(/\n/g, '\r\n') : written;
        const expected: unknown = parseDocument(source, { schema: 'failsafe', logLevel: 'silent' }).getIn(['a', 'b', 0]);
        // The library writes some texts as a list.
        fc.pre(typeof expected === 'string');
        const node = scalarAt(parse(source).root, 'a', 'b', 0);
        assert.equal(node.value, expected, source);
        checkPlaces(source, node);
      }), { numRuns: 1500 });
    });
  }

  const lines = fc.array(fc.constantFrom('', ' ', '  ', '    ', '  a', '   b ', '    c', '  \td', '  # no comment',
    ' \t'), { maxLength: 7 });
  it('block scalars with any header and any lines', () => {
    fc.assert(fc.property(fc.constantFrom('|', '>'), fc.constantFrom('', '-', '+', '1', '2', '2-', '+1'), lines,
      fc.constantFrom('\n', '\r\n'), fc.boolean(), (sign, header, body, eol, endsInBreak) => {
        const source = `k: ${sign}${header} # comment${eol}${body.join(eol)}${endsInBreak ? eol : ''}`;
        const document = parseDocument(source, { schema: 'failsafe', logLevel: 'silent' });
        fc.pre(document.errors.length === 0);
        const node = scalarAt(parse(source).root, 'k');
        assert.equal(node.value, document.get('k'), JSON.stringify(source));
        checkPlaces(source, node);
      }), { numRuns: 3000 });
  });

  it('quoted and plain scalars over several lines', () => {
    const content = fc.array(fc.constantFrom('a', ' ', '\t', '\n ', '\r\n  ', '\\\n ', '\\n', '\\x41', '\\u00e9', '\\U0001F600', '\\ ',
      '\'\'', 'b', '\\"'), { maxLength: 10 }).map((parts) => parts.join(''));
    fc.assert(fc.property(fc.constantFrom('"', '\''), content, (quote, body) => {
      const source = `k: ${quote}${quote === '"' ? body : body.replace(/\\/g, '')}${quote}\n`;
      const document = parseDocument(source, { schema: 'failsafe', logLevel: 'silent' });
      fc.pre(document.errors.length === 0);
      const node = scalarAt(parse(source).root, 'k');
      assert.equal(node.value, document.get('k'), JSON.stringify(source));
      checkPlaces(source, node);
    }), { numRuns: 3000 });
  });

  it('a span of the value is a span of the text', () => {
    const source = 'a: "x\\u002Ay\\\n   z"\nb: |\r\n  one\r\n  two\r\nc: first\n   second\n';
    const { root } = parse(source);
    const place = (name: string, part: string): string => {
      const node = scalarAt(root, name);
      const start = node.value.indexOf(part);
      const span = valueSpan(node, start, start + part.length);
      return source.slice(span.start, span.end);
    };
    assert.equal(place('a', '*'), '\\u002A');
    assert.equal(place('b', 'two'), 'two');
    assert.equal(place('b', 'one\ntwo'), 'one\r\n  two');
    assert.equal(place('c', 'first'), 'first');
    assert.equal(place('c', 'first second'), 'first\n   second');
  });
});

describe('real templates in YAML', () => {
  it('have the values that the library reads, and each character at its place', function () {
    this.timeout(120_000);
    for (const [name, source] of Object.entries(realFiles(this, 'KMS_HANDSHAKE_CORPUS', /\.(ya?ml|template)$/, 'cfn'))) {
      if (/^\s*\{/.test(source)) continue;
      const { roots, faults } = parse(source);
      assert.deepEqual(faults, [], name);
      const scalars = new Map(scalarsOf(roots).map((node) => [node.span.start, node]));
      for (const node of scalars.values()) checkPlaces(source, node);
      const documents = parseAllDocuments(source, { schema: 'failsafe', customTags: TAGS, uniqueKeys: false, logLevel: 'silent' });
      for (const document of documents) {
        visit(document, { Scalar: (_key, { range, value }) => {
          if (!range || range[0] === range[1]) return;
          assert.equal(scalars.get(range[0])?.value, String(value), name);
        } });
      }
    }
  });
});
