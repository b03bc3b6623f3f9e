import { ErrorCodes, ResponseError, type ExecuteCommandParams } from 'vscode-languageserver';
import { escapeMessageText } from '../../core/index';
import type { AttachCommand } from '../protocol/attach';
import type { EditOffer, Refused } from '../protocol/edits';
import type { ExplainCommand } from '../protocol/explain';
import type { CliCommandPlace, CommandOutcome, CommandTarget, Generated, GenerateParams, HalfToWrite,
  Questions } from '../protocol/generate';
import type { NewKeyPolicyParams } from '../protocol/new-key-policy';
import type { CommandPlace } from '../protocol/policies';
import type { ServerCommands } from '../protocol/requests';
import type { LinkKeyCommand } from '../protocol/status';
import type { Session } from '../session';
import { executeCheckAll, type CommandProgress } from './check-all';
import { attach } from './attach-policy';
import { cliCommand } from './cli-command';
import { requireCommandPlace, readCommandArgument } from './command-argument';
import { explain, explainChoices } from './explain';
import { generate, questions } from './generate';
import { withUpToDateTexts, type EditingSession } from './up-to-date-texts';
import { newKeyPolicy, newKeyPolicyChoices } from './new-key-policy';
import { requirePolicyAt, policyRefOf } from './policy-lookup';
import { linkKey } from './status';

type CommandName = keyof ServerCommands;
type ServerCommandHandler = (session: Session, argument: unknown, commandProgress: CommandProgress) => Promise<
  ServerCommands[CommandName]['result']
> | ServerCommands[CommandName]['result'];

const COMMAND_HANDLERS: Readonly<Record<CommandName, ServerCommandHandler>> = {
  'kmsHandshake.server.generateConsumer': (session, argument) => executeGenerate(session, 'consumer', requireCommandPlace(argument)),
  'kmsHandshake.server.generateKeyPolicy': (session, argument) => executeGenerate(session, 'keyPolicy', requireCommandPlace(argument)),
  'kmsHandshake.server.newKeyPolicy': (session, argument) => executeNewKeyPolicy(session, argument ?? {}),
  'kmsHandshake.server.cliCommand': (session, argument) =>
    cliCommand(session, requirePolicyAt(session, requireCommandPlace(argument)), (argument as CliCommandPlace).shell),
  'kmsHandshake.server.explain': (session, argument) => executeExplain(session, argument),
  'kmsHandshake.server.linkKeyPolicy': (session, argument) => executeLinkKeyPolicy(session, requireCommandPlace(argument)),
  'kmsHandshake.server.attachPolicy': (session, argument) => executeAttachPolicy(session, requireCommandPlace(argument)),
  'kmsHandshake.server.checkAll': (session, _, commandProgress) => executeCheckAll(session, commandProgress),
};

export const SERVER_COMMANDS: readonly string[] = Object.keys(COMMAND_HANDLERS);

/** See `ServerCommands`. */
export function executeCommand(session: Session, { command, arguments: given }: ExecuteCommandParams,
  commandProgress: CommandProgress): ReturnType<ServerCommandHandler> {
  if (!isServerCommand(command)) throw new ResponseError(ErrorCodes.InvalidParams, `there is no command ${command}`);
  return COMMAND_HANDLERS[command](session, readCommandArgument(given?.[0]), commandProgress);
}

function isServerCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMAND_HANDLERS, name);
}

/** What the place or the message says counts where the argument itself says nothing. */
function executeExplain(session: Session, argument: unknown): ReturnType<ServerCommandHandler> {
  const given = (argument ?? {}) as ExplainCommand;
  const choices = explainChoices(session, given);
  const { identity = choices.start.identity, action = choices.start.action, key = choices.start.key } = given;
  const { source } = choices.start;
  if (action !== undefined && source !== undefined)
    return withUpToDateTexts(session, (own) =>
      explain(own, { ...choices.start, ...identity === undefined ? {} : { identity }, ...key === undefined ? {} : { key }, action,
        source }));
  if (identity === undefined || action === undefined || key === undefined) return { choices };
  return withUpToDateTexts(session, (own) => explain(own, { ...choices.start, identity, action, key }));
}

type CommandEdit = EditOffer | Generated | Refused;

async function executeGenerate(session: Session, half: HalfToWrite, argument: CommandTarget): Promise<CommandOutcome> {
  const policy = policyRefOf(session, requirePolicyAt(session, argument));
  const asked = questions(session, { generate: half, policy });
  if ('refused' in asked) return asked;
  if (hasOpenQuestions(asked, argument)) return { questions: asked };
  const { keyArn, target, useCase } = argument;
  const params: GenerateParams = {
    generate: half, policy, ...(keyArn === undefined ? {} : { keyArn }), ...(target === undefined ? {} : { target }),
    ...(useCase === undefined ? {} : { useCase }),
  };
  return applyCommandEdit(session, (own) => generate(own, params));
}

/** A key that nobody knows can stay a placeholder; one of several, or for whom, cannot. */
function hasOpenQuestions({ keys, asksKey, asksTarget }: Questions, { keyArn, target }: CommandTarget): boolean {
  return asksKey && keyArn === undefined && keys.length !== 1 || asksTarget && target === undefined;
}

async function executeNewKeyPolicy(session: Session,
  { owner, ...others }: Partial<NewKeyPolicyParams>): Promise<ServerCommands['kmsHandshake.server.newKeyPolicy']['result']> {
  if (owner === undefined) return { choices: newKeyPolicyChoices(session) };
  return applyCommandEdit(session, async (own) => {
    const result = await newKeyPolicy(own, { owner, ...others });
    return 'untitled' in result && result.untitled !== undefined ? { refused: 'No folder is open to put the file in.' } : result;
  });
}

async function executeAttachPolicy(session: Session, argument: CommandPlace): Promise<CommandOutcome> {
  const { target } = argument as Partial<AttachCommand>;
  if (target === undefined) throw new ResponseError(ErrorCodes.InvalidParams, 'the argument has no target');
  return applyCommandEdit(session, (own) => attach(own, { policy: policyRefOf(own, requirePolicyAt(own, argument)), target }));
}

async function executeLinkKeyPolicy(session: Session, argument: CommandPlace): Promise<CommandOutcome> {
  const { keyArn } = argument as Partial<LinkKeyCommand>;
  if (keyArn === undefined) throw new ResponseError(ErrorCodes.InvalidParams, 'the argument has no keyArn');
  return applyCommandEdit(session, (own) => linkKey(own, { policy: policyRefOf(own, requirePolicyAt(own, argument)), keyArn }));
}

/** Has the editor make the edit that is offered. */
async function applyCommandEdit(session: Session,
  offer: (session: EditingSession) => CommandEdit | Promise<CommandEdit>): Promise<CommandOutcome> {
  const result = await withUpToDateTexts(session, offer);
  if ('refused' in result) return result;
  const { edit, uri, summary } = result;
  const notes = 'notes' in result ? result.notes : [];
  if (Object.keys(edit).length === 0) return { applied: false, uri, summary, notes };
  if (!session.clientCapabilities.applyEdit) return { refused: `This editor makes no edits for a language server. ${summary}` };
  const answer = await session.connection.workspace.applyEdit({ label: escapeMessageText(summary), edit });
  return { applied: answer.applied, uri, summary, notes };
}
