import assert from 'node:assert/strict';
import { parse } from './support';

const commentsOf = (text: string): string[] => parse(text).comments.map(({ start, end }) => text.slice(start, end));

describe('comments of YAML', () => {
  it('anywhere between the values', () => {
    const text = `# first
a: 1 # behind a value
# above a name
b: # behind a name
  # in a block
  - x # behind an item
  # - y
  - | # behind the header of a block scalar
    text
  # at the end of a list
c: { d: 1, # in a flow
  # above
  e: 2 } # behind a bracket
...
# between documents
---
# last`;
    assert.deepEqual(commentsOf(text), ['# first', '# behind a value', '# above a name', '# behind a name', '# in a block',
      '# behind an item', '# - y', '# behind the header of a block scalar', '# at the end of a list', '# in a flow', '# above',
      '# behind a bracket', '# between documents', '# last']);
  });

  it('not the text of scalars', () => {
    assert.deepEqual(commentsOf("a: |\n  # text\n  text # text\nb: 'x # y'\nc: \"x # y\"\nd: x#y\ne: >-\n  # text\nf: 'x\n  # y'\n"), []);
  });

  it('in a text that is mended, at their places, and not what a repair makes of a text', () => {
    assert.deepEqual(commentsOf('a: [1, 2\nb: 3 # one\nSid:x\nc: 4 # two\n'), ['# one', '# two']);
    assert.deepEqual(commentsOf('<<<<<<< ours # no\na: 1\n=======\na: 2\n>>>>>>> theirs\nb: 3 # one\r\nc: 4 # two\r\n'),
      ['# one', '# two']);
  });
});
