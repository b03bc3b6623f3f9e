import {
  identityPolicyChoices, generateIdentityPolicy, generateKeyPolicy, isRefusal, findKeyByArn, keyPolicyChoices, MANIFEST_VALUE_PATTERNS,
  toSnippet, USE_CASES,
  type Counterpart, type FileChange, type Key, type DiscoveredPolicy, type Refusal, type Target, type TargetChoice, type UseCase,
  type World,
} from '../../core/index';
import { toRange, toWorkspaceEdit, reasonNotWritable } from '../protocol-conversion';
import type { Refused } from '../protocol/edits';
import type { Generated, GenerateParams, KeyItem, Questions, QuestionsParams, TargetItem, UseCaseItem } from '../protocol/generate';
import type { Session } from '../session';
import type { EditingSession } from './up-to-date-texts';
import { workspaceFolderOf, requirePolicy, accountPhrase } from './policy-lookup';

/** See `kmsHandshake/questions`. */
export function questions(session: Session, { generate, policy: ref }: QuestionsParams): Questions | Refused {
  const { world } = session.analysisHost.workspace();
  const policy = requirePolicy(session, ref);
  const wanted = generate === 'consumer' ? 'key' : 'identity';
  if (policy.policy.kind !== wanted)
    return { refused: generate === 'consumer' ? 'This is not a key policy.' : 'This is not an IAM policy of a user, role or group.' };
  return generate === 'consumer' ? consumerQuestions(world, policy) : keyPolicyQuestions(world, policy);
}

function consumerQuestions(world: World, policy: DiscoveredPolicy): Questions {
  const { keys, targets } = identityPolicyChoices(world, policy);
  const lacking = targets.filter(({ lacksHalf }) => lacksHalf);
  return {
    ...commonQuestions(world, targets),
    keys: keys.map((key) => toKeyItem(world, key)),
    asksKey: keys.length > 1 || keys[0]?.arn === undefined,
    asksTarget: lacking.length !== 1,
  };
}

function keyPolicyQuestions(world: World, policy: DiscoveredPolicy): Questions {
  const { keyArns, targets, targetIsCertain } = keyPolicyChoices(world, policy);
  return {
    ...commonQuestions(world, targets),
    keys: keyArns.flatMap((arn) => {
      const key = findKeyByArn(world, arn);
      return key === undefined ? [] : [toKeyItem(world, key)];
    }),
    asksKey: keyArns.length !== 1,
    asksTarget: !targetIsCertain,
  };
}

function commonQuestions(world: World, targets: readonly TargetChoice[]): Pick<Questions, 'targets' | 'useCases' | 'patterns'> {
  return {
    targets: targets.map((choice) => toTargetItem(world, choice)),
    useCases: USE_CASES.map(toUseCaseItem),
    patterns: { keyArn: MANIFEST_VALUE_PATTERNS.keyArn.source, target: TARGET_PATTERN },
  };
}

export function toUseCaseItem({ id, title, consumerActions, keyPolicyActions }: UseCase): UseCaseItem {
  return { id, title, description: [...new Set([...consumerActions, ...keyPolicyActions])].join(', ') };
}

/** An account id, or the ARN of a user, role or group. */
export const TARGET_PATTERN = `${MANIFEST_VALUE_PATTERNS.account.source}|${MANIFEST_VALUE_PATTERNS.identityArn.source}`;

function toKeyItem(world: World, key: Key): KeyItem {
  const [alias] = key.aliases;
  const known = key.arn ?? 'the ARN is not known';
  return {
    arn: key.arn,
    label: alias ?? key.keyId ?? 'This key',
    description: alias === undefined && key.arn === undefined ? `${known}${accountPhrase(world, key.account)}` : known,
  };
}

export function toTargetItem(world: World, { target, label, lacksHalf }: TargetChoice): TargetItem {
  const account = 'account' in target ? target.account : target.arn.split(':')[4];
  const name = account === undefined ? '' : world.accounts.get(account) ?? '';
  const where = 'account' in target ? name : accountPhrase(world, account).trimStart();
  return { target, label, description: where, lacksHalf };
}

/** See `kmsHandshake/generate`. */
export async function generate(session: EditingSession, params: GenerateParams): Promise<Generated | Refused> {
  const policy = requirePolicy(session, params.policy);
  const result = await withUnusedFileName(session, (existing) => counterpartFor(session, policy, params, existing));
  return isRefusal(result) ? result : toGenerated(session, result, policy.uri);
}

