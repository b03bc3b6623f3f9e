import type { CodeLens, CodeLensParams, Command } from 'vscode-languageserver';
import { pointerOfAddress, lensAt, lensLocations, plainLine, positionAt, type LensContext, type LensLocation,
  type DiscoveredPolicy } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toLocation } from '../protocol-conversion';
import type { PlacesToShow } from '../protocol/lenses';
import type { ClientCommands } from '../protocol/requests';
import type { Session } from '../session';

/** What comes back with a lens that is to be resolved: which place of which policy it stands above. */
interface CodeLensData {
  readonly uri: string;
  readonly pointer: string;
  readonly lensIndex: number;
}

/** Where lenses stand; what they say is worked out for those only that come into view. */
export function codeLenses({ analysisHost, currentSettings }: Session, { textDocument }: CodeLensParams): CodeLens[] {
  const uri = canonicalUri(textDocument.uri);
  const { readings, world } = analysisHost.workspace();
  const lines = analysisHost.lineIndexOf(uri);
  if (!currentSettings().codeLens || lines === undefined) return [];
  return (readings.get(uri)?.policies ?? []).flatMap((policy) => lensLocations(policy, world).map(({ location: at }, place): CodeLens => {
    const start = positionAt(lines, at.span.start);
    const data: CodeLensData = { uri: textDocument.uri, pointer: pointerOfAddress(policy.address), lensIndex: place };
    return { range: { start, end: { line: start.line, character: start.character + 1 } }, data };
  }));
}

export async function resolveCodeLens(session: Session, lens: CodeLens): Promise<CodeLens> {
  await session.analysisHost.finishAnalysis();
  const place = lensPlaceOf(session, lens.data as CodeLensData);
  return { ...lens, command: place ? lensCommand(session, lens, place) : EMPTY_COMMAND };
}

/** It has gone meanwhile: the editor is about to ask for all of them anew. */
const EMPTY_COMMAND: Command = { title: '', command: '' };

function lensPlaceOf({ analysisHost }: Session, { uri, pointer, lensIndex }: CodeLensData): LensLocation | undefined {
  const { readings, world } = analysisHost.workspace();
  const policy = readings.get(canonicalUri(uri))?.policies.find((one: DiscoveredPolicy) => pointerOfAddress(one.address) === pointer);
  return policy && lensLocations(policy, world)[lensIndex];
}

function lensCommand(session: Session, lens: CodeLens, place: LensLocation): Command {
  const said = lensAt(place, lensContextOf(session));
  if (said === undefined) return EMPTY_COMMAND;
  const title = plainLine(said.title);
  const places = said.locations.flatMap((at) => toLocation(session.conversionContext, at) ?? []);
  if (!session.clientCapabilities.clientCommands || places.length === 0) return { title, command: '' };
  const command: keyof ClientCommands = 'kmsHandshake.showPlaces';
  const shown: PlacesToShow = { uri: (lens.data as CodeLensData).uri, position: lens.range.start, places };
  return { title, command, arguments: [shown] };
}

export function lensContextOf({ analysisHost }: Session): LensContext {
  return { world: analysisHost.workspace().world, verdicts: analysisHost.analysis };
}
