import { lineBreak, lineStart } from '../../text/lines';
import type { Span } from '../../text/span';
import type { Node } from '../tree';
import type { TagMembers } from './builder';
import { isPlainText } from './scalar-type';

export type QuoteCharacter = '\'' | '"';

/** How scalars are written beside a place. */
export interface ScalarQuotes {
  readonly quote: QuoteCharacter;
  /** Also around what needs none. */
  readonly always: boolean;
}

/** How a text is laid out as a whole. */
export interface YamlLayout {
  readonly eol: string;
  /** One level of indentation of an object in an object. */
  readonly indent: string;
  /** What a list is indented by, below the name whose value it is: nothing, in many texts. */
  readonly listIndent: string;
  /** Lists of words are written in brackets. */
  readonly hasFlowLists: boolean;
  /** The tags that stand for objects of one member, by the names of the members; empty where the text has the long forms. */
  readonly tags: ReadonlyMap<string, string>;
}

/** The style of the first lines that show it; two spaces, lists indented, where none does. */
export function yamlLayout(text: string, tagMembers: TagMembers): YamlLayout {
  let indent: number | undefined;
  let listIndent: number | undefined;
  let flowLists = 0;
  let blockLists = 0;
  /** The column of the name that the line before ends with. */
  let column: number | undefined;
  for (const line of text.split(/\r?\n/)) {
    const content = withoutComment(line.trim());
    if (content === '') continue;
    const width = line.length - line.trimStart().length;
    const isItem = content.startsWith('- ') || content === '-';
    if (column !== undefined && isItem && width >= column) listIndent ??= width - column;
    if (column !== undefined && !isItem && width > column) indent ??= width - column;
    const body = content.replace(/^(?:- +){1,9}/, '');
    const isFirstItem = isItem && column !== undefined;
    column = body.endsWith(':') ? width + content.length - body.length : undefined;
    if (/:[ \t]{1,9}\[[^\s\]]/.test(body)) flowLists++;
    if (isFirstItem && body !== '' && !body.includes(': ') && !body.endsWith(':')) blockLists++;
  }
  return { eol: lineBreak(text), indent: ' '.repeat(indent ?? 2), listIndent: ' '.repeat(listIndent ?? 2),
    hasFlowLists: flowLists > blockLists, tags: tagsOf(text, tagMembers) };
}

function withoutComment(line: string): string {
  if (line.startsWith('#')) return '';
  const comment = line.indexOf(' #');
  return comment < 0 ? line : line.slice(0, comment).trimEnd();
}

/** Long forms only where the text has no short one: `Ref:`, `Fn::Sub:`. */
function tagsOf(text: string, tagMembers: TagMembers): ReadonlyMap<string, string> {
  const names = [...tagMembers];
  const isShort = names.some(([tag]) => text.includes(`${tag} `)) || !names.some(([, name]) => text.includes(`${name}:`));
  return new Map(isShort ? names.map(([tag, name]) => [name, tag]) : []);
}

/** The quotes of scalars beside; single ones, where needed, if there are none to look at. */
export function quotesOf(nodes: readonly (Node | undefined)[]): ScalarQuotes {
  let single = 0;
  let double = 0;
  let plain = 0;
  let needlesslyQuoted = 0;
  for (const node of nodes) {
    const scalar = node?.kind === 'object' && node.style === 'tag' ? node.members[0]?.value : node;
    if (scalar?.kind !== 'scalar') continue;
    if (scalar.style?.endsWith('-quoted') === true && isPlainText(scalar.value, true)) needlesslyQuoted++;
    if (scalar.style === 'single-quoted') single++;
    else if (scalar.style === 'double-quoted') double++;
    else if (scalar.style === 'plain') plain++;
  }
  return { quote: double > single ? '"' : '\'', always: plain === 0 && needlesslyQuoted > 0 };
}

/** The column of an offset. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** The column of the first name in the line of an offset, behind the dashes of lists. */
export function nameColumn(text: string, offset: number): number {
  const start = lineStart(text, offset);
  return /^ *(?:- +)*/.exec(text.slice(start, offset))?.[0].length ?? 0;
}

/** What is in front of the place of a node: the colon of a name, the dash of an item, or nothing of these. */
export interface NodePlace {
  readonly behind: 'colon' | 'dash' | 'other';
  /** Behind that sign, or where the node itself begins. */
  readonly offset: number;
  /** The lines between have comments. */
  readonly hasComment: boolean;
}

export function nodePlace(text: string, { start }: Span): NodePlace {
  let at = start;
  let hasComment = false;
  for (;;) {
    while (at > 0 && /\s/.test(text.charAt(at - 1))) at--;
    const line = text.slice(lineStart(text, at), at);
    const comment = /(?:^|[ \t])#/.exec(line);
    if (!comment || at === 0 || lineStart(text, at) === lineStart(text, start)) break;
    hasComment = true;
    at = lineStart(text, at) + comment.index;
  }
  const sign = text.charAt(at - 1);
  return { behind: sign === ':' ? 'colon' : sign === '-' ? 'dash' : 'other', offset: at, hasComment };
}
