import * as vscode from 'vscode';
import type { FileStatus, FindingCounts } from '../../../server/src/lsp/protocol/status';

/** `$(key) key policy of alias/app (security)` */
export function statusText({ kind, says, assumed }: FileStatus): string {
  const text = `$(${kind === 'key' ? 'key' : 'account'}) ${says}`;
  return assumed ? vscode.l10n.t('{0}, assumed', text) : text;
}

/** How it is linked, how its handshakes stand and what was found: all that is too long for the item itself. */
export function statusTooltip({ says, assumed, links, handshakes, more, findings, policies, declarable }: FileStatus): vscode.MarkdownString {
  const page = new vscode.MarkdownString();
  page.appendMarkdown(`**${escaped(says.replace(/^./, (first) => first.toUpperCase()))}**\n\n`);
  for (const { says: reason } of links) paragraph(page, assumed ? vscode.l10n.t('Link assumed: {0}.', reason) : vscode.l10n.t('Link: {0}.', reason));
  if (links.length === 0) paragraph(page, vscode.l10n.t('Nothing tells which key it belongs to.'));
  if (!declarable) paragraph(page, vscode.l10n.t('The document is in no folder of the workspace: its link cannot be declared.'));
  if (handshakes.length === 0) paragraph(page, vscode.l10n.t('Nothing in the workspace is its other half.'));
  for (const line of handshakes) page.appendMarkdown(`- ${escaped(line)}\n`);
  if (more > 0) page.appendMarkdown(`- ${escaped(vscode.l10n.t('and {0} more', more))}\n`);
  if (handshakes.length > 0) page.appendMarkdown('\n');
  paragraph(page, findingsText(findings));
  if (policies > 1) paragraph(page, vscode.l10n.t('One of {0} policies of this file: the one at the cursor.', policies));
  return page;
}

function paragraph(page: vscode.MarkdownString, text: string): void {
  page.appendMarkdown(`${escaped(text)}\n\n`);
}

function findingsText({ error, warning, info, hint }: FindingCounts): string {
  const parts = [
    error === 0 ? '' : error === 1 ? vscode.l10n.t('1 error') : vscode.l10n.t('{0} errors', error),
    warning === 0 ? '' : warning === 1 ? vscode.l10n.t('1 warning') : vscode.l10n.t('{0} warnings', warning),
    info === 0 ? '' : info === 1 ? vscode.l10n.t('1 info') : vscode.l10n.t('{0} infos', info),
    hint === 0 ? '' : hint === 1 ? vscode.l10n.t('1 hint') : vscode.l10n.t('{0} hints', hint),
  ].filter((part) => part !== '');
  return parts.length === 0 ? vscode.l10n.t('Nothing found.') : vscode.l10n.t('Found: {0}.', parts.join(', '));
}

/**
 * The text as it is: `appendText` would join all words by no-break spaces. It escapes what `core/text/markdown.ts` of the server
 * does, and what begins a list, since words from a policy can stand at the start of a line here.
 */
function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~&$+-]/g, '\\$&').replace(/(https?|www)([:.])/gi, '$1\\$2');
}
