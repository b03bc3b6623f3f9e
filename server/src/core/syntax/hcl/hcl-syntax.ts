import type { ParseResult, Syntax } from '../syntax';
import { canonicalBody } from './canonical-tree';
import { escapeInTemplate, refusalInTemplate } from './escape';
import { parseHcl } from './parse-hcl';
import { DEFAULT_STYLE, printExpression } from './print-hcl';

/** HCL native syntax, the language of Terraform and OpenTofu. Faults of it are not told: HashiCorp's extension reports them. */
export const HCL_SYNTAX: Syntax = {
  id: 'hcl',
  parse: parseHclTree,
  renderEdits: () => ({ refusal: 'Terraform files are not changed yet' }),
  print: (value) => `${printExpression(value, DEFAULT_STYLE)}\n`,
  tokenAt: () => undefined,
  escape: escapeInTemplate,
  refusalOf: refusalInTemplate,
  skipBlanks,
  lineCommentStart: () => '#',
};

function parseHclTree(text: string): ParseResult {
  const { body, comments } = parseHcl(text);
  const root = canonicalBody(body, text);
  return { root, roots: [root], isBraceless: false, faults: [], comments };
}

/** Behind the blanks and comments that begin at an offset. */
function skipBlanks(text: string, from: number): number {
  const blanks = /(?:\s|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))*/y;
  blanks.lastIndex = from;
  blanks.exec(text);
  return blanks.lastIndex;
}
