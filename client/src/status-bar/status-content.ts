import * as vscode from 'vscode';
import type { FileStatus, FindingCounts } from '../../../server/src/lsp/protocol/status';
import type { TooltipPart } from '../window/markdown-tooltip';
import type { StatusContent } from '../window/status-item';

/** What the status bar shows: `key policy of alias/app (security)`, and all that is too long for it in the tooltip. */
export function statusContent(status: FileStatus): StatusContent {
  const { kind, says, assumed, tooLarge } = status;
  if (tooLarge !== undefined) {
    const { kib, maxKib } = tooLarge;
    const text = vscode.l10n.t('The file has {0} KiB. Files of more than {1} KiB are neither read nor checked: the setting kmsHandshake.maxFileSize says so.', kib, maxKib);
    return { icon: 'warning', text: vscode.l10n.t('KMS: too large to be checked'), tooltip: [{ text }] };
  }
  return { icon: kind === 'key' ? 'key' : 'account', text: assumed ? vscode.l10n.t('{0}, assumed', says) : says,
    tooltip: tooltipOf(status) };
}

/** How the policy is linked, how its handshakes stand and what was found. */
function tooltipOf({ says, assumed, links, handshakes, more, findings, policies, declarable }: FileStatus): TooltipPart[] {
  const text = (sentence: string): TooltipPart => ({ text: sentence });
  return [
    { heading: says.replace(/^./, (first) => first.toUpperCase()) },
    ...links.map(({ says: reason }) => text(assumed ? vscode.l10n.t('Link assumed: {0}.', reason) : vscode.l10n.t('Link: {0}.', reason))),
    ...links.length === 0 ? [text(vscode.l10n.t('It is not known to which key it belongs.'))] : [],
    ...declarable ? [] : [text(vscode.l10n.t('The document is not in a folder of the workspace: its link cannot be declared.'))],
    handshakes.length === 0
      ? text(vscode.l10n.t('The workspace does not contain its other half.'))
      : { items: [...handshakes, ...more > 0 ? [vscode.l10n.t('and {0} more', more)] : []] },
    text(findingsText(findings)),
    ...policies > 1 ? [text(vscode.l10n.t('One of {0} policies of this file: the one at the cursor.', policies))] : [],
  ];
}

function findingsText(findings: FindingCounts): string {
  const parts = countTexts(findings);
  return parts.length === 0 ? vscode.l10n.t('Nothing found.') : vscode.l10n.t('Found: {0}.', parts.join(', '));
}

/** `1 policy`, `18 policies` */
export function policyCountText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 policy') : vscode.l10n.t('{0} policies', count);
}

/** `1 file`, `18 files` */
export function fileCountText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', count);
}

/** `2 errors`, `1 hint`: those that there are. */
export function countTexts({ error, warning, info, hint }: FindingCounts): string[] {
  return [
    error === 0 ? '' : error === 1 ? vscode.l10n.t('1 error') : vscode.l10n.t('{0} errors', error),
    warning === 0 ? '' : warning === 1 ? vscode.l10n.t('1 warning') : vscode.l10n.t('{0} warnings', warning),
    info === 0 ? '' : info === 1 ? vscode.l10n.t('1 info') : vscode.l10n.t('{0} infos', info),
    hint === 0 ? '' : hint === 1 ? vscode.l10n.t('1 hint') : vscode.l10n.t('{0} hints', hint),
  ].filter((part) => part !== '');
}
