import { commentEnds } from './comments';

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
  let comma: number | undefined;
  let lineEnd = from;
  let end = from;
  let endsInComment = false;
  let lineEndsInComment = false;
  let hasComment = false;
  let sameLine = true;
  const commentEnd = commentEnds(text.slice(0, to));
  for (let i = from; i < to;) {
    const afterComment = commentEnd(i);
    if (afterComment !== undefined) {
      const comment = text.slice(i, afterComment);
      i = afterComment;
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
