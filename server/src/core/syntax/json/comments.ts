/**
 * Gives the end of the comment that begins at an offset: `// …`, `# …` or a block; undefined where none begins. A block that is never
 * closed ends with its line. Where the last block closes is looked up once, so that many open ones cost no more than one.
 */
export function commentEnds(text: string): (at: number) => number | undefined {
  const lastClose = text.lastIndexOf('*/');
  return (at) => {
    const block = text.startsWith('/*', at);
    if (block && at + 2 <= lastClose) return text.indexOf('*/', at + 2) + 2;
    return block || text.startsWith('//', at) || text.charAt(at) === '#' ? lineEnd(text, at) : undefined;
  };
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

export function lineEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) end++;
  return end;
}
