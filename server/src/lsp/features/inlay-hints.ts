import type { InlayHint, InlayHintParams } from 'vscode-languageserver';
import { inlayHints, plainLine, positionAt } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toMarkup, toSpan } from '../protocol-conversion';
import type { Session } from '../session';

/**
 * Names of accounts and what action wildcards cover, behind the values in the range. The protocol has no ability for Markdown in
 * a hint: an editor that shows it in hovers shows it here.
 */
export function inlayHintsIn({ analysisHost, currentSettings, clientCapabilities }: Session,
  { textDocument, range }: InlayHintParams): InlayHint[] {
  const uri = canonicalUri(textDocument.uri);
  const { readings, world } = analysisHost.workspace();
  const lines = analysisHost.lineIndexOf(uri);
  if (!currentSettings().inlayHints || lines === undefined) return [];
  return inlayHints(readings.get(uri)?.policies ?? [], world, toSpan(lines, range)).map(({ offset, label, tooltip }) => ({
    position: positionAt(lines, offset), label: plainLine(label), paddingLeft: true,
    tooltip: toMarkup(tooltip, clientCapabilities.hoverMarkdown),
  }));
}
