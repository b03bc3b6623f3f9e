import type { Hover, HoverParams } from 'vscode-languageserver';
import { hoverAt } from '../../core/index';
import { toMarkup, toRange } from '../protocol-conversion';
import type { Session } from '../session';
import { offsetAtPosition } from './navigation';
import { locationNames } from './policy-lookup';

/** The hover at the position, in Markdown or, for editors that take none, as plain text. */
export function hover(session: Session, params: HoverParams): Hover | null {
  const { analysisHost, clientCapabilities, conversionContext } = session;
  const requested = offsetAtPosition(session, params);
  if (requested === undefined) return null;
  const { uri, offset, lines } = requested;
  const locationLabels = locationNames(session);
  const result = hoverAt(analysisHost.workspace(), { uri, offset, locationLabels, analysis: analysisHost.analysis });
  if (result === undefined) return null;
  // `file:///w/key.json#L12`: VS Code and others open it at that line.
  const contents = toMarkup(result.blocks, clientCapabilities.hoverMarkdown,
    (at) => `${conversionContext.editorUri(at.uri)}#L${locationLabels.line(at)}`);
  return { contents, range: toRange(lines, result.location.span) };
}
