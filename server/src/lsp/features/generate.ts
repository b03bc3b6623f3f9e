import {
  allowsOtherAccounts, closeHandshakeOfIdentityPolicy, closeHandshakeOfKeyPolicy, findKeyByArn, identityPolicyChoices, isRefusal,
  keyPolicyChoices, lacksKeyPolicyStatement, manifestForFile, MANIFEST_NAME, MANIFEST_VALUE_PATTERNS, toSnippet, USE_CASES,
  type FileChange, type GeneratedFiles, type Key, type DiscoveredPolicy, type Refusal, type TargetChoice, type UseCase, type World,
} from '../../core/index';
import { DOCUMENT_START, toRange, toWorkspaceEdit, reasonNotWritable } from '../protocol-conversion';
import type { Refused } from '../protocol/edits';
import type {
  Generated, GenerateParams, GenerateRefused, KeyItem, Questions, QuestionsParams, TargetItem, UseCaseItem,
} from '../protocol/generate';
import type { Session } from '../session';
import type { EditingSession } from './up-to-date-texts';
import { outcomeOfGenerated, type GenerateOutcome } from './generate-outcome';
import { workspaceFolderOf, requirePolicy, accountPhrase, policyLabel, workspacePath } from './policy-lookup';

/** See `kmsHandshake/questions`. */
export function questions(session: Session, { generate, policy: ref }: QuestionsParams): Questions | Refused {
  const { world } = session.analysisHost.workspace();
  const policy = requirePolicy(session, ref);
  const toQuestions = (keys: readonly Key[], asksKey: boolean, targets: readonly TargetChoice[], asksTarget: boolean): Questions => ({
    keys: keys.map((key) => toKeyItem(world, key)),
    asksKey,
    targets: targets.map((choice) => toTargetItem(world, choice)),
    asksTarget,
    useCases: USE_CASES.map(toUseCaseItem),
    allowsNobody: generate === 'consumer' ? allowsNobodySentence(session, policy) : undefined,
    manifest: manifestLabel(session, policy.uri),
    patterns: { keyArn: MANIFEST_VALUE_PATTERNS.keyArn.source, target: TARGET_PATTERN },
  });
  if (generate === 'consumer') {
    if (policy.policy.kind !== 'key') return { refused: 'This is not a key policy.' };
    const { keys, targets } = identityPolicyChoices(world, policy);
    const asksTarget = targets.filter(({ lacksHalf }) => lacksHalf).length !== 1;
    return toQuestions(keys, keys.length > 1 || keys[0]?.arn === undefined, targets, asksTarget);
  }
  if (policy.policy.kind !== 'identity') return { refused: 'This is not an IAM policy of a user, role or group.' };
  const { keyArns, targets, targetIsCertain } = keyPolicyChoices(world, policy);
  return toQuestions(keyArns.flatMap((arn) => findKeyByArn(world, arn) ?? []), keyArns.length !== 1, targets, !targetIsCertain);
}

/** Said before anything is asked: no answer could be allowed by this key policy alone. */
function allowsNobodySentence(session: Session, policy: DiscoveredPolicy): string | undefined {
  const key = session.analysisHost.workspace().world.keyByPolicy.get(policy);
  if (key === undefined || key.awsManaged || policy.policy.isFragment || allowsOtherAccounts(key)) return undefined;
  return `${policyLabel(session, policy)} allows nobody outside ${key.account === undefined ? 'its account' : `account ${key.account}`}`;
}

function manifestLabel(session: Session, uri: string): string | undefined {
  const manifest = manifestForFile(session.analysisHost.workspace().world, uri);
  if (!manifest.declarable) return undefined;
  return manifest.uri === undefined ? MANIFEST_NAME : workspacePath(session, manifest.uri);
}

export function toUseCaseItem({ id, title, consumerActions, keyPolicyActions }: UseCase): UseCaseItem {
  return { id, title, description: [...new Set([...consumerActions, ...keyPolicyActions])].join(', ') };
}

/** An account id, or the ARN of a user, role or group. */
export const TARGET_PATTERN = `${MANIFEST_VALUE_PATTERNS.account.source}|${MANIFEST_VALUE_PATTERNS.identityArn.source}`;

function toKeyItem(world: World, key: Key): KeyItem {
  const [alias] = key.aliases;
  const owner = alias === undefined && key.arn === undefined ? accountPhrase(world, key.account) : '';
  const description = `${key.arn ?? 'ARN not known'}${owner === '' ? '' : ` · key${owner}`}`;
  return { arn: key.arn, label: alias ?? key.keyId ?? 'This key', description };
}

export function toTargetItem(world: World, { target, label, accountName, lacksHalf, isAllowed }: TargetChoice): TargetItem {
  const description = 'account' in target ? accountName : accountPhrase(world, target.arn.split(':')[4]).trimStart();
  return { target, label, description, lacksHalf, allowed: isAllowed };
}

