/**
 * What a terminal, or a CI that reads its output line by line, may take for more than text: line ends, escape sequences, characters that turn the
 * direction of what follows. Tabs do no harm.
 */
const NOT_PLAIN = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * The text on one line, with such characters written as JSON writes them, `\u001b`. Sids, names of files and all other words of policies
 * that strangers wrote come into what is printed. (For Markdown, where nobody looks for them, `oneLine` leaves them out.)
 */
export function plainLine(text: string): string {
  return text.replace(NOT_PLAIN, (char) => (char === '\n' ? '\\n' : char === '\r' ? '\\r' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`));
}
