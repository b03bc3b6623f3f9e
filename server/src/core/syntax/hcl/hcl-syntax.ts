import type { ParseResult, Syntax } from '../syntax';
import { canonicalBody } from './canonical-tree';
import { hclTokenAt } from './cursor-token';
import { escapeInTemplate, refusalInTemplate } from './escape';
import { parseHcl } from './parse-hcl';
import { laidOut } from './layout';
import { DEFAULT_STYLE, printExpression } from './print-hcl';
import { renderHclEdits } from './render-edits';
import { skipBlanksOfHcl } from './skip-blanks';

/** HCL native syntax, the language of Terraform and OpenTofu. Faults of it are not told: HashiCorp's extension reports them. */
export const HCL_SYNTAX: Syntax = {
  id: 'hcl',
  parse: parseHclTree,
  renderEdits: renderHclEdits,
  print: (value) => laidOut(`${printExpression(value, DEFAULT_STYLE)}\n`),
  tokenAt: hclTokenAt,
  escape: escapeInTemplate,
  refusalOf: refusalInTemplate,
  skipBlanks: skipBlanksOfHcl,
  lineCommentStart: () => '#',
};

function parseHclTree(text: string): ParseResult {
  const { body, comments } = parseHcl(text);
  const root = canonicalBody(body, text);
  return { root, roots: [root], isBraceless: false, faults: [], comments };
}
