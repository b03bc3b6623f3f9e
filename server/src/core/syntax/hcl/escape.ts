import { isPolicyVariable } from '../../aws/policy-variables';
import { expressionEnd } from '../../text/template-expressions';
import type { ScalarNode } from '../tree';
import { type ExpressionTexts, splitInterpolations } from './interpolations';

/** The text as it is written inside that string or heredoc. `${…}` that refers to something stays an expression. */
export function escapeInTemplate(text: string, { style, lineBreak }: ScalarNode, expressions?: ExpressionTexts): string {
  const isHeredoc = style === 'heredoc';
  return escapeTemplate(text, (part) => (isHeredoc ? part.replace(/\r?\n/g, lineBreak ?? '\n') : escapeQuoted(part)), expressions);
}

/** The text between the quotes of a string. */
export function escapeQuotedTemplate(text: string, expressions?: ExpressionTexts): string {
  return escapeTemplate(text, escapeQuoted, expressions);
}

function escapeTemplate(text: string, escape: (part: string) => string, expressions?: ExpressionTexts): string {
  return splitInterpolations(text, expressions).map((segment) => (segment.expression === undefined
    ? escape(segment.text).replace(/[$%](?=\{)/g, '$&$&') : `\${${segment.expression}}`)).join('');
}

/** HCL native syntax specification, "Quoted templates". */
function escapeQuoted(text: string): string {
  return text.replace(/["\\\u0000-\u001f\u007f]/g, (character) => ESCAPES[character]
    ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };

/** Why the text cannot be written inside that string. */
export function refusalInTemplate(text: string, { style }: ScalarNode): string | undefined {
  if (style !== 'double-quoted' && style !== 'heredoc') return 'This value is an expression: it has no text to change';
  if (style === 'heredoc' && /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text))
    return 'Control characters can be written in quotes only';
  return splitInterpolations(text).some((segment) => segment.expression === undefined && hasUnknownExpression(segment.text))
    ? 'This text contains an expression that cannot be copied: write it by hand' : undefined;
}

/** The name of an expression with blanks that are left out (`[forxiny:x]`), in place of a variable of IAM or a word. */
function hasUnknownExpression(text: string): boolean {
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', at + 2)) {
    const inner = text.slice(at + 2, (expressionEnd(text, at) ?? at + 3) - 1);
    if (/[()[\]?=<>!&|]/.test(inner) && !isPolicyVariable(inner)) return true;
  }
  return false;
}
