import type { LocatedPolicy } from '../locate/located';
import { jsonOf } from '../parse/json-value';
import type { FileChange } from '../text/change';
import type { Counterpart } from './counterpart';
import { placeholdersIn } from './placeholder';
import { renderFile, wordsFor } from './render';
import { addToPolicy, policyDocument, type Addition } from './write-statements';

export interface Draft {
  /** The policy to add to; undefined for a new file. */
  readonly policy: LocatedPolicy | undefined;
  /** What is missing. */
  readonly additions: readonly Addition[];
  /** All that is needed, as it would stand in a file of its own. */
  readonly fresh: readonly Addition[];
  readonly newUri: () => string;
  /** For a new file: what `kms-handshake.json` has to say of it. */
  readonly declare?: (uri: string) => FileChange | undefined;
  /** What the change lets happen: "account 444455556666 use key …". */
  readonly what: string;
  readonly notes: readonly string[];
}

/** Turns what is missing into a change of the file that there is, or into a new file. */
export function counterpartOf(draft: Draft): Counterpart {
  const { policy, additions, fresh } = draft;
  const what = wordsFor(draft.what);
  const notes = draft.notes.map(wordsFor);
  if (additions.length === 0) {
    const document = policy ? jsonOf(policy.policy.node) : statementsDocument(fresh);
    return { changes: [], declares: undefined, document, statements: [], summary: `Nothing is missing: the policies already let ${what}.`, notes, placeholders: [], nothingToDo: true };
  }
  const statements = additions.map((addition) => addition.statement);
  const common = { statements, notes, placeholders: placeholdersIn(statements), nothingToDo: false };
  if (policy) {
    const { change, document } = addToPolicy(policy, additions);
    const done = additions.every((addition) => addition.extend) ? 'Adds actions to let' : 'Adds to the policy to let';
    return { ...common, changes: [change], declares: undefined, document, summary: `${done} ${what}.` };
  }
  const document = statementsDocument(additions);
  const uri = draft.newUri();
  return { ...common, changes: [{ uri, create: renderFile(document) }], declares: draft.declare?.(uri), document, summary: `Creates a policy to let ${what}.` };
}

function statementsDocument(additions: readonly Addition[]): Counterpart['document'] {
  return policyDocument(additions.map((addition) => addition.statement));
}
