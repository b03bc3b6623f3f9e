import {
  answerMessage, changeExcerpt, explain as explainAccess, STEP_NAMES, isRefusal, messageAnswerLines, plainLine, parseDeniedMessage,
  describeVerdictRequirements, stepOutcomeName, type DeniedMessage, type Explanation,
  type ExplainRequest, type Location, type MessageAnswer, type MessageQuestion, type ExplanationStepLocation,
} from '../core/index';
import { DEFAULT_MAX_FILE_BYTES, type FileContent, type Host } from '../host/host';
import type { ExplainArguments } from './arguments';
import { loadWorkspace, relativePathOf, fileUriOf, type LoadedWorkspace } from './load-workspace';
import type { Terminal } from './terminal';
import { UsageError } from './usage';
import * as path from 'node:path';

/** `explain`: may this identity do this with this key, what decides it, and what would make it yes. Gives the exit status. */
export async function runExplain(command: ExplainArguments, host: Host, terminal: Terminal): Promise<number> {
  const read = command.message === undefined ? undefined : await readMessage(command.message, host, terminal);
  const question = explainRequestOf(command, read);
  const loadedWorkspace = await loadWorkspace(host, terminal, { ...command, paths: [command.path] });
  const say = (at: Location): string => `${relativePathOf(terminal, at.uri)}:${loadedWorkspace.rangeOf(at).line}`;
  if ('source' in question) {
    const open = answerMessage(loadedWorkspace.workspace.world, question, say);
    if (isRefusal(open)) throw new UsageError(open.refused);
    terminal.writeOutput(
      command.format === 'json' ? `${JSON.stringify(messageAnswerJson(open, read), null, 2)}\n` : messageAnswerText(open, read),
    );
    return 0;
  }
  const answer = explainAccess(loadedWorkspace.workspace.world, question, say, [...loadedWorkspace.texts.keys()],
    [...loadedWorkspace.workspace.readings.values()].flatMap(({ policies }) => policies));
  if (isRefusal(answer)) throw new UsageError(answer.refused);
  terminal.writeOutput(
    command.format === 'json'
      ? `${JSON.stringify(explanationJson(answer, loadedWorkspace, terminal, read), null, 2)}\n`
      : explanationText(answer, loadedWorkspace, terminal, say, read),
  );
  return 0;
}

async function readMessage(file: string, host: Host, terminal: Terminal): Promise<DeniedMessage> {
  const name = file === '-' ? 'standard input' : file;
  const content = file === '-' ? await terminal.readStandardInput(DEFAULT_MAX_FILE_BYTES) : await readMessageFile(file, host, terminal);
  if (content.kind === 'left-out') throw new UsageError(`${name}: ${content.why}`);
  const read = content.kind === 'text' ? parseDeniedMessage(content.text) : undefined;
  if (!read) throw new UsageError(`there is no AWS KMS access error in ${name}`);
  return read;
}

async function readMessageFile(file: string, host: Host, terminal: Terminal): Promise<FileContent> {
  const absolute = path.resolve(terminal.cwd, file);
  const kind = await terminal.kindOf(absolute);
  if (kind !== 'file')
    throw new UsageError(kind === undefined ? `there is no file ${file}` : `--message takes a file; ${file} is a folder`);
  return host.files.read(fileUriOf(absolute), DEFAULT_MAX_FILE_BYTES);
}

/** Options count before the message. */
function explainRequestOf(command: ExplainArguments, read: DeniedMessage | undefined): ExplainRequest | MessageQuestion {
  const { identity = read?.identity, action = read?.action, key = read?.key } = command;
  if (identity !== undefined && action !== undefined && key !== undefined) return { identity, action, key, aws: read?.aws };
  if (read && action !== undefined) return { identity, action, key, source: read.source, aws: read.aws };
  if (identity === undefined) throw new UsageError('explain needs --identity: an ARN, or the id of an account; or --message: '
    + 'an AWS error to read it from');
  throw new UsageError(action === undefined ? 'explain needs --action: kms:Decrypt' : 'explain needs --key: the ARN, id or alias of a key');
}

