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
  const addNote = (items: readonly string[], describe: (names: string, isPlural: boolean) => string): void => {
    if (items.length > 0) notes.push(describe(joinNames([...new Set(items)]), items.length > 1));
  };
  addNote(paths.map(file), (names, isPlural) => `Files keep their names: ${names} ${isPlural ? 'have' : 'has'} the old one in ${isPlural ? 'their paths' : 'its path'}, which may be all that links the policies there.`);
  addNote(awsCliOutputs.map(file), (names) => `The AWS CLI output in ${names} keeps the old name, since it shows what AWS had then: fetch it again.`);
  addNote(patterns.map(place), (names, isPlural) => `The pattern${isPlural ? 's' : ''} at ${names} covered the old name, but not the new one.`);
  addNote(placeholders.map(place), (names, isPlural) => `The name${isPlural ? 's' : ''} at ${names} ${isPlural ? 'are' : 'is'} put together from placeholders and ${isPlural ? 'were' : 'was'} left as ${isPlural ? 'they are' : 'it is'}.`);
  return notes;
}
