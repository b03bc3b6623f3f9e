import type { JsonValue } from '../syntax/tree-edit';
import type { FileChange } from '../text/file-change';
import { placeholdersAsWords } from './render';

/** The counterpart of a policy, ready to write. Strings of `document` and `statements` may hold markers (`placeholder-marker.ts`). */
export interface Counterpart {
  /**
   * The file of the policy: a new one, or edits of an existing one; behind it that of the other half, where both are written. Placeholders
   * are written `<KEY_ID>` here.
   */
  readonly changes: readonly FileChange[];
  /** The change of `kms-handshake.json` that declares to whom the new file belongs; undefined where none is needed. */
  readonly manifestChange: FileChange | undefined;
  /** The policy document as it is afterwards. */
  readonly document: JsonValue;
  /** The statements that the change adds; of those that it extends only with the actions that it adds. */
  readonly statements: readonly JsonValue[];
  /** One sentence that says what the change does. */
  readonly summary: string;
  /** Sentences about what is not settled by it. */
  readonly notes: readonly string[];
  /** The names of what is not known yet. */
  readonly placeholders: readonly string[];
  /** The policies allow it already; `changes` is empty. */
  readonly nothingToDo: boolean;
}

/** Files that are written for somebody, whatever policy it is. */
export type GeneratedFiles = Omit<Counterpart, 'document' | 'statements'>;

/** There is no counterpart; the sentence says why. */
export interface Refusal {
  readonly refused: string;
}

/** The key policy allows the target nothing: with a statement there, written too, the policy would be possible. */
export interface LacksKeyPolicyStatement extends Refusal {
  readonly lacksKeyPolicyStatement: true;
}

/** For whom a policy is generated: any identity of an account, or one user, role or group. */
export type Target = { readonly account: string } | { readonly arn: string };

export function isRefusal(result: object): result is Refusal {
  return 'refused' in result;
}

export function lacksKeyPolicyStatement(result: object): result is LacksKeyPolicyStatement {
  return 'lacksKeyPolicyStatement' in result;
}

export function refusal(refused: string): Refusal {
  return { refused: placeholdersAsWords(refused) };
}
