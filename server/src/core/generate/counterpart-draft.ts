import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { nodeToJson } from '../syntax/canonical-value';
import type { FileChange } from '../text/file-change';
import { isRefusal, type Counterpart, type Refusal } from './counterpart';
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
export function createCounterpart(counterpartDraft: CounterpartDraft): Counterpart | Refusal {
  const { policy, additions: statementAdditions, newFileStatements } = counterpartDraft;
  const what = placeholdersAsWords(counterpartDraft.purpose);
  const notes = counterpartDraft.notes.map(placeholdersAsWords);
  if (statementAdditions.length === 0) {
    const document = policy ? nodeToJson(policy.policy.node) : documentOfAdditions(newFileStatements);
    return { changes: [], manifestChange: undefined, document, statements: [],
      summary: `Nothing is missing: the policies already let ${what}.`, notes, placeholders: [], nothingToDo: true };
  }
  const statements = statementAdditions.map((statementAddition) => statementAddition.statement);
  const common = { statements, notes, placeholders: placeholderNamesIn(statements), nothingToDo: false };
  if (policy) {
    const additions = applyAdditions(policy, statementAdditions);
    if (isRefusal(additions)) return additions;
    const { change, document } = additions;
    const done = statementAdditions.every((addition) => addition.extendedStatement) ? 'Adds actions to let' : 'Adds to the policy to let';
    return { ...common, changes: [change], manifestChange: undefined, document, summary: `${done} ${what}.` };
  }
  const document = documentOfAdditions(statementAdditions);
  const uri = counterpartDraft.newUri();
  return { ...common, changes: [{ uri, create: renderFile(document) }], manifestChange: counterpartDraft.declareInManifest?.(uri), document,
    summary: `Creates a policy to let ${what}.` };
}

function documentOfAdditions(statementAdditions: readonly StatementAddition[]): Counterpart['document'] {
  return policyDocument(statementAdditions.map((statementAddition) => statementAddition.statement));
}
