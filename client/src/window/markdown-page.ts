import * as vscode from 'vscode';
import { escapeMarkdown, markdownParagraph } from '../../../server/src/core/text/markdown';

/** A part of a tooltip, in plain text. */
export type PagePart = { readonly heading: string } | { readonly text: string } | { readonly items: readonly string[] };

/** A tooltip: its texts are shown as they are, whatever characters they have. */
export function markdownPage(parts: readonly PagePart[]): vscode.MarkdownString {
  return new vscode.MarkdownString(parts.map((part) => `${partMarkdown(part)}\n\n`).join(''));
}

function partMarkdown(part: PagePart): string {
  if ('heading' in part) return `**${escapeMarkdown(part.heading)}**`;
  return 'text' in part ? markdownParagraph(part.text) : part.items.map((item) => `- ${markdownParagraph(item)}`).join('\n');
}
