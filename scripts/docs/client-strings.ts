import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

const ROOT = path.join(__dirname, '..', '..');

/** What translations start from: every string of the client, by itself. Its path and what its text should be. */
export function bundleFile(): { readonly path: string; readonly text: string } {
  const strings = [...new Set(clientSources().flatMap((source) => clientStringsOf(source).translated))].sort();
  const bundle = Object.fromEntries(strings.map((text) => [text, text]));
  return { path: path.join(ROOT, 'l10n/bundle.l10n.json'), text: `${JSON.stringify(bundle, null, 2)}\n` };
}

/** The program text of the extension and of its panel, parsed. */
export function clientSources(): readonly ts.SourceFile[] {
  return readdirSync(path.join(ROOT, 'client'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).sort()
    .map((name) =>
      ts.createSourceFile(`client/${name.replaceAll('\\', '/')}`, readFileSync(path.join(ROOT, 'client', name), 'utf8'),
        ts.ScriptTarget.Latest, true)
    );
}

interface ClientStrings {
  /** First arguments of `vscode.l10n.t`, and of the `t` of the panel. */
  readonly translated: readonly string[];
  /** Texts that stand where a person reads them without going through either, each with its place. */
  readonly untranslated: readonly string[];
}

/** Properties of VS Code's and the page's objects that people read. */
const TEXT_PROPERTIES = new Set(['title', 'prompt', 'placeHolder', 'placeholder', 'tooltip', 'description', 'detail', 'label', 'aria-label',
  'words', 'hint', 'says']);
const MESSAGE_FUNCTIONS = /(?:^|\.)show(?:Information|Warning|Error)(?:Message)?$/;

/** @returns the strings of one file; throws for a translated one that is not a literal, as a bundle could not contain it */
export function clientStringsOf(source: ts.SourceFile): ClientStrings {
  const translated: string[] = [];
  const plain: string[] = [];
  const isRead = (parent: ts.Node, node: ts.Node): boolean =>
    ts.isPropertyAssignment(parent) && parent.name !== node && TEXT_PROPERTIES.has(parent.name.getText().replaceAll('\'', ''))
    || ts.isCallExpression(parent) && MESSAGE_FUNCTIONS.test(parent.expression.getText());
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:vscode\.l10n\.)?t$/.test(node.expression.getText())) {
      const [argument] = node.arguments;
      const text = argument === undefined ? undefined : literalText(argument);
      if (text === undefined) throw new Error(`${placeOf(node)}: only a plain string can be translated`);
      translated.push(text);
    } else if (isText(node) && isRead(outermostExpression(node), node) && isSentenceText(node.getText()))
      plain.push(`${placeOf(node)}: ${node.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { translated, untranslated: plain };
}

function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** The text of a string literal, or of several that `+` joins because a line is not long enough. */
function literalText(node: ts.Expression): string | undefined {
  if (ts.isStringLiteral(node)) return node.text;
  if (!isConcatenation(node)) return undefined;
  const [left, right] = [literalText(node.left), literalText(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

function isConcatenation(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

function isText(node: ts.Node): boolean {
  return ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
}

/** The property or call that a text is for, past the conditions and concatenations that it is an operand of. */
function outermostExpression(node: ts.Node): ts.Node {
  const { parent } = node;
  return ts.isConditionalExpression(parent) || ts.isParenthesizedExpression(parent) || ts.isArrayLiteralExpression(parent)
    || isConcatenation(parent)
    ? outermostExpression(parent)
    : parent;
}

/** Not a name such as `CSV`, an icon, or only holes. */
function isSentenceText(text: string): boolean {
  const bare = text.replace(/\$\([a-z-]+\)/g, '').replace(/\$\{[^}]*\}/g, '').replace(/KMS Handshake|Markdown|PowerShell|bash|cmd\.exe/g,
    '');
  return /[a-z]{3,}/.test(bare);
}
