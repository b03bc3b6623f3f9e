/** The offset behind the blanks and comments that begin at an offset. */
export function skipBlanksOfHcl(text: string, from: number): number {
  const blanks = /(?:\s|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))*/y;
  blanks.lastIndex = from;
  blanks.exec(text);
  return blanks.lastIndex;
}
