import {
  applyEdits, emptyTemplateFile, identityPolicyChoices, generateIdentityPolicy, generateKeyPolicy, isRefusal, keyPolicyChoices,
  parseKeyArn, plainLine,
  renderFile, USE_CASES, wordsToReplaceIn,
  type Counterpart, type Key, type DiscoveredPolicy, type Refusal, type Target, type TargetChoice, type TemplateFile, type Workspace,
} from '../core/index';
import { DEFAULT_MAX_FILE_BYTES, type Host } from '../host/host';
import type { GenerateArguments } from './arguments';
import { loadWorkspace, fileUriOf } from './load-workspace';
import { identityArnOf, keyArnOf, parsePolicyReference, requirePolicyOf } from './policy-reference';
import type { Terminal } from './terminal';
import { UsageError } from './usage';
import { writeNamedFile } from './write-file';
import * as path from 'node:path';

/** `generate`: prints the counterpart of a policy, or writes it with `--out`. Gives the exit status. */
export async function runGenerate(command: GenerateArguments, host: Host, terminal: Terminal): Promise<number> {
  if (command.useCase !== undefined && !USE_CASES.some(({ id }) => id === command.useCase)) {
    throw new UsageError(`there is no use case "${command.useCase}"; there are: ${USE_CASES.map(({ id }) => id).join(', ')}`);
  }
  const { workspace, result } = command.counterpartKind === 'consumer'
    ? await generateConsumerPolicy(command, host, terminal)
    : await generateKeyPolicyDocument(command, host, terminal);
  if (isRefusal(result)) throw new UsageError(result.refused);
  if (command.out === undefined) terminal.writeOutput(renderFile(result.document));
  else await writeOutputFile(command, command.out, { workspace, result }, host, terminal);
  terminal.writeError(`${result.nothingToDo ? 'Nothing to add: ' : ''}${plainLine(result.summary)}\n`);
  for (const note of result.notes) terminal.writeError(`note: ${plainLine(note)}\n`);
  // What is printed has values in place of the references of a template.
  const names = command.out === undefined ? wordsToReplaceIn(result.document) : result.placeholders;
  if (names.length > 0) terminal.writeError(`to fill in: ${names.map((name) => `<${name}>`).join(', ')}\n`);
  return 0;
}

/**
 * What the file is to hold. One that the policy stands in already gets what is added and keeps the rest: comments, indentation, what AWS
 * CLI output has around a policy, other policies. Undefined where it stays as it is.
 */
function textToWrite({ changes, document, nothingToDo }: Counterpart, { files, readings }: Workspace, uri: string): string | undefined {
  const there = files.get(uri)?.source.text;
  const change = changes.find((fileChange) => fileChange.uri === uri);
  if (change && 'create' in change && there === undefined) return change.create;
  if (there !== undefined && change && 'edits' in change) {
    // What stands for bytes that are no UTF-8 would be written in their place.
    if (there.includes('\uFFFD')) throw new UsageError('the file of --out contains characters that are not UTF-8: save it as UTF-8 first');
    return applyEdits(there, change.edits);
  }
  if (readings.get(uri)?.template && !nothingToDo)
    throw new UsageError('--out names a template that the policy does not belong in: name another file');
  return nothingToDo && (readings.get(uri)?.policies.length ?? 0) > 0 ? undefined : renderFile(document);
}

async function writeOutputFile({ force, maxBytes }: GenerateArguments, out: string, { workspace, result }: GeneratedCounterpart, host: Host,
  terminal: Terminal): Promise<void> {
  const uri = fileUriOf(path.resolve(terminal.cwd, out));
  await writeNamedFile({
    option: '--out', name: out, overwrite: force, text: textToWrite(result, workspace, uri),
    // A large file counts where its policies were read, too: it keeps them.
    maxBytes: workspace.files.has(uri) ? undefined : maxBytes ?? DEFAULT_MAX_FILE_BYTES,
  }, host, terminal);
}

interface GenerateCommandResult {
  readonly workspace: Workspace;
  readonly result: Counterpart | Refusal;
}

interface GeneratedCounterpart extends GenerateCommandResult {
  readonly result: Counterpart;
}

