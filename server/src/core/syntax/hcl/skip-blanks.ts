/** The offset behind the blanks and comments that begin at an offset. */
export function skipBlanksOfHcl(text: string, from: number): number {
  let at = from;
  for (;;) {
    if (/\s/.test(text.charAt(at))) at++;
    else if (text.startsWith('#', at) || text.startsWith('//', at)) at = endBehind(text, '\n', at);
    else if (text.startsWith('/*', at)) at = blockCommentEnd(text, at);
    else return at;
  }
}

/** Behind the block comment that begins at an offset. */
export function blockCommentEnd(text: string, start: number): number {
  return endBehind(text, '*/', start + 2);
}

/** Behind the next mark, or at the end of the text. */
function endBehind(text: string, mark: string, from: number): number {
  const start = text.indexOf(mark, from);
  return start < 0 ? text.length : start + mark.length;
}
