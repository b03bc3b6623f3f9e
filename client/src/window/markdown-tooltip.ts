import * as vscode from 'vscode';
import { escapeMarkdown, markdownParagraph } from '../../../server/src/core/text/markdown';

/** A part of a tooltip, in plain text. */
export type TooltipPart = { readonly heading: string } | { readonly text: string } | { readonly items: readonly string[] };

/** A tooltip: its texts are shown as they are, whatever characters they have. */
export function markdownTooltip(parts: readonly TooltipPart[]): vscode.MarkdownString {
  return new vscode.MarkdownString(parts.map((part) => `${partMarkdown(part)}\n\n`).join(''));
}

function partMarkdown(part: TooltipPart): string {
  if ('heading' in part) return `**${escapeMarkdown(part.heading)}**`;
  return 'text' in part ? markdownParagraph(part.text) : part.items.map((item) => `- ${markdownParagraph(item)}`).join('\n');
}
