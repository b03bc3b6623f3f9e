import * as assert from 'node:assert/strict';
import { afterColon, code, line, link, list, codeNames, paragraph, strong, toMarkdown, toPlainText,
  type Line } from '../../../../server/src/core/editor/hover/rich-text';

const markdown = (text: Line): string => toMarkdown(paragraph(text), () => undefined);

describe('editor/hover/rich: names from policies stay names', () => {
  for (const [text, expected] of [
    ['a*b*_c_', 'a\\*b\\*\\_c\\_'],
    ['[x](command:evil)', '\\[x\\](command:evil)'],
    ['<b>![i](u)', '\\<b\\>!\\[i\\](u)'],
    ['# head', '\\# head'],
    ['- item', '\\- item'],
    [') not a list', ') not a list'],
    ['1. item', '1\\. item'],
    ['two\nlines\r\n\u2028more', 'two lines more'],
    ['https://evil.example', 'https\\://evil.example'],
    ['a|b ~c~ &amp; $(x)', 'a\\|b \\~c\\~ \\&amp; \\$(x)'],
  ] as const) {
    it(JSON.stringify(text), () => assert.equal(markdown([text]), expected));
  }

  for (const [text, expected] of [
    ['kms:*', '`kms:*`'],
    ['a`b', '``a`b``'],
    ['``', '``` `` ```'],
    ['`x', '`` `x ``'],
    ['', '` `'],
    ['a\nb', '`a b`'],
  ] as const) {
    it(`${JSON.stringify(text)} as code`, () => assert.equal(markdown([code(text)]), expected));
  }

  it('links keep their address together, and a place without address is text', () => {
    const place = { uri: 'file:///w/a (1).json', span: { start: 0, end: 0 } };
    const blocks = paragraph(link('a]b', place));
    assert.equal(toMarkdown(blocks, ({ uri }) => `${uri}#L1`), '[a\\]b](<file:///w/a%20(1).json#L1>)');
    assert.equal(toMarkdown(blocks, () => undefined), 'a\\]b');
    assert.equal(toMarkdown(paragraph(link('x', 'https://a.example/<b>')), () => undefined), '[x](<https://a.example/%3Cb%3E>)');
  });
});

describe('editor/hover/rich: texts', () => {
  const blocks = [...paragraph(strong('A'), ' is ', code('b')), ...paragraph(''), ...list(line`one ${code('c')}`, undefined, line`two`),
    ...list(undefined), ...paragraph(link('Page', 'https://a.example/'))];

  it('are Markdown', () => {
    assert.equal(toMarkdown(blocks, () => undefined), '**A** is `b`\n\n- one `c`\n- two\n\n[Page](<https://a.example/>)');
  });

  it('or plain, with addresses written out', () => {
    assert.equal(toPlainText(blocks), 'A is b\n\n- one c\n- two\n\nPage: https://a.example/');
  });

  it('name a few of many', () => {
    assert.equal(toPlainText(paragraph(codeNames(['a', 'b', 'c', 'd'], 3))), 'a, b and 2 more');
    assert.equal(toPlainText(paragraph(codeNames(['a', 'b', 'c'], 3))), 'a, b, c');
  });

  it('go on after a colon', () => {
    assert.equal(afterColon('The value.'), 'the value.');
    assert.equal(afterColon('AWS services.'), 'AWS services.');
  });
});
