import type { InlayHint, InlayHintParams } from 'vscode-languageserver';
import { inlayHints, plainLine, positionAt } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toMarkup, toSpan } from '../protocol-conversion';
import type { Session } from '../session';

/**
 * Names of accounts and what action wildcards cover, behind the values in the range. The protocol has no ability for Markdown in
 * a hint: an editor that shows it in hovers shows it here.
 */
export function inlayHintsIn({ analysisHost: knowledge, currentSettings: settings, clientCapabilities: abilities }: Session, { textDocument, range }: InlayHintParams): InlayHint[] {
  const uri = canonicalUri(textDocument.uri);
  const { readings, world } = knowledge.workspace();
  const lines = knowledge.lineIndexOf(uri);
  if (!settings().inlayHints || lines === undefined) return [];
  return inlayHints(readings.get(uri)?.policies ?? [], world, toSpan(lines, range)).map(({ offset: at, label, tooltip }) => ({
    position: positionAt(lines, at), label: plainLine(label), paddingLeft: true, tooltip: toMarkup(tooltip, abilities.hoverMarkdown),
  }));
}
