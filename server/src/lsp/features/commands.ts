import type { ExecuteCommandParams } from 'vscode-languageserver';
import { awsCliCommand, escapeMessageText, type DiscoveredPolicy } from '../../core/index';
import type { AttachCommand } from '../protocol/attach';
import type { EditOffer, Refused } from '../protocol/edits';
import type { ExplainCommand } from '../protocol/explain';
import type { CliCommandPlace, CliCommandText, CommandOutcome, CommandTarget, Generated, HalfToWrite, Shell } from '../protocol/generate';
import type { NewKeyPolicyParams } from '../protocol/new-key-policy';
import type { CommandPlace } from '../protocol/policies';
import type { ServerCommands } from '../protocol/requests';
import type { LinkKeyCommand } from '../protocol/status';
import { invalidParametersError, objectMembers, validateParameter } from '../parameter-validation';
import type { Session } from '../session';
import { executeCheckAll, type CommandProgress } from './check-all';
import { attach } from './attach-policy';
import { explain, explainChoices } from './explain';
import { generate, questions } from './generate';
import { withUpToDateTexts, type EditingSession } from './up-to-date-texts';
import { newKeyPolicy, newKeyPolicyChoices } from './new-key-policy';
import { requirePolicyAt, policyRefOf, workspaceFolderOf } from './policy-lookup';
import { linkKey } from './status';

type CommandName = keyof ServerCommands;
type CommandResult = ServerCommands[CommandName]['result'];
type ServerCommandHandler =
  (session: Session, argument: unknown, commandProgress: CommandProgress) => Promise<CommandResult> | CommandResult;

const COMMAND_HANDLERS: Readonly<Record<CommandName, ServerCommandHandler>> = {
  'kmsHandshake.server.generateConsumer': (session, argument) => executeGenerate(session, 'consumer', requireCommandPlace(argument)),
  'kmsHandshake.server.generateKeyPolicy': (session, argument) => executeGenerate(session, 'keyPolicy', requireCommandPlace(argument)),
  'kmsHandshake.server.newKeyPolicy': (session, argument) => executeNewKeyPolicy(session, argument ?? {}),
  'kmsHandshake.server.cliCommand': (session, argument) =>
    cliCommand(session, requirePolicyAt(session, requireCommandPlace(argument)), (argument as CliCommandPlace).shell),
  'kmsHandshake.server.explain': (session, argument) => executeExplain(session, argument ?? {}),
  'kmsHandshake.server.linkKeyPolicy': (session, argument) => executeLinkKeyPolicy(session, requireCommandPlace(argument)),
  'kmsHandshake.server.attachPolicy': (session, argument) => executeAttachPolicy(session, requireCommandPlace(argument)),
  'kmsHandshake.server.checkAll': (session, _, commandProgress) => executeCheckAll(session, commandProgress),
};

export const SERVER_COMMANDS: readonly string[] = Object.keys(COMMAND_HANDLERS);

/** See `ServerCommands`. */
export function executeCommand(session: Session, { command, arguments: [argument] = [] }: ExecuteCommandParams,
  commandProgress: CommandProgress): ReturnType<ServerCommandHandler> {
  if (!Object.hasOwn(COMMAND_HANDLERS, command)) throw invalidParametersError(`there is no command ${command}`);
  return COMMAND_HANDLERS[command as CommandName](session, readCommandArgument(argument), commandProgress);
}

/**
 * The argument of a command, without what is null, which some editors send for what is left out. People write it by hand in the settings of
 * their editor: a wrong value is refused by its name.
 */
function readCommandArgument(argument: unknown): unknown {
  if (argument === undefined || argument === null) return undefined;
  const members = objectMembers(argument, 'the argument of a command');
  for (const [name, value] of Object.entries(members)) validateParameter(name, value, 'the argument');
  return members;
}

/** The argument of a command on a policy; its further members are checked where they are used. */
function requireCommandPlace(argument: unknown): CommandPlace {
  const place = argument as Partial<CommandPlace> | undefined;
  if (place?.textDocument === undefined) throw invalidParametersError('the argument has no textDocument');
  return place as CommandPlace;
}

