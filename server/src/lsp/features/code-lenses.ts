import type { CodeLens, CodeLensParams, Command } from 'vscode-languageserver';
import { pointerOfAddress, lensAt, lensLocations, plainLine, positionAt, type LensContext } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toLocation } from '../protocol-conversion';
import type { PlacesToShow } from '../protocol/lenses';
import type { ClientCommands, CounterpartToGenerate } from '../protocol/requests';
import type { Session } from '../session';

/** Comes back with a lens that is to be resolved: the policy, and which of its lenses it is. */
interface CodeLensData {
  readonly uri: string;
  readonly pointer: string;
  readonly lensIndex: number;
}

/** Where lenses stand; their text is worked out only for those that come into view. */
export function codeLenses({ analysisHost, currentSettings }: Session, { textDocument }: CodeLensParams): CodeLens[] {
  const uri = canonicalUri(textDocument.uri);
  const { readings, world } = analysisHost.workspace();
  const lines = analysisHost.lineIndexOf(uri);
  if (!currentSettings().codeLens || lines === undefined) return [];
  return (readings.get(uri)?.policies ?? []).flatMap((policy) => lensLocations(policy, world).map(({ location }, lensIndex) => {
    const start = positionAt(lines, location.span.start);
    const data: CodeLensData = { uri: textDocument.uri, pointer: pointerOfAddress(policy.address), lensIndex };
    return { range: { start, end: { line: start.line, character: start.character + 1 } }, data };
  }));
}

export async function resolveCodeLens(session: Session, lens: CodeLens): Promise<CodeLens> {
  await session.analysisHost.finishAnalysis();
  return { ...lens, command: lensCommand(session, lens) ?? EMPTY_COMMAND };
}

/** The place has gone meanwhile: the editor is about to request all lenses anew. */
const EMPTY_COMMAND: Command = { title: '', command: '' };

function lensCommand(session: Session, lens: CodeLens): Command | undefined {
  const { analysisHost, clientCapabilities, conversionContext } = session;
  const { uri, pointer, lensIndex } = lens.data as CodeLensData;
  const { readings, world } = analysisHost.workspace();
  const policy = readings.get(canonicalUri(uri))?.policies.find(({ address }) => pointerOfAddress(address) === pointer);
  const lensLocation = policy && lensLocations(policy, world)[lensIndex];
  const content = lensLocation && lensAt(lensLocation, lensContextOf(session));
  if (content === undefined) return undefined;
  const title = plainLine(content.title);
  const places = content.locations.flatMap((location) => toLocation(conversionContext, location) ?? []);
  if (!clientCapabilities.clientCommands) return { title, command: '' };
  if (content.missingPolicyOf) {
    const answers: CounterpartToGenerate = { uri, pointer, target: content.missingPolicyOf };
    return { title: `Generate consumer IAM policy… (${title})`,
      command: 'kmsHandshake.generateConsumerPolicy' satisfies keyof ClientCommands, arguments: [answers] };
  }
  if (places.length === 0) return { title, command: '' };
  const placesToShow: PlacesToShow = { uri, position: lens.range.start, places };
  return { title, command: 'kmsHandshake.showPlaces' satisfies keyof ClientCommands, arguments: [placesToShow] };
}

export function lensContextOf({ analysisHost }: Session): LensContext {
  return { world: analysisHost.workspace().world, verdicts: analysisHost.analysis };
}