/** Works it out again until a new file of it replaces none: a file that the workspace leaves out may still be there. */
export async function withUnusedFileName(session: Session,
  work: (existing: readonly string[]) => Counterpart | Refusal): Promise<Counterpart | Refusal> {
  const taken = [...session.analysisHost.workspace().files.keys()];
  for (;;) {
    const result = work(taken);
    if (isRefusal(result)) return result;
    const [change] = result.changes;
    if (change === undefined || !('create' in change) || await session.host.files.kindOf(change.uri) === undefined) return result;
    taken.push(change.uri);
  }
}

function counterpartFor(session: Session, policy: DiscoveredPolicy, params: GenerateParams, existing: readonly string[]): Counterpart
  | Refusal {
  const { world } = session.analysisHost.workspace();
  const { target, useCase } = params;
  if (params.generate === 'consumer') {
    const { keys, targets } = identityPolicyChoices(world, policy);
    const key = params.keyArn === undefined
      ? keys[0]
      : keys.find(({ arn }) => arn === params.keyArn) ?? keyWithPolicy(world, policy, params.keyArn);
    const whom = target ?? onlyTarget(targets.filter(({ lacksHalf }) => lacksHalf));
    if (key === undefined) return { refused: 'This is not the key policy of a known key.' };
    if (whom === undefined) return { refused: 'For whom? Name an account, user, role or group.' };
    return generateIdentityPolicy({ world, key, target: whom, useCase, existingUris: existing });
  }
  const keyArn = params.keyArn ?? onlyArn(keyPolicyChoices(world, policy).keyArns);
  if (keyArn === undefined) return { refused: 'For which key? Name it by its ARN.' };
  return generateKeyPolicy({ world, policy, keyArn, target, useCase, existingUris: existing });
}

function onlyTarget(choices: readonly TargetChoice[]): Target | undefined {
  return choices.length === 1 ? choices[0]?.target : undefined;
}

function onlyArn(arns: readonly string[]): string | undefined {
  return arns.length === 1 ? arns[0] : undefined;
}

/** The key of that ARN with this policy, which the person says is its own. */
function keyWithPolicy(world: World, policy: DiscoveredPolicy, arn: string): Key | undefined {
  const key = findKeyByArn(world, arn);
  return key && { ...key, policy, link: world.keyByPolicy.get(policy)?.link };
}

/** @param from URI of the policy that it is the counterpart of; undefined when there is none */
export function toGenerated(session: EditingSession, result: Counterpart, from: string | undefined): Generated | Refused {
  const { summary, notes, placeholders, nothingToDo } = result;
  const [change] = result.changes;
  const base = { summary, notes, placeholders, nothingToDo, snippet: undefined, untitled: undefined, declaredIn: undefined };
  if (change === undefined) return { ...base, edit: {}, uri: session.conversionContext.editorUri(from ?? ''), created: false };
  const placed = inWorkspaceFolder(session, change);
  if (placed === undefined) return { ...base, edit: {}, uri: '', created: true, untitled: 'create' in change ? change.create : '' };
  const created = 'create' in placed;
  const crosses = !created && placed.uri !== from;
  const snippet = snippetFor(session, placed, placeholders);
  // A file with words to replace is put in by the editor as one insertion, beside which nothing else is changed.
  const declares = snippet === undefined ? result.manifestChange : undefined;
  const edit = toWorkspaceEdit(session.conversionContext, declares ? [placed, declares] : [placed],
    crosses ? { title: summary, exceptUri: '' } : undefined);
  const why = reasonNotWritable(session.conversionContext, declares ? [placed, declares] : [placed]);
  if (why !== undefined) return { refused: why };
  if (edit === undefined)
    return { refused: created ? `This editor cannot make new files. ${summary}` : `The file ${placed.uri} has gone meanwhile.` };
  return { ...base, edit, uri: session.conversionContext.editorUri(placed.uri), created, snippet,
    declaredIn: declares && session.conversionContext.editorUri(declares.uri) };
}

/** A new file goes into a folder of the workspace, the first one where its place is outside of all; undefined when there is none. */
function inWorkspaceFolder(session: Session, change: FileChange): FileChange | undefined {
  if (!('create' in change) || workspaceFolderOf(session, change.uri) !== undefined) return change;
  const [folder] = session.workspaceFolders();
  return folder === undefined ? undefined : { ...change, uri: `${folder.replace(/\/$/, '')}/${change.uri.split(/[/:]/).at(-1) ?? ''}` };
}

function snippetFor({ conversionContext }: Session, change: FileChange, placeholders: readonly string[]): Generated['snippet'] {
  if (placeholders.length === 0) return undefined;
  if ('create' in change)
    return { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: toSnippet(change.create, placeholders) };
  const [edit, ...others] = change.edits;
  const lines = conversionContext.lineIndexOf(change.uri);
  if (edit === undefined || others.length > 0 || lines === undefined) return undefined;
  return { range: toRange(lines, edit.span), text: toSnippet(edit.newText, placeholders) };
}
