import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { nodeToJson } from '../syntax/json/json-value';
import type { FileChange } from '../text/file-change';
import type { Counterpart } from './counterpart';
import { placeholderNamesIn } from './placeholder-marker';
import { renderFile, placeholdersAsWords } from './render';
import { applyAdditions, policyDocument, type StatementAddition } from './statement-additions';

export interface CounterpartDraft {
  /** The policy to add to; undefined for a new file. */
  readonly policy: DiscoveredPolicy | undefined;
  /** What is missing. */
  readonly additions: readonly StatementAddition[];
  /** All that is needed, as it would stand in a file of its own. */
  readonly newFileStatements: readonly StatementAddition[];
  readonly newUri: () => string;
  /** For a new file: what `kms-handshake.json` has to say of it. */
  readonly declareInManifest?: (uri: string) => FileChange | undefined;
  /** What the change lets happen: "account 444455556666 use key …". */
  readonly purpose: string;
  readonly notes: readonly string[];
}

/** Turns what is missing into a change of the file that there is, or into a new file. */
export function createCounterpart(draft: CounterpartDraft): Counterpart {
  const { policy, additions, newFileStatements: fresh } = draft;
  const what = placeholdersAsWords(draft.purpose);
  const notes = draft.notes.map(placeholdersAsWords);
  if (additions.length === 0) {
    const document = policy ? nodeToJson(policy.policy.node) : documentOfAdditions(fresh);
    return { changes: [], manifestChange: undefined, document, statements: [], summary: `Nothing is missing: the policies already let ${what}.`, notes, placeholders: [], nothingToDo: true };
  }
  const statements = additions.map((addition) => addition.statement);
  const common = { statements, notes, placeholders: placeholderNamesIn(statements), nothingToDo: false };
  if (policy) {
    const { change, document } = applyAdditions(policy, additions);
    const done = additions.every((addition) => addition.extendedStatement) ? 'Adds actions to let' : 'Adds to the policy to let';
    return { ...common, changes: [change], manifestChange: undefined, document, summary: `${done} ${what}.` };
  }
  const document = documentOfAdditions(additions);
  const uri = draft.newUri();
  return { ...common, changes: [{ uri, create: renderFile(document) }], manifestChange: draft.declareInManifest?.(uri), document, summary: `Creates a policy to let ${what}.` };
}

function documentOfAdditions(additions: readonly StatementAddition[]): Counterpart['document'] {
  return policyDocument(additions.map((addition) => addition.statement));
}