/** The AWS CLI command that applies the policy, to be run in its workspace folder. */
export function cliCommand(session: Session, policy: DiscoveredPolicy, shell: Shell | undefined): CliCommandText | Refused {
  return awsCliCommand(session.analysisHost.workspace().world, policy, workspaceFolderOf(session, policy.uri), shell);
}

/** What the argument leaves out is taken from the place or the message. */
function executeExplain(session: Session, argument: ExplainCommand): ReturnType<ServerCommandHandler> {
  const choices = explainChoices(session, argument);
  const { start } = choices;
  const { identity = start.identity, action = start.action, key = start.key } = argument;
  const { source } = start;
  if (action !== undefined && source !== undefined)
    return withUpToDateTexts(session, (editingSession) => explain(editingSession, { ...start, identity, key, action, source }));
  if (identity === undefined || action === undefined || key === undefined) return { choices };
  return withUpToDateTexts(session, (editingSession) => explain(editingSession, { ...start, identity, action, key }));
}

async function executeGenerate(session: Session, half: HalfToWrite, argument: CommandTarget): Promise<CommandOutcome> {
  const { keyArn, target, useCase, bothHalves, createManifest } = argument;
  const policy = policyRefOf(session, requirePolicyAt(session, argument));
  const openQuestions = questions(session, { generate: half, policy });
  if ('refused' in openQuestions) return openQuestions;
  const { keys, asksKey, asksTarget } = openQuestions;
  // The ARN of a key can stay a placeholder; which of several keys, or for whom, cannot.
  if (asksKey && keyArn === undefined && keys.length !== 1 || asksTarget && target === undefined) return { questions: openQuestions };
  return applyCommandEdit(session, (editingSession) => generate(editingSession, { generate: half, policy, keyArn, target, useCase,
    bothHalves, createManifest }));
}

async function executeNewKeyPolicy(session: Session,
  { owner, ...others }: Partial<NewKeyPolicyParams>): Promise<ServerCommands['kmsHandshake.server.newKeyPolicy']['result']> {
  if (owner === undefined) return { choices: newKeyPolicyChoices(session) };
  return applyCommandEdit(session, async (editingSession) => {
    const result = await newKeyPolicy(editingSession, { owner, ...others });
    return 'untitled' in result && result.untitled !== undefined ? { refused: 'No folder is open to put the file in.' } : result;
  });
}

async function executeAttachPolicy(session: Session, argument: CommandPlace): Promise<CommandOutcome> {
  const { target } = argument as Partial<AttachCommand>;
  if (target === undefined) throw invalidParametersError('the argument has no target');
  return applyCommandEdit(session, (editingSession) =>
    attach(editingSession, { policy: policyRefOf(session, requirePolicyAt(session, argument)), target }));
}

async function executeLinkKeyPolicy(session: Session, argument: CommandPlace): Promise<CommandOutcome> {
  const { keyArn } = argument as Partial<LinkKeyCommand>;
  if (keyArn === undefined) throw invalidParametersError('the argument has no keyArn');
  return applyCommandEdit(session, (editingSession) =>
    linkKey(editingSession, { policy: policyRefOf(session, requirePolicyAt(session, argument)), keyArn }));
}

type CommandEdit = EditOffer | Generated | Refused;

/** Has the editor make the edit that is offered. */
async function applyCommandEdit(session: Session,
  offer: (editingSession: EditingSession) => CommandEdit | Promise<CommandEdit>): Promise<CommandOutcome> {
  const result = await withUpToDateTexts(session, offer);
  if ('refused' in result) return result;
  const { edit, uri } = result;
  const summary = 'nothingToDo' in result && !result.nothingToDo ? result.outcome : result.summary;
  const notes = 'notes' in result ? result.notes : [];
  if (Object.keys(edit).length === 0) return { applied: false, uri, summary, notes };
  if (!session.clientCapabilities.applyEdit) return { refused: `This editor makes no edits for a language server. ${summary}` };
  const answer = await session.connection.workspace.applyEdit({ label: escapeMessageText(summary), edit });
  return { applied: answer.applied, uri, summary, notes };
}
