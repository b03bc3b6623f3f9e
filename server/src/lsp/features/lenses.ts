import type { CodeLens, CodeLensParams, Command } from 'vscode-languageserver';
import { lensOf, lensPlaces, plainLine, positionAt, type LensGround, type LensPlace, type LocatedPolicy } from '../../core/index';
import { canonicalUri } from '../../host/contract';
import { toLocation } from '../convert';
import type { PlacesToShow } from '../protocol/lenses';
import type { ClientCommands } from '../protocol/requests';
import type { Session } from '../session';

/** What comes back with a lens that is to be resolved: which place of which policy it stands above. */
interface LensData {
  readonly uri: string;
  readonly pointer: string;
  readonly place: number;
}

/** Where lenses stand; what they say is worked out for those only that come into view. */
export function lenses({ knowledge, settings }: Session, { textDocument }: CodeLensParams): CodeLens[] {
  const uri = canonicalUri(textDocument.uri);
  const { readings, world } = knowledge.workspace();
  const lines = knowledge.linesOf(uri);
  if (!settings().codeLens || lines === undefined) return [];
  return (readings.get(uri)?.policies ?? []).flatMap((policy) => lensPlaces(policy, world).map(({ at }, place): CodeLens => {
    const start = positionAt(lines, at.span.start);
    const data: LensData = { uri: textDocument.uri, pointer: policy.pointer, place };
    return { range: { start, end: { line: start.line, character: start.character + 1 } }, data };
  }));
}

export async function resolveLens(session: Session, lens: CodeLens): Promise<CodeLens> {
  await session.knowledge.settle();
  const place = placeOf(session, lens.data as LensData);
  return { ...lens, command: place ? commandOf(session, lens, place) : NOTHING };
}

/** It has gone meanwhile: the editor is about to ask for all of them anew. */
const NOTHING: Command = { title: '', command: '' };

function placeOf({ knowledge }: Session, { uri, pointer, place }: LensData): LensPlace | undefined {
  const { readings, world } = knowledge.workspace();
  const policy = readings.get(canonicalUri(uri))?.policies.find((one: LocatedPolicy) => one.pointer === pointer);
  return policy && lensPlaces(policy, world)[place];
}

function commandOf(session: Session, lens: CodeLens, place: LensPlace): Command {
  const said = lensOf(place, groundOf(session));
  if (said === undefined) return NOTHING;
  const title = plainLine(said.title);
  const places = said.places.flatMap((at) => toLocation(session.context, at) ?? []);
  if (!session.abilities.clientCommands || places.length === 0) return { title, command: '' };
  const command: keyof ClientCommands = 'kmsHandshake.showPlaces';
  const shown: PlacesToShow = { uri: (lens.data as LensData).uri, position: lens.range.start, places };
  return { title, command, arguments: [shown] };
}

export function groundOf({ knowledge }: Session): LensGround {
  return { world: knowledge.workspace().world, verdicts: knowledge.analysis };
}
