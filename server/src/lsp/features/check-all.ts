import { MessageType, WorkDoneProgressReporter, type CancellationToken } from 'vscode-languageserver';
import { countFindings } from '../../core/index';
import type { CheckOutcome } from '../protocol/check';
import type { CheckStep, Session } from '../session';
import { showMessage } from './messages';

/** How whoever asked for a command follows it. */
export interface Following {
  readonly token: CancellationToken;
  /** Leads nowhere where the client named no token for it. */
  readonly progress: WorkDoneProgressReporter;
}

const TITLE = 'Checking all policies';
const STEPS: Readonly<Record<CheckStep, string>> = { reading: 'reading files', judging: 'judging' };

/**
 * See `kmsHandshake.server.checkAll`. Progress is shown by whoever asked, or, in editors that know of progress, by one of our own
 * that can be cancelled. A client without texts of its own is told the outcome in a message.
 */
export async function checkAllCommand(session: Session, following: Following): Promise<CheckOutcome> {
  const { connection, abilities } = session;
  const own = WorkDoneProgressReporter.isNullInstance(following.progress) ? await connection.window.createWorkDoneProgress() : undefined;
  const progress = own ?? following.progress;
  progress.begin(TITLE, 0, STEPS.reading, true);
  let said = '';
  const done = await session.checkAll((step, share) => {
    const percent = Math.floor(share * 100);
    const next = `${step} ${percent}`;
    if (next !== said && step === 'judging') progress.report(percent, STEPS[step]);
    said = next;
    return !following.token.isCancellationRequested && own?.token.isCancellationRequested !== true;
  });
  progress.done();
  const outcome = { cancelled: !done, ...countsOf(session) };
  if (done && !abilities.clientCommands) showMessage(session, MessageType.Info, sentenceOf(outcome));
  return outcome;
}

function countsOf({ knowledge }: Session): Omit<CheckOutcome, 'cancelled'> {
  const readings = [...knowledge.workspace().readings.values()].filter(({ policies }) => policies.length > 0);
  const { error, warning, info, hint } = countFindings([...knowledge.latest().byFile.values()].flat());
  return {
    files: readings.length, policies: readings.reduce((sum, { policies }) => sum + policies.length, 0),
    errors: error, warnings: warning, infos: info, hints: hint,
  };
}

function sentenceOf({ files, policies, errors, warnings, infos }: CheckOutcome): string {
  return `Errors: ${errors}, warnings: ${warnings}, infos: ${infos}. Policies: ${policies}, files: ${files}.`;
}
