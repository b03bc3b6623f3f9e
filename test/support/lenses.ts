import { lensOf, lensPlaces } from '../../server/src/core/editor/lens/lenses';
import type { LensGround } from '../../server/src/core/editor/lens/lenses';
import { textOf } from './check';
import { analysisOf, pathOf, uriOf, type Files } from './workspace';

/** A lens as a test sees it: the text that it stands above, what it says, and `file: text` of what it shows. */
export interface LensInTest {
  readonly above: string;
  readonly title: string;
  readonly places: readonly string[];
}

/** The lenses of a file of a workspace, in the order of the text. */
export function lensesIn(files: Files, path: string): LensInTest[] {
  const texts = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, textOf(content)]));
  const { workspace, analysis, world } = analysisOf(texts);
  const ground: LensGround = { world, verdicts: () => analysis };
  const textAt = (uri: string, { start, end }: { readonly start: number; readonly end: number }): string => (texts[pathOf(uri)] ?? '').slice(start, end);
  return (workspace.readings.get(uriOf(path))?.policies ?? []).flatMap((policy) => lensPlaces(policy, world).flatMap((place) => {
    const lens = lensOf(place, ground);
    return lens ? [{
      above: textAt(place.at.uri, place.at.span), title: lens.title,
      places: lens.places.map(({ uri, span }) => `${pathOf(uri)}: ${textAt(uri, span)}`),
    }] : [];
  }));
}
