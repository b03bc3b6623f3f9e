import type { Hover, HoverParams } from 'vscode-languageserver';
import { hoverAt, offsetAt, type Location } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toMarkup, toRange } from '../protocol-conversion';
import type { Session } from '../session';
import { locationNames } from './policy-lookup';

/** What stands at the position, in Markdown or, for editors that take none, as plain text. */
export function hover(session: Session, { textDocument, position }: HoverParams): Hover | null {
  const { analysisHost, clientCapabilities } = session;
  const uri = canonicalUri(textDocument.uri);
  const lines = analysisHost.lineIndexOf(uri);
  if (lines === undefined) return null;
  const found = hoverAt(analysisHost.workspace(), { uri, offset: offsetAt(lines, position), locationLabels: locationNames(session),
    verdicts: analysisHost.analysis });
  if (found === undefined) return null;
  return { contents: toMarkup(found.blocks, clientCapabilities.hoverMarkdown, (at) => locationUri(session, at)),
    range: toRange(lines, found.location.span) };
}

/** `file:///w/key.json#L12`: VS Code and others open it at that line. */
function locationUri(session: Session, at: Location): string {
  return `${session.conversionContext.editorUri(at.uri)}#L${locationNames(session).line(at)}`;
}
