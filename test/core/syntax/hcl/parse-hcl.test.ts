import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseHcl } from '../../../../server/src/core/syntax/hcl/parse-hcl';
import { checkSpans, expressionOf, outlineOf, shapeOf } from './support';

describe('expressions of HCL', () => {
  const expressions: readonly (readonly [source: string, shape: string])[] = [
    ['12.5e3', '12.5e3'],
    ['true', 'true'],
    ['null', 'null'],
    ['"a"', '"a"'],
    ['aws_kms_key.main.arn', 'aws_kms_key.main.arn'],
    ['aws_kms_key.main[0].arn', 'aws_kms_key.main[0].arn'],
    ['aws_kms_key.main["a"].arn', 'aws_kms_key.main["a"].arn'],
    ['aws_kms_key.main.0.arn', 'aws_kms_key.main[0].arn'],
    ['aws_kms_key.main[*].arn', 'aws_kms_key.main[*].arn'],
    ['aws_kms_key.main.*.arn', 'aws_kms_key.main[*].arn'],
    ['[1, [2], ]', '[1, [2]]'],
    ['[\n  1, # one\n  2\n]', '[1, 2]'],
    ['{ a = 1, "b" : 2\n (c) = 3\n}', '{a = 1, "b" = 2, (c) = 3}'],
    ['{\n  for = 1\n}', '{for = 1}'],
    ['f()', 'f()'],
    ['f(1, g(2)...)', 'f(1, g(2)...)'],
    ['provider::aws::arn_parse(x).account', 'provider::aws::arn_parse(x).account'],
    ['a ? b : c ? d : e', '(a ? b : (c ? d : e))'],
    ['a || b && !c == d', '(a || (b && (!c == d)))'],
    ['1 + 2 - 3 * -4', '(1 + 2 - (3 * -4))'],
    ['(1 + 2) * 3', '(((1 + 2)) * 3)'],
    ['length(x) > 0 ? x[0] : null', '((length(x) > 0) ? x[0] : null)'],
    ['[for k, v in m : upper(v) if v != ""]', 'for(k v, m, ∅, upper(v), (v != ""))'],
    ['{for s in l : s.name => s...}', 'for(s, l, s.name, s, ∅)'],
    ['(\n  a &&\n  b\n)', '((a && b))'],
    ['f(\n  a\n  ? b\n  : c\n)', 'f((a ? b : c))'],
  ];
  for (const [source, shape] of expressions)
    it(source.replace(/\s+/g, ' '), () => { assert.equal(shapeOf(expressionOf(source)), shape); });
});

describe('strings of HCL', () => {
  const strings: readonly (readonly [title: string, source: string, shape: string])[] = [
    ['escapes', String.raw`"a\n\r\t\"\\\u00e9\U0001F600"`, 'a\n\r\t"\\é😀'],
    ['an interpolation', '"arn:${data.x.y.partition}:kms"', 'arn:${data.x.y.partition}:kms'],
    ['an interpolation with quotes', `"a\${join("\\",\\"", x)}b"`, 'a${join("\\",\\"", x)}b'],
    ['an interpolation over several lines', '"a${\n  x\n}b"', 'a${x}b'],
    ['a written interpolation', '"$${aws:username} %%{if}"', '${aws:username} %{if}'],
    ['dollars and percents', '"5$ 5% $$ $$$ %"', '5$ 5% $$ $$$ %'],
    ['directives', '"%{ if a }b%{ else }c%{ endif }"', '%{if}b%{else}c%{endif}'],
    ['blanks that are stripped', '"a  ${~ x ~}  b"', 'a${x}b'],
    ['a heredoc', '<<EOT\n  a\n  "b" \\n\nEOT', '  a\n  "b" \\n\n'],
    ['a heredoc without its indentation', '<<-EOT\n    a\n      b\n\n    c\n  EOT', 'a\n  b\n\nc\n'],
    ['a heredoc with an interpolation in the first column', '<<-EOT\n    a\n${x}\n  EOT', '    a\n${x}\n'],
    ['a heredoc with an interpolation that is indented', '<<-EOT\n    ${x}\n      b\n    EOT', '${x}\n  b\n'],
    ['a heredoc with a written interpolation', '<<EOT\n$${aws:username}\nEOT', '${aws:username}\n'],
    ['a heredoc with line ends of Windows', '<<-EOT\r\n  a\r\n    b\r\n  EOT\r', 'a\r\n  b\r\n'],
    ['a heredoc with a line that begins with its marker', '<<EOT\nEOTS\nEOT', 'EOTS\n'],
    ['an empty heredoc', '<<EOT\nEOT', ''],
  ];
  for (const [title, source, value] of strings)
    it(title, () => {
      assert.equal(shapeOf(expressionOf(source)), JSON.stringify(value));
      checkSpans(`x = ${source}\n`, parseHcl(`x = ${source}\n`));
    });
});

describe('files of HCL', () => {
  it('have blocks, attributes and comments', () => {
    const text = '\ufeff# a\nresource "aws_kms_key" main {\n  // b\n  description = "x" /* c */\n  timeouts { create = "1m" }\n}\n'
      + 'locals {}\n';
    const { body, faults, comments } = parseHcl(text);
    assert.equal(outlineOf(body), 'resource aws_kms_key main\n  description = "x"\n  timeouts\n    create = "1m"\nlocals\n');
    assert.deepEqual(faults, []);
    assert.deepEqual(comments.map(({ start, end }) => text.slice(start, end)), ['# a', '// b', '/* c */']);
    checkSpans(text, parseHcl(text));
  });

  const pieces = fc.constantFrom('a', ' = ', '\n', '{', '}', '[', ']', '(', ')', '"', '${', '%{', '$${', '~}', 'if ', 'for x in ', ',', '.',
    '*', '?', ':', '=>', '...', '<<E\n', '<<-E\n', 'E\n', '\\', '\\n', '\\u00e9',
    '#', '//', '/*', '*/', '1', '-', '!', '+ ', '==', '&&', 'b',
    'é', '\u00a0', '\ufeff', '\r\n', '  ', '\t', 'resource "a" "b" {\n', 'statement {\n', 'actions = [\n', 'null', '::');

  it('of any text never throw, and have spans within each other', () => {
    const texts = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(fc.property(texts, (text) => { checkSpans(text, parseHcl(text)); }), { numRuns: 5000 });
  });

  it('of any characters never throw', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(fc.property(texts, (text) => { checkSpans(text, parseHcl(text)); }), { numRuns: 2000 });
  });

  it('have as many levels as the reader follows, and no more', () => {
    for (const opening of ['[', '(', '{', '"${', 'f(', '!', 'a ? ', '[for x in ', 'x[', '{a = ', 'x {\n', '<<E\n${']) {
      const text = `a = ${opening.repeat(100_000)}`;
      const { faults } = parseHcl(text);
      assert.ok(faults.length > 0, opening);
    }
    for (const row of ['a = x.y', 'a = 1 + 1']) {
      const text = `${row}${row.slice(5).repeat(100_000)}\n`;
      assert.equal(parseHcl(text).body.items.length, 1);
    }
  });
});
