import type { Syntax } from '../syntax';
import { yamlTokenAt } from './cursor-token';
import { escapeInScalar, refusalInScalar } from './escape';
import { parseYaml } from './parse-yaml';
import { printBlock } from './print-yaml';
import { renderYamlEdits } from './render-edits';
import type { TagMembers } from './builder';
import { yamlLayout } from './yaml-layout';

/**
 * YAML, and what people half-type and paste in its place.
 *
 * @param tagMembers the names of members by the tags that stand for an object with that one member: `!Sub x` is `{ "Fn::Sub": x }`
 */
export function yamlSyntax(tagMembers: TagMembers): Syntax {
  return {
    id: 'yaml',
    parse: (text) => parseYaml(text, tagMembers),
    renderEdits: (layer, edits) => renderYamlEdits(layer, edits, tagMembers),
    print: (value) => `${printBlock(value, 0, { ...yamlLayout('', tagMembers), quote: '\'', always: false })}\n`,
    tokenAt: (layer, offset) => yamlTokenAt(layer, offset, tagMembers),
    escape: escapeInScalar,
    refusalOf: refusalInScalar,
    skipBlanks,
    lineCommentStart: () => '#',
  };
}

/** Behind the blanks and comments that begin at an offset. */
function skipBlanks(text: string, from: number): number {
  const blanks = /(?:\s|(?:#[^\r\n]*))*/y;
  blanks.lastIndex = from;
  blanks.exec(text);
  return blanks.lastIndex;
}