/** See `kmsHandshake/generate`. */
export async function generate(session: EditingSession, params: GenerateParams): Promise<Generated | GenerateRefused> {
  const policy = requirePolicy(session, params.policy);
  const { keyArn, target, useCase, bothHalves, createManifest: mayCreateManifest } = params;
  const closeHandshake = params.generate === 'consumer' ? closeHandshakeOfKeyPolicy : closeHandshakeOfIdentityPolicy;
  const result = await withUnusedFileName(session, (existingUris) => closeHandshake({ workspace: session.analysisHost.workspace(), policy,
    keyArn, target, useCase, bothHalves, mayCreateManifest, existingUris }));
  if (isRefusal(result)) return { refused: result.refused, offersBothHalves: lacksKeyPolicyStatement(result) };
  const generated = toGenerated(session, result, policy.uri, (changes) => outcomeOfGenerated(session, policy, params, result, changes));
  return 'refused' in generated ? { ...generated, offersBothHalves: false } : generated;
}

/** Works it out again until a new file of it replaces none: a file that the workspace leaves out may still be there. */
export async function withUnusedFileName<R extends GeneratedFiles>(session: Session,
  work: (existingUris: readonly string[]) => R | Refusal): Promise<R | Refusal> {
  const existingUris = [...session.analysisHost.workspace().files.keys()];
  for (;;) {
    const result = work(existingUris);
    if (isRefusal(result)) return result;
    const [change] = result.changes;
    if (change === undefined || !('create' in change) || await session.host.files.kindOf(change.uri) === undefined) return result;
    existingUris.push(change.uri);
  }
}

type EditedFiles = Pick<GeneratedFiles, 'changes' | 'manifestChange'>;

/**
 * @param from URI of the policy that it is the counterpart of; undefined when there is none
 * @param outcomeOf what the edit comes to, for the files that it changes
 */
export function toGenerated(session: EditingSession, result: GeneratedFiles, from: string | undefined,
  outcomeOf: (files: EditedFiles) => GenerateOutcome): Generated | Refused {
  const { summary, notes, placeholders } = result;
  const { editorUri } = session.conversionContext;
  const [change, ...otherChanges] = result.changes;
  const base = { summary, notes, placeholders, nothingToDo: result.nothingToDo && result.manifestChange === undefined, snippet: undefined,
    untitled: undefined, declaredIn: undefined };
  if (change === undefined) return { ...base, ...declarationOnly(session, result, from), ...outcomeOf(result) };
  const placed = inWorkspaceFolder(session, change);
  if (placed === undefined) {
    const outcome = `${summary} Save the document in a folder of a workspace to have it checked.`;
    return { ...base, edit: {}, uri: '', created: true, untitled: 'create' in change ? change.create : '', outcome, links: [] };
  }
  const created = 'create' in placed;
  const snippet = otherChanges.length > 0 ? undefined : snippetFor(session, placed, placeholders);
  // A file with words to replace is put in by the editor as one insertion, beside which nothing else is changed.
  const manifestChange = snippet === undefined ? result.manifestChange : undefined;
  const changes = [placed, ...otherChanges];
  const allChanges = manifestChange ? [...changes, manifestChange] : changes;
  const isOtherFile = !created && placed.uri !== from;
  const edit = toWorkspaceEdit(session.conversionContext, allChanges, isOtherFile ? { title: summary, exceptUri: '' } : undefined);
  const reason = reasonNotWritable(session.conversionContext, allChanges);
  if (reason !== undefined) return { refused: reason };
  if (edit === undefined)
    return { refused: created ? `This editor cannot make new files. ${summary}` : `The file ${placed.uri} has gone meanwhile.` };
  return { ...base, edit, uri: editorUri(placed.uri), created, snippet, declaredIn: manifestChange && editorUri(manifestChange.uri),
    ...outcomeOf({ changes, manifestChange }) };
}

/** The policies are there; what is left is to declare to what they belong. */
function declarationOnly({ conversionContext }: EditingSession, { manifestChange }: GeneratedFiles,
  from: string | undefined): Pick<Generated, 'edit' | 'uri' | 'created' | 'declaredIn'> {
  const { editorUri } = conversionContext;
  const uri = editorUri(from ?? '');
  const edit = manifestChange && toWorkspaceEdit(conversionContext, [manifestChange]);
  return manifestChange === undefined || edit === undefined
    ? { edit: {}, uri, created: false, declaredIn: undefined }
    : { edit, uri, created: false, declaredIn: editorUri(manifestChange.uri) };
}

/** A new file goes into a folder of the workspace, the first one where its place is outside of all; undefined when there is none. */
function inWorkspaceFolder(session: Session, change: FileChange): FileChange | undefined {
  if (!('create' in change) || workspaceFolderOf(session, change.uri) !== undefined) return change;
  const [folder] = session.workspaceFolders();
  return folder === undefined ? undefined : { ...change, uri: `${folder.replace(/\/$/, '')}/${change.uri.split(/[/:]/).at(-1) ?? ''}` };
}

function snippetFor({ conversionContext }: Session, change: FileChange, placeholders: readonly string[]): Generated['snippet'] {
  if (placeholders.length === 0) return undefined;
  if ('create' in change) return { range: DOCUMENT_START, text: toSnippet(change.create, placeholders) };
  const [edit, ...others] = change.edits;
  const lines = conversionContext.lineIndexOf(change.uri);
  if (edit === undefined || others.length > 0 || lines === undefined) return undefined;
  return { range: toRange(lines, edit.span), text: toSnippet(edit.newText, placeholders) };
}
