import assert from 'node:assert/strict';
import { commentEnds, skipBlanksAndComments } from '../../../../server/src/core/syntax/json/trivia';
import { parseJson } from '../../../../server/src/core/syntax/json/json-syntax';

describe('comments', () => {
  it('end with their line, or where the block closes', () => {
    const text = '// a\n# b\n/* c\n d */ e';
    assert.deepEqual([0, 5, 9, 19].map((at) => commentEnds(text)(at)), [4, 8, 19, undefined]);
    assert.equal(commentEnds('/*/ a */ b')(0), 8);
    assert.equal(skipBlanksAndComments(' // a\n\n /* b */ # c\n{', 0), 20);
  });

  it('that are never closed end with their line, and are not searched for their end again and again', () => {
    const text = '/*\n'.repeat(1000);
    let searches = 0;
    const counted = {
      length: text.length, charAt: (at: number) => text.charAt(at), charCodeAt: (at: number) => text.charCodeAt(at),
      startsWith: (part: string, at: number) => text.startsWith(part, at),
      lastIndexOf: (part: string) => { searches++; return text.lastIndexOf(part); },
      indexOf: (part: string, at: number) => { searches++; return text.indexOf(part, at); },
    } as unknown as string;
    assert.equal(skipBlanksAndComments(counted, 0), text.length);
    assert.equal(searches, 1);
  });

  it('are a fault of the lexer where they are not closed, also as "/*/"', () => {
    for (const comment of ['/* a', '/*/']) assert.equal(parseJson(`{} ${comment}\n`, { comments: 'allowed' }).faults.length, 1, comment);
    assert.equal(parseJson('{} /**/ /* a */\n', { comments: 'allowed' }).faults.length, 0);
  });
});