function explanationJson(answer: Explanation, loadedWorkspace: LoadedWorkspace, terminal: Terminal,
  read: DeniedMessage | undefined): object {
  const placed = ({ statementRef, at }: ExplanationStepLocation): object => ({
    ...statementRef ? { half: statementRef.gate } : { half: 'grants' },
    file: relativePathOf(terminal, at.uri), line: loadedWorkspace.rangeOf(at).line,
    ...statementRef?.statement.sid === undefined ? {} : { sid: statementRef.statement.sid.value },
    ...statementRef?.statement.effect === undefined ? {} : { effect: statementRef.statement.effect },
  });
  const { identity, key, action, aws, outcome, reason, sentence, question: explanationQuestion, verdict, decidedBy, steps: explanationSteps,
    notes, remedy, scope } = answer;
  return {
    version: 1,
    identity,
    key,
    action,
    verdict: outcome,
    reason,
    ...aws ? { aws } : {},
    sentence,
    conditions: describeVerdictRequirements(verdict, explanationQuestion.action),
    because: decidedBy.map(placed),
    steps: explanationSteps.map((explanationStep) => ({ half: explanationStep.half, outcome: explanationStep.outcome,
      message: explanationStep.message, because: explanationStep.decidedBy.map(placed) })
    ),
    notes: read?.note === undefined ? notes : [...notes, read.note],
    scope,
    ...remedy
      ? { remedy: { advice: remedy.advice, edits: remedy.changes.map(({ half: policyGate, title, change }) => ({
        half: policyGate,
        title,
        file: relativePathOf(terminal, change.uri),
        create: 'create' in change,
        diff: diffLines(change, loadedWorkspace).join('\n'),
      })), ...remedy.statement === undefined ? {} : { statement: remedy.statement } } }
      : {},
  };
}

function explanationText(answer: Explanation, loadedWorkspace: LoadedWorkspace, terminal: Terminal, say: (at: Location) => string,
  read: DeniedMessage | undefined): string {
  const { sentence, steps: explanationSteps, notes, remedy, scope } = answer;
  const lines = [sentence, ''];
  for (const explanationStep of explanationSteps) {
    const { half, message, decidedBy } = explanationStep;
    const places = [...new Set(decidedBy.map(({ at }) => say(at)))];
    lines.push(`  ${STEP_NAMES[half].padEnd(10)}  ${stepOutcomeName(explanationStep).padEnd(10)}  `
      + `${message}${places.length > 0 ? ` (${places.join(', ')})` : ''}`);
  }
  for (const note of [...notes, ...messageNotes(read)]) lines.push('', note);
  if (remedy) lines.push('', `What to do: ${remedy.advice}`);
  if (remedy?.statement !== undefined) lines.push('', ...remedy.statement.split('\n').map((line) => `    ${line}`));
  for (const { change } of remedy?.changes ?? []) {
    lines.push('', `  ${relativePathOf(terminal, change.uri)}${'create' in change ? ' (new)' : ''}`,
      ...diffLines(change, loadedWorkspace).map((line) => `    ${line}`.trimEnd()));
  }
  return `${[...lines, '', scope].map(plainLine).join('\n')}\n`;
}

function messageNotes(read: DeniedMessage | undefined): string[] {
  return [...read?.reasonText === undefined ? [] : [`AWS says: ${read.reasonText}.`], ...read?.note === undefined ? [] : [read.note]];
}

/** Of an error that leaves out who called or which key is meant: the shape of the other answers, without what only they have. */
function messageAnswerJson({ identity, key, action, aws, sentence, missing, causes, candidates, moreCandidates, scope }: MessageAnswer,
  read: DeniedMessage | undefined): object {
  return {
    version: 1,
    ...identity === undefined ? {} : { identity },
    ...key === undefined ? {} : { key },
    action,
    verdict: 'unknown',
    reason: 'unresolved',
    ...aws ? { aws } : {},
    sentence,
    conditions: [],
    because: [],
    steps: [],
    missing,
    causes,
    candidates: candidates.map((candidate) => ({ identity: candidate.identity, key: candidate.key, verdict: candidate.outcome,
      reason: candidate.reason, sentence: candidate.sentence })
    ),
    moreCandidates,
    notes: messageNotes(read),
    scope,
  };
}

function messageAnswerText(answer: MessageAnswer, read: DeniedMessage | undefined): string {
  const missing = answer.missing.map((name) => `--${name}`).join(' and ');
  const lines = [answer.sentence, '', ...messageAnswerLines(answer, (words) => words), '',
    `Add ${missing} to see one of them half by half.`];
  return `${[...lines, ...messageNotes(read).flatMap((note) => ['', note]), '', answer.scope].map(plainLine).join('\n')}\n`;
}

type RemedyFileChange = NonNullable<Explanation['remedy']>['changes'][number]['change'];

function diffLines(change: RemedyFileChange, { texts }: LoadedWorkspace): string[] {
  return changeExcerpt(texts.get(change.uri) ?? '', change).map(({ sign, text }) => `${sign} ${text}`);
}
