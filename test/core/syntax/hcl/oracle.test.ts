import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Language, Parser, type Tree } from 'web-tree-sitter';
import { parseHcl } from '../../../../server/src/core/syntax/hcl/parse-hcl';
import type { Expression, HclBody } from '../../../../server/src/core/syntax/hcl/hcl-tree';
import type { Span } from '../../../../server/src/core/text/span';
import { realFiles } from '../../../support/real-files';
import { checkSpans, childrenOf } from './support';

/** The nodes that both parsers have, by what the other one calls them. */
const KINDS: Readonly<Record<string, string>> = { attribute: 'attribute', block: 'block', function_call: 'call', object: 'object',
  tuple: 'tuple', template_interpolation: 'interpolation', quoted_template: 'template', string_lit: 'template',
  heredoc_template: 'template' };

/** `kind start-end`, sorted. */
function spansOf(body: HclBody): readonly string[] {
  const spans: string[] = [];
  const add = (kind: string, { start, end }: Span): void => { spans.push(`${kind} ${start}-${end}`); };
  const visit = (expression: Expression): void => {
    if (Object.values(KINDS).includes(expression.kind)) add(expression.kind, expression.span);
    if (expression.kind === 'template')
      for (const part of expression.parts) if (part.kind === 'interpolation') add(part.kind, part.span);
    for (const child of childrenOf(expression)) visit(child);
  };
  const visitBody = ({ items }: HclBody): void => {
    for (const item of items) {
      add(item.kind, item.span);
      if (item.kind === 'attribute') {
        visit(item.value);
      } else {
        for (const { span } of item.labels) add('template', span);
        visitBody(item.body);
      }
    }
  };
  visitBody(body);
  return spans.sort();
}

/** The same of a tree of the other parser. */
function spansOfTree(tree: Tree): readonly string[] {
  const spans = new Set<string>();
  const cursor = tree.walk();
  for (;;) {
    const kind = KINDS[cursor.nodeType];
    if (kind !== undefined) spans.add(`${kind} ${cursor.startIndex}-${cursor.endIndex}`);
    else if (cursor.nodeType === 'identifier' && cursor.currentNode.parent?.type === 'block' && cursor.currentFieldName === null
      && cursor.currentNode.previousNamedSibling) spans.add(`template ${cursor.startIndex}-${cursor.endIndex}`);
    if (cursor.gotoFirstChild()) continue;
    while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return [...spans].sort();
  }
}

describe('spans of HCL', () => {
  let parser: Parser;

  before(async () => {
    await Parser.init();
    parser = new Parser();
    parser.setLanguage(await Language.load(require.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm')));
  });

  function compare(text: string, name: string): void {
    const parsed = parseHcl(text);
    const tree = parser.parse(text) ?? assert.fail(name);
    assert.deepEqual(parsed.faults, [], name);
    assert.ok(!tree.rootNode.hasError, name);
    assert.deepEqual(spansOf(parsed.body), spansOfTree(tree), name);
    checkSpans(text, parsed);
    tree.delete();
  }

  it('are those of tree-sitter', () => {
    compare(readFileSync(path.join(__dirname, 'sample.tf'), 'utf8'), 'sample.tf');
  });

  it('are those of tree-sitter in real files', function () {
    this.timeout(60_000);
    for (const [name, text] of Object.entries(realFiles(this, 'KMS_HANDSHAKE_CORPUS', /\.tf$/, 'tf'))) compare(text, name);
  });
});
