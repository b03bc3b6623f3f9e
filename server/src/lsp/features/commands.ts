import { ErrorCodes, ResponseError, type ExecuteCommandParams } from 'vscode-languageserver';
import { messageText } from '../../core/index';
import type { AttachCommand } from '../protocol/attach';
import type { EditOffer, Refused } from '../protocol/edits';
import type { ExplainCommand } from '../protocol/explain';
import type { CliCommandPlace, CommandOutcome, CommandTarget, Generated, GenerateParams, HalfToWrite, Questions } from '../protocol/generate';
import type { NewKeyPolicyParams } from '../protocol/new-key-policy';
import type { CommandPlace } from '../protocol/policies';
import type { ServerCommands } from '../protocol/requests';
import type { LinkKeyCommand } from '../protocol/status';
import type { Session } from '../session';
import { checkAllCommand, type Following } from './check-all';
import { attach } from './attach';
import { cliCommand } from './cli-command';
import { placeOf, readArgument } from './command-argument';
import { explain, explainChoices } from './explain';
import { generate, questions } from './generate';
import { onFreshGround, type EditingSession } from './ground';
import { newKeyPolicy, newKeyPolicyChoices } from './new-key-policy';
import { policyAt, refOf } from './policies';
import { linkKey } from './status';

type CommandName = keyof ServerCommands;
type Command = (session: Session, argument: unknown, following: Following) => Promise<ServerCommands[CommandName]['result']> | ServerCommands[CommandName]['result'];

const COMMANDS: Readonly<Record<CommandName, Command>> = {
  'kmsHandshake.server.generateConsumer': (session, argument) => generateAndApply(session, 'consumer', placeOf(argument)),
  'kmsHandshake.server.generateKeyPolicy': (session, argument) => generateAndApply(session, 'keyPolicy', placeOf(argument)),
  'kmsHandshake.server.newKeyPolicy': (session, argument) => newKeyPolicyAndApply(session, argument ?? {}),
  'kmsHandshake.server.cliCommand': (session, argument) => cliCommand(session, policyAt(session, placeOf(argument)), (argument as CliCommandPlace).shell),
  'kmsHandshake.server.explain': (session, argument) => explainCommand(session, argument),
  'kmsHandshake.server.linkKeyPolicy': (session, argument) => linkAndApply(session, placeOf(argument)),
  'kmsHandshake.server.attachPolicy': (session, argument) => attachAndApply(session, placeOf(argument)),
  'kmsHandshake.server.checkAll': (session, _, following) => checkAllCommand(session, following),
};

export const SERVER_COMMANDS: readonly string[] = Object.keys(COMMANDS);

/** See `ServerCommands`. */
export function executeCommand(session: Session, { command, arguments: given }: ExecuteCommandParams, following: Following): ReturnType<Command> {
  if (!isCommand(command)) throw new ResponseError(ErrorCodes.InvalidParams, `there is no command ${command}`);
  return COMMANDS[command](session, readArgument(given?.[0]), following);
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

/** What the place or the message says counts where the argument itself says nothing. */
function explainCommand(session: Session, argument: unknown): ReturnType<Command> {
  const given = (argument ?? {}) as ExplainCommand;
  const choices = explainChoices(session, given);
  const { identity = choices.start.identity, action = choices.start.action, key = choices.start.key } = given;
  const { source } = choices.start;
  if (action !== undefined && source !== undefined) return onFreshGround(session, (own) => explain(own, { ...choices.start, ...identity === undefined ? {} : { identity }, ...key === undefined ? {} : { key }, action, source }));
  if (identity === undefined || action === undefined || key === undefined) return { choices };
  return onFreshGround(session, (own) => explain(own, { ...choices.start, identity, action, key }));
}

type Offered = EditOffer | Generated | Refused;

async function generateAndApply(session: Session, half: HalfToWrite, argument: CommandTarget): Promise<CommandOutcome> {
  const policy = refOf(session, policyAt(session, argument));
  const asked = questions(session, { generate: half, policy });
  if ('refused' in asked) return asked;
  if (isOpen(asked, argument)) return { questions: asked };
  const { keyArn, target, useCase } = argument;
  const params: GenerateParams = {
    generate: half, policy, ...(keyArn === undefined ? {} : { keyArn }), ...(target === undefined ? {} : { target }), ...(useCase === undefined ? {} : { useCase }),
  };
  return applied(session, (own) => generate(own, params));
}

/** A key that nobody knows can stay a placeholder; one of several, or for whom, cannot. */
function isOpen({ keys, asksKey, asksTarget }: Questions, { keyArn, target }: CommandTarget): boolean {
  return asksKey && keyArn === undefined && keys.length !== 1 || asksTarget && target === undefined;
}

async function newKeyPolicyAndApply(session: Session, { owner, ...others }: Partial<NewKeyPolicyParams>): Promise<ServerCommands['kmsHandshake.server.newKeyPolicy']['result']> {
  if (owner === undefined) return { choices: newKeyPolicyChoices(session) };
  return applied(session, async (own) => {
    const result = await newKeyPolicy(own, { owner, ...others });
    return 'untitled' in result && result.untitled !== undefined ? { refused: 'No folder is open to put the file in.' } : result;
  });
}

async function attachAndApply(session: Session, argument: CommandPlace): Promise<CommandOutcome> {
  const { target } = argument as Partial<AttachCommand>;
  if (target === undefined) throw new ResponseError(ErrorCodes.InvalidParams, 'the argument has no target');
  return applied(session, (own) => attach(own, { policy: refOf(own, policyAt(own, argument)), target }));
}

async function linkAndApply(session: Session, argument: CommandPlace): Promise<CommandOutcome> {
  const { keyArn } = argument as Partial<LinkKeyCommand>;
  if (keyArn === undefined) throw new ResponseError(ErrorCodes.InvalidParams, 'the argument has no keyArn');
  return applied(session, (own) => linkKey(own, { policy: refOf(own, policyAt(own, argument)), keyArn }));
}

/** Has the editor make the edit that is offered. */
async function applied(session: Session, offer: (session: EditingSession) => Offered | Promise<Offered>): Promise<CommandOutcome> {
  const result = await onFreshGround(session, offer);
  if ('refused' in result) return result;
  const { edit, uri, summary } = result;
  const notes = 'notes' in result ? result.notes : [];
  if (Object.keys(edit).length === 0) return { applied: false, uri, summary, notes };
  if (!session.abilities.appliesEdits) return { refused: `This editor makes no edits for a language server. ${summary}` };
  const answer = await session.connection.workspace.applyEdit({ label: messageText(summary), edit });
  return { applied: answer.applied, uri, summary, notes };
}
