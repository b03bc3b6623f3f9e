import { lensAt, lensLocations } from '../../server/src/core/editor/lens/lenses';
import type { LensContext } from '../../server/src/core/editor/lens/lenses';
import { textOf } from './expect-findings';
import { analysisOfWorkspaceTexts, pathOfUri, uriOfPath, type FilesByPath } from './workspace-from-texts';

/** A lens as a test sees it: the text that it stands above, what it says, and `file: text` of what it shows. */
export interface CodeLensResult {
  readonly lineBelow: string;
  readonly title: string;
  readonly places: readonly string[];
}

/** The lenses of a file of a workspace, in the order of the text. */
export function codeLensesOf(files: FilesByPath, path: string): CodeLensResult[] {
  const texts = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, textOf(content)]));
  const { workspace, analysis, world } = analysisOfWorkspaceTexts(texts);
  const ground: LensContext = { world, verdicts: () => analysis };
  const textAt = (uri: string, { start, end }: { readonly start: number; readonly end: number }): string =>
    (texts[pathOfUri(uri)] ?? '').slice(start, end);
  return (workspace.readings.get(uriOfPath(path))?.policies ?? []).flatMap((policy) =>
    lensLocations(policy, world).flatMap((place) => {
      const lens = lensAt(place, ground);
      return lens
        ? [{
          lineBelow: textAt(place.location.uri, place.location.span),
          title: lens.title,
          places: lens.locations.map(({ uri, span }) => `${pathOfUri(uri)}: ${textAt(uri, span)}`),
        }]
        : [];
    })
  );
}
