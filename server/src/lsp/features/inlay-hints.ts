import { MarkupKind, type InlayHint, type InlayHintParams } from 'vscode-languageserver';
import { inlayHints, positionAt } from '../../core/index';
import { canonicalUri } from '../../host/contract';
import { toSpan } from '../convert';
import type { Session } from '../session';

/** Names of accounts and what action wildcards cover, behind the values in the range. */
export function hints({ knowledge, settings }: Session, { textDocument, range }: InlayHintParams): InlayHint[] {
  const uri = canonicalUri(textDocument.uri);
  const { readings, world } = knowledge.workspace();
  const lines = knowledge.linesOf(uri);
  if (!settings().inlayHints || lines === undefined) return [];
  return inlayHints(readings.get(uri)?.policies ?? [], world, toSpan(lines, range)).map(({ at, label, tooltip }) => ({
    position: positionAt(lines, at), label, paddingLeft: true, tooltip: { kind: MarkupKind.Markdown, value: tooltip },
  }));
}
