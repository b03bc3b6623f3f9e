import type { Location, Position } from 'vscode-languageserver';

/** Places to show from a place of a document. */
export interface PlacesToShow {
  readonly uri: string;
  readonly position: Position;
  readonly places: readonly Location[];
}
