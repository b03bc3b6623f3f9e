/** What stands between two parts of a container, or behind the last one: at most a comma, blanks and comments. */
export interface Gap {
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

const COMMENT = /\/\/[^\r\n]*|#[^\r\n]*|\/\*[^]*?\*\//y;

export function readGap(text: string, from: number, to: number): Gap {
  let comma: number | undefined;
  let lineEnd = from;
  let end = from;
  let endsInComment = false;
  let lineEndsInComment = false;
  let hasComment = false;
  let sameLine = true;
  for (let i = from; i < to;) {
    COMMENT.lastIndex = i;
    const comment = COMMENT.exec(text)?.[0];
    if (comment !== undefined) {
      i += comment.length;
      hasComment = true;
      endsInComment = !comment.startsWith('/*');
      end = i;
      if (sameLine) {
        lineEnd = i;
        lineEndsInComment = endsInComment;
      }
      sameLine = sameLine && !comment.includes('\n');
      continue;
    }
    const c = text[i];
    if (c === ',' && comma === undefined) {
      comma = i;
      end = i + 1;
      lineEnd = end;
      sameLine = true;
      endsInComment = false;
      lineEndsInComment = false;
    }
    if (c === '\n') sameLine = false;
    i++;
  }
  return { comma, lineEnd, end, endsInComment, lineEndsInComment, hasComment };
}
