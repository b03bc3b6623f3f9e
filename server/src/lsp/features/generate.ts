import {
  identityPolicyChoices, generateIdentityPolicy, generateKeyPolicy, isRefusal, findKeyByArn, keyPolicyChoices, MANIFEST_VALUE_PATTERNS,
  toSnippet, USE_CASES,
  type Counterpart, type FileChange, type Key, type DiscoveredPolicy, type Refusal, type TargetChoice, type UseCase, type World,
} from '../../core/index';
import { DOCUMENT_START, toRange, toWorkspaceEdit, reasonNotWritable } from '../protocol-conversion';
import type { Refused } from '../protocol/edits';
import type { Generated, GenerateParams, KeyItem, Questions, QuestionsParams, TargetItem, UseCaseItem } from '../protocol/generate';
import type { Session } from '../session';
import type { EditingSession } from './up-to-date-texts';
import { workspaceFolderOf, requirePolicy, accountPhrase } from './policy-lookup';

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

export function toUseCaseItem({ id, title, consumerActions, keyPolicyActions }: UseCase): UseCaseItem {
  return { id, title, description: [...new Set([...consumerActions, ...keyPolicyActions])].join(', ') };
}

/** An account id, or the ARN of a user, role or group. */
export const TARGET_PATTERN = `${MANIFEST_VALUE_PATTERNS.account.source}|${MANIFEST_VALUE_PATTERNS.identityArn.source}`;

function toKeyItem(world: World, key: Key): KeyItem {
  const [alias] = key.aliases;
  const owner = alias === undefined && key.arn === undefined ? accountPhrase(world, key.account) : '';
  return { arn: key.arn, label: alias ?? key.keyId ?? 'This key', description: `${key.arn ?? 'the ARN is not known'}${owner}` };
}

export function toTargetItem(world: World, { target, label, accountName, lacksHalf }: TargetChoice): TargetItem {
  const description = 'account' in target ? accountName : accountPhrase(world, target.arn.split(':')[4]).trimStart();
  return { target, label, description, lacksHalf };
}

/** See `kmsHandshake/generate`. */
export async function generate(session: EditingSession, params: GenerateParams): Promise<Generated | Refused> {
  const policy = requirePolicy(session, params.policy);
  const result = await withUnusedFileName(session, (existingUris) => counterpartFor(session, policy, params, existingUris));
  return isRefusal(result) ? result : toGenerated(session, result, policy.uri);
}

/** Works it out again until a new file of it replaces none: a file that the workspace leaves out may still be there. */
export async function withUnusedFileName(session: Session,
  work: (existingUris: readonly string[]) => Counterpart | Refusal): Promise<Counterpart | Refusal> {
  const existingUris = [...session.analysisHost.workspace().files.keys()];
  for (;;) {
    const result = work(existingUris);
    if (isRefusal(result)) return result;
    const [change] = result.changes;
    if (change === undefined || !('create' in change) || await session.host.files.kindOf(change.uri) === undefined) return result;
    existingUris.push(change.uri);
  }
}

function counterpartFor(session: Session, policy: DiscoveredPolicy, params: GenerateParams,
  existingUris: readonly string[]): Counterpart | Refusal {
  const { world } = session.analysisHost.workspace();
  const { target, useCase } = params;
  if (params.generate === 'consumer') {
    const { keys, targets } = identityPolicyChoices(world, policy);
    const key = params.keyArn === undefined
      ? keys[0]
      : keys.find(({ arn }) => arn === params.keyArn) ?? keyWithPolicy(world, policy, params.keyArn);
    const [firstChoice, ...otherChoices] = targets.filter(({ lacksHalf }) => lacksHalf);
    const chosenTarget = target ?? (otherChoices.length === 0 ? firstChoice?.target : undefined);
    if (key === undefined) return { refused: 'This is not the key policy of a known key.' };
    if (chosenTarget === undefined) return { refused: 'For whom? Name an account, user, role or group.' };
    return generateIdentityPolicy({ world, key, target: chosenTarget, useCase, existingUris });
  }
  const [firstArn, ...otherArns] = keyPolicyChoices(world, policy).keyArns;
  const keyArn = params.keyArn ?? (otherArns.length === 0 ? firstArn : undefined);
  if (keyArn === undefined) return { refused: 'For which key? Name it by its ARN.' };
  return generateKeyPolicy({ world, policy, keyArn, target, useCase, existingUris });
}

/** The key of that ARN with this policy, which the person says is its own. */
function keyWithPolicy(world: World, policy: DiscoveredPolicy, arn: string): Key | undefined {
  const key = findKeyByArn(world, arn);
  return key && { ...key, policy, link: world.keyByPolicy.get(policy)?.link };
}

/** @param from URI of the policy that it is the counterpart of; undefined when there is none */
export function toGenerated(session: EditingSession, result: Counterpart, from: string | undefined): Generated | Refused {
  const { summary, notes, placeholders, nothingToDo } = result;
  const { editorUri } = session.conversionContext;
  const [change] = result.changes;
  const base = { summary, notes, placeholders, nothingToDo, snippet: undefined, untitled: undefined, declaredIn: undefined };
  if (change === undefined) return { ...base, edit: {}, uri: editorUri(from ?? ''), created: false };
  const placed = inWorkspaceFolder(session, change);
  if (placed === undefined) return { ...base, edit: {}, uri: '', created: true, untitled: 'create' in change ? change.create : '' };
  const created = 'create' in placed;
  const snippet = snippetFor(session, placed, placeholders);
  // A file with words to replace is put in by the editor as one insertion, beside which nothing else is changed.
  const manifestChange = snippet === undefined ? result.manifestChange : undefined;
  const changes = manifestChange ? [placed, manifestChange] : [placed];
  const isOtherFile = !created && placed.uri !== from;
  const edit = toWorkspaceEdit(session.conversionContext, changes, isOtherFile ? { title: summary, exceptUri: '' } : undefined);
  const reason = reasonNotWritable(session.conversionContext, changes);
  if (reason !== undefined) return { refused: reason };
  if (edit === undefined)
    return { refused: created ? `This editor cannot make new files. ${summary}` : `The file ${placed.uri} has gone meanwhile.` };
  return { ...base, edit, uri: editorUri(placed.uri), created, snippet, declaredIn: manifestChange && editorUri(manifestChange.uri) };
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
