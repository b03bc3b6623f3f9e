import type { JsonValue } from '../syntax/tree-edit';
import type { FileChange } from '../text/file-change';
import { placeholdersAsWords } from './render';

/** The other half of a handshake, ready to write. Strings of `document` and `statements` may hold placeholders (`placeholder.ts`). */
export interface Counterpart {
  /** One file at most: the new one, or edits of the one that there is. Placeholders are written `<KEY_ID>` here. */
  readonly changes: readonly FileChange[];
  /** The change of `kms-handshake.json` that says to whom the new file belongs; undefined where nothing has to be said. */
  readonly manifestChange: FileChange | undefined;
  /** The policy document as it is afterwards. */
  readonly document: JsonValue;
  /** The statements that the change adds, or as far as it adds to them. */
  readonly statements: readonly JsonValue[];
  /** One sentence that says what the change does. */
  readonly summary: string;
  /** Sentences about what stays open. */
  readonly notes: readonly string[];
  /** The names of what is not known yet. */
  readonly placeholders: readonly string[];
  /** The other half is there already; `changes` is empty. */
  readonly nothingToDo: boolean;
}

/** There is no counterpart; the sentence says why. */
export interface Refusal {
  readonly refused: string;
}

/** For whom a half is written: any identity of an account, or one user, role or group. */
export type Target = { readonly account: string } | { readonly arn: string };

export function isRefusal(result: object): result is Refusal {
  return 'refused' in result;
}

export function refusal(refused: string): Refusal {
  return { refused: placeholdersAsWords(refused) };
}
