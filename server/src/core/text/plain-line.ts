import { escapeDeceptiveCharacters } from './deceptive-characters';

/**
 * The text on one line, with what a terminal, or a CI that reads its output line by line, may take for more than text, and what deceives
 * the eye, written as JSON writes it, `\u001b`: Sids, names of files and other words written by strangers are printed. Tabs do no harm.
 */
export function plainLine(text: string): string {
  return escapeDeceptiveCharacters(text).replace(/[\n\r]/g, (char) => (char === '\n' ? '\\n' : '\\r'));
}
