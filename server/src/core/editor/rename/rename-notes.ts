import { joinNames } from '../../access/text/describe-access';
import type { Location } from '../../text/span';
import type { UnrenamedNames } from './unrenamed-names';

/** How the reader of the notes names files and places: `consumer/app.json`, `consumer/app.json:4`. */
export interface RenameNoteLabels {
  readonly file: (uri: string) => string;
  readonly place: (at: Location) => string;
}

/** A sentence for each thing that still has the old name, with what to do about it. */
export function renameNotes({ paths, awsCliOutputs, patterns, placeholders }: UnrenamedNames, { file, place }: RenameNoteLabels): string[] {
  const notes: string[] = [];
  const note = (items: readonly string[], say: (names: string, several: boolean) => string): void => {
    if (items.length > 0) notes.push(say(joinNames([...new Set(items)]), items.length > 1));
  };
  note(paths.map(file), (names, several) => `Files keep their names: ${names} ${several ? 'have' : 'has'} the old one in ${several ? 'their paths' : 'its path'}, which may be all that links the policies there.`);
  note(awsCliOutputs.map(file), (names) => `The AWS CLI output in ${names} keeps the old name, since it shows what AWS had then: fetch it again.`);
  note(patterns.map(place), (names, several) => `The pattern${several ? 's' : ''} at ${names} covered the old name, but not the new one.`);
  note(placeholders.map(place), (names, several) => `The name${several ? 's' : ''} at ${names} ${several ? 'are' : 'is'} put together from placeholders and ${several ? 'were' : 'was'} left as ${several ? 'they are' : 'it is'}.`);
  return notes;
}
