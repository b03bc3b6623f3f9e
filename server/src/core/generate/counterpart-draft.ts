import { NO_ACTIONS, type ActionSet } from '../aws/actions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { withReferences } from '../discovery/policy-edits';
import { nodeToJson } from '../syntax/canonical-value';
import { baseName, plainUri } from '../text/uri-path';
import type { FileChange } from '../text/file-change';
import { describeActionSet } from './action-patterns';
import { isRefusal, type Counterpart, type Refusal } from './counterpart';
import { placeholderNamesIn } from './placeholder-marker';
import { addManagedPolicy, type TemplateDestination } from './template-policy';
import { placeholdersAsWords, renderFile, wordsToReplaceIn } from './render';
import { applyAdditions, policyDocument, type StatementAddition } from './statement-additions';

export interface CounterpartDraft {
  /** The policy to add to; undefined for a new file. */
  readonly policy: DiscoveredPolicy | undefined;
  /** What is missing. */
  readonly additions: readonly StatementAddition[];
  /** In place of a new file: a template that gets the policy as a resource. */
  readonly template?: { readonly destination: TemplateDestination; readonly keyArn: string } | undefined;
  /** The document where nothing is missing and there is no policy to add to. */
  readonly completeDocument?: Counterpart['document'];
  readonly newUri: () => string;
  /** For a new file: what `kms-handshake.json` has to declare about it. */
  readonly declareInManifest?: (uri: string) => FileChange | undefined;
  /** What the change allows: "account 444455556666 use key …". */
  readonly purpose: string;
  readonly notes?: readonly string[];
}

/** Turns what is missing into a change of the existing file, or into a new file. */
export function createCounterpart(draft: CounterpartDraft): Counterpart | Refusal {
  const { policy, additions } = draft;
  const purpose = placeholdersAsWords(draft.purpose);
  const statements = additions.map(({ statement }) => statement);
  const counterpart: Counterpart = {
    changes: [], manifestChange: undefined, document: policyDocument(statements), statements,
    summary: `Nothing is missing: the policies already let ${purpose}.`, notes: (draft.notes ?? []).map(placeholdersAsWords),
    placeholders: placeholderNamesIn(statements), nothingToDo: additions.length === 0,
  };
  if (additions.length === 0) {
    const document = policy ? nodeToJson(policy.policy.node) : draft.completeDocument ?? counterpart.document;
    return { ...counterpart, document };
  }
  if (policy) {
    const applied = applyAdditions(policy, additions);
    if (isRefusal(applied)) return applied;
    const verb = additions.every(({ extendedStatement }) => extendedStatement) ? 'Adds actions to let' : 'Adds to the policy to let';
    return { ...counterpart, changes: [applied.change], document: applied.document, summary: `${verb} ${purpose}.`,
      placeholders: wordsToReplaceIn(withReferences(statements, policy.template, [])) };
  }
  if (draft.template) {
    const { destination, keyArn } = draft.template;
    const templateChange = addManagedPolicy(destination, counterpart.document, keyArn);
    if (isRefusal(templateChange)) return templateChange;
    const { change, written } = templateChange;
    const writtenInTemplate = withReferences(written, { file: destination.file, logicalId: '', referenceForm: 'function' }, []);
    return { ...counterpart, changes: [change], placeholders: wordsToReplaceIn(writtenInTemplate),
      summary: `Adds a managed policy to ${baseName(plainUri(change.uri))} to let ${purpose}.` };
  }
  const uri = draft.newUri();
  return { ...counterpart, changes: [{ uri, create: renderFile(counterpart.document) }],
    placeholders: wordsToReplaceIn(counterpart.document),
    manifestChange: draft.declareInManifest?.(uri), summary: `Creates a policy to let ${purpose}.` };
}

/** A note on actions that a generated policy does not contain, with the reason; none without such actions. */
export function leftOutNotes(reason: string, actions: ActionSet): string[] {
  return actions === NO_ACTIONS ? [] : [`Left out, since ${reason}: ${describeActionSet(actions)}.`];
}