async function generateConsumerPolicy(command: GenerateArguments, host: Host, terminal: Terminal): Promise<GenerateCommandResult> {
  const { workspace, policy } = await loadPolicy(command, command.keyPolicy ?? '', 'key', host, terminal);
  const { world } = workspace;
  const choices = identityPolicyChoices(world, policy);
  const linked = world.keyByPolicy.get(policy);
  if (!linked) throw new UsageError(`${command.keyPolicy ?? ''} contains no key policy`);
  const key = command.key === undefined ? linked : keyWithArn(linked, keyArnOf(command.key, workspace));
  const target = targetOption(command, workspace) ?? requireOnlyTarget(choices.targets);
  return { workspace, result: generateIdentityPolicy({ world, key, target, useCase: command.useCase,
    template: templateToWrite(command, workspace, terminal) }) };
}

async function generateKeyPolicyDocument(command: GenerateArguments, host: Host, terminal: Terminal): Promise<GenerateCommandResult> {
  const keyPolicy = command.keyPolicy === undefined ? undefined : await parsePolicyReference(command.keyPolicy, terminal);
  const files = keyPolicy ? [keyPolicy.file] : [];
  const { workspace, policy } = await loadPolicy(command, command.iamPolicy ?? '', 'identity', host, terminal, files);
  const { world } = workspace;
  const choices = keyPolicyChoices(world, policy);
  const into = keyPolicy && requirePolicyOf(keyPolicy, 'key', workspace, terminal);
  const ownKey = into?.template ? into.container.keyArn : undefined;
  const keyArn = command.key === undefined ? ownKey ?? requireOnlyKeyArn(choices.keyArns) : keyArnOf(command.key, workspace);
  const target = targetOption(command, workspace)
    ?? (choices.targetIsCertain ? choices.targets[0]?.target : requireOnlyTarget(choices.targets));
  return { workspace, result: generateKeyPolicy({ world, policy, keyArn, target, useCase: command.useCase, policyToExtend: into,
    namesIdentity: true }) };
}

/** The template that `--out` names, which may not be there yet: JSON in its place would be none. */
function templateToWrite({ out }: GenerateArguments, { world, files }: Workspace, { cwd }: Terminal): TemplateFile | undefined {
  if (out === undefined) return undefined;
  const uri = fileUriOf(path.resolve(cwd, out));
  return world.templates.get(uri) ?? (/\.(?:ya?ml|template)$/i.test(out) && !files.has(uri) ? emptyTemplateFile(uri) : undefined);
}

function targetOption({ identity, account }: GenerateArguments, workspace: Workspace): Target | undefined {
  if (identity !== undefined) return { arn: identityArnOf(identity, workspace) };
  return account === undefined ? undefined : { account };
}

/** The one target that still lacks its half, or the only one that there is. */
function requireOnlyTarget(choices: readonly TargetChoice[]): Target {
  const lacking = choices.filter(({ lacksHalf }) => lacksHalf);
  const [only, ...more] = lacking.length > 0 ? lacking : choices;
  if (!only) throw new UsageError('the policies name nobody to write for: give --identity ARN or --account ID');
  if (more.length > 0) throw new UsageError('there is more than one to write for, give --identity ARN or --account ID: '
    + [only, ...more].map(({ target }) => ('arn' in target ? target.arn : target.account)).join(', '));
  return only.target;
}

function requireOnlyKeyArn(arns: readonly string[]): string {
  const [only, ...more] = arns;
  if (only === undefined) throw new UsageError('the policy names no key of which the ARN is known: give --key ARN');
  if (more.length > 0) throw new UsageError(`the policy is about more than one key, give --key ARN: ${arns.join(', ')}`);
  return only;
}

function keyWithArn(key: Key, arn: string): Key {
  const parsed = parseKeyArn(arn);
  if (!parsed) throw new UsageError(`--key takes the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID; "${arn}" is not one`);
  return { ...key, ...parsed, arn };
}

interface PolicyInWorkspace {
  readonly workspace: Workspace;
  readonly policy: DiscoveredPolicy;
}

async function loadPolicy(
  command: GenerateArguments, reference: string, kind: 'key' | 'identity', host: Host, terminal: Terminal, more: readonly string[] = [],
): Promise<PolicyInWorkspace> {
  const policyReference = await parsePolicyReference(reference, terminal);
  const { file } = policyReference;
  if (await terminal.kindOf(path.resolve(terminal.cwd, file)) === 'folder')
    throw new UsageError(`${file} is a folder; generate starts from one file`);
  const { workspace } = await loadWorkspace(host, terminal, { ...command, paths: [file, ...more] });
  return { workspace, policy: requirePolicyOf(policyReference, kind, workspace, terminal) };
}
