import type { ScalarNode } from '../tree';
import { printDoubleQuoted } from './print-yaml';

/** The text as it is written inside that scalar. */
export function escapeInScalar(text: string, { style, lineBreak }: ScalarNode): string {
  switch (style) {
    case 'double-quoted': return printDoubleQuoted(text).slice(1, -1);
    case 'single-quoted': return text.replace(/'/g, '\'\'');
    case 'literal': return text.replace(/\r?\n/g, lineBreak ?? '\n');
    default: return text;
  }
}

const NOT_PRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Why the text cannot be written inside that scalar. */
export function refusalInScalar(text: string, { style }: ScalarNode): string | undefined {
  if (style === 'double-quoted') return undefined;
  if (NOT_PRINTABLE.test(text)) return 'Control characters can be written in double quotes only';
  if (style === 'literal') return undefined;
  if (text.includes('\n')) {
    return style === 'folded' ? 'A folded block (>) does not accept line breaks: make it a literal block (|) to change more than words'
      : 'This string does not accept line breaks: make it a literal block (|) to change more than words';
  }
  if (style === 'plain' && /: |:$| #|[{},[\]]/.test(text)) return 'This text cannot be in a value without quotes: put the value in quotes first';
  return style === 'tag' || style === 'empty' ? 'There is no text here to change' : undefined;
}
