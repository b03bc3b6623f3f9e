import { lineEnd, lineStart } from '../../text/lines';

/** What stands between the values of JSON: blanks, comments, commas and line ends. Nothing else in the project takes these apart. */

/** Blanks that are none in JSON: control characters, special spaces and characters without width. */
export const SPECIAL_BLANK =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0085\u00a0\u00ad\u1680\u180e\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]/;

/**
 * Gives the end of the comment that begins at an offset: `// …`, `# …` or a block; undefined where none begins. A block that is never
 * closed ends with its line. Where the last block closes is looked up once, so that many unclosed ones cost no more than one.
 */
export function commentEnds(text: string): (at: number) => number | undefined {
  const lastClose = text.lastIndexOf('*/');
  return (at) => {
    const isBlock = text.startsWith('/*', at);
    if (isBlock && at + 2 <= lastClose) return text.indexOf('*/', at + 2) + 2;
    return isBlock || text.startsWith('//', at) || text.charAt(at) === '#' ? lineEnd(text, at) : undefined;
  };
}

/** The end of the comment of JSONC that begins at an offset: `// …` or a closed block. */
export function strictCommentEnd(text: string, start: number): number | undefined {
  if (text.startsWith('//', start)) return lineEnd(text, start);
  const close = text.startsWith('/*', start) ? text.indexOf('*/', start + 2) : -1;
  return close < 0 ? undefined : close + 2;
}

/** Behind the blanks and comments that stand at an offset. */
export function skipBlanksAndComments(text: string, from: number): number {
  const commentEnd = commentEnds(text);
  let at = from;
  while (at < text.length) {
    const end = /\s/.test(text.charAt(at)) ? at + 1 : commentEnd(at);
    if (end === undefined) break;
    at = end;
  }
  return at;
}

/** What stands between two parts of a container, or behind the last one: at most a comma, blanks and comments. */
export interface PartGap {
  /** Where the comma stands; undefined when there is none. */
  readonly comma: number | undefined;
  /** Behind the comma, and behind the comments that stand on the same line. */
  readonly lineEnd: number;
  /** Behind the last comment, or the comma, or the part. */
  readonly end: number;
  /** The last thing before `end`, or `lineEnd`, is a comment that goes to the end of its line. */
  readonly endsInComment: boolean;
  readonly lineEndsInComment: boolean;
  readonly hasComment: boolean;
}

export function readGap(text: string, from: number, to: number): PartGap {
  let gap: PartGap = { comma: undefined, lineEnd: from, end: from, endsInComment: false, lineEndsInComment: false, hasComment: false };
  let isSameLine = true;
  const commentEnd = commentEnds(text.slice(0, to));
  for (let i = from; i < to;) {
    const end = commentEnd(i) ?? i + 1;
    const trivia = text.slice(i, end);
    if (end > i + 1 || trivia === '#') {
      const endsInComment = !trivia.startsWith('/*');
      gap = { ...gap, end, endsInComment, hasComment: true, ...isSameLine ? { lineEnd: end, lineEndsInComment: endsInComment } : {} };
    } else if (trivia === ',' && gap.comma === undefined) {
      gap = { ...gap, comma: i, end, lineEnd: end, endsInComment: false, lineEndsInComment: false };
      isSameLine = true;
    }
    isSameLine &&= !trivia.includes('\n');
    i = end;
  }
  return gap;
}

/** Back from an offset to the end of what stands before the blanks there; the line break that ends a line comment stays. */
export function backOverBlanks(text: string, from: number, limit: number): number {
  let at = from;
  while (at > limit && /\s/.test(text.charAt(at - 1))) at--;
  const line = text.slice(lineStart(text, at), at);
  return /\/\/|#/.test(line.slice(line.lastIndexOf('"') + 1)) ? from : at;
}

/** The blanks at the beginning of the line that `offset` stands in; special blanks, which JSON does not take, become spaces. */
export function lineIndent(text: string, offset: number): string {
  const start = lineStart(text, offset);
  let end = start;
  while (end < offset && isBlank(text[end])) end++;
  return text.slice(start, end).replace(/[^\t]/g, ' ');
}

export function startsLine(text: string, offset: number): boolean {
  let at = offset;
  while (at > 0 && isBlank(text[at - 1])) at--;
  return at === 0 || text[at - 1] === '\n';
}

export function isBlank(c: string | undefined): boolean {
  return c === ' ' || c === '\t' || c === '\u00a0' || c === '\ufeff';
}
