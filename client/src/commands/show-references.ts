import * as vscode from 'vscode';
import type { PlacesToShow } from '../../../server/src/lsp/protocol/lenses';
import { toVscodeRange } from '../vscode-range';

/** Shows the places in a peek below the line, as references are shown: what a click on a lens does. */
export async function showPlaces({ uri, position, places }: PlacesToShow): Promise<void> {
  const locations = places.map((place) => new vscode.Location(vscode.Uri.parse(place.uri), toVscodeRange(place.range)));
  await vscode.commands.executeCommand('editor.action.showReferences', vscode.Uri.parse(uri),
    new vscode.Position(position.line, position.character), locations);
}
