import type { Hover, HoverParams } from 'vscode-languageserver';
import { hoverAt, offsetAt, type Location } from '../../core/index';
import { canonicalUri } from '../../host/contract';
import { toMarkup, toRange } from '../convert';
import type { Session } from '../session';
import { placesIn } from './policies';

/** What stands at the position, in Markdown or, for editors that take none, as plain text. */
export function hover(session: Session, { textDocument, position }: HoverParams): Hover | null {
  const { knowledge, abilities } = session;
  const uri = canonicalUri(textDocument.uri);
  const lines = knowledge.linesOf(uri);
  if (lines === undefined) return null;
  const found = hoverAt(knowledge.workspace(), { uri, offset: offsetAt(lines, position), places: placesIn(session), verdicts: knowledge.analysis });
  if (found === undefined) return null;
  return { contents: toMarkup(found.blocks, abilities.hoverMarkdown, (at) => placeUri(session, at)), range: toRange(lines, found.at.span) };
}

/** `file:///w/key.json#L12`: VS Code and others open it at that line. */
function placeUri(session: Session, at: Location): string {
  return `${session.context.editorUri(at.uri)}#L${placesIn(session).line(at)}`;
}
