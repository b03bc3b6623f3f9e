import { MessageType, WorkDoneProgressReporter, type CancellationToken } from 'vscode-languageserver';
import { countFindings } from '../../core/index';
import type { CheckOutcome } from '../protocol/check';
import type { CheckStep, Session } from '../session';
import { showMessage } from './messages';

/** How whoever asked for a command follows it. */
export interface CommandProgress {
  readonly cancellationToken: CancellationToken;
  /** Leads nowhere where the client named no token for it. */
  readonly progress: WorkDoneProgressReporter;
}

const TITLE = 'Checking all policies';
const STEP_LABELS: Readonly<Record<CheckStep, string>> = { reading: 'reading files', judging: 'judging' };

/**
 * See `kmsHandshake.server.checkAll`. Progress is shown by whoever asked, or, in editors that know of progress, by one of our own
 * that can be cancelled. A client without texts of its own is told the outcome in a message.
 */
export async function executeCheckAll(session: Session, commandProgress: CommandProgress): Promise<CheckOutcome> {
  const { connection, clientCapabilities } = session;
  const own = WorkDoneProgressReporter.isNullInstance(commandProgress.progress)
    ? await connection.window.createWorkDoneProgress()
    : undefined;
  const progress = own ?? commandProgress.progress;
  progress.begin(TITLE, 0, STEP_LABELS.reading, true);
  let said = '';
  const done = await session.checkAll((step, share) => {
    const percent = Math.floor(share * 100);
    const next = `${step} ${percent}`;
    if (next !== said && step === 'judging') progress.report(percent, STEP_LABELS[step]);
    said = next;
    return !commandProgress.cancellationToken.isCancellationRequested && own?.token.isCancellationRequested !== true;
  });
  progress.done();
  const outcome = { cancelled: !done, ...findingTotals(session) };
  if (done && !clientCapabilities.clientCommands) showMessage(session, MessageType.Info, checkSummary(outcome));
  return outcome;
}

function findingTotals({ analysisHost }: Session): Omit<CheckOutcome, 'cancelled'> {
  const readings = [...analysisHost.workspace().readings.values()].filter(({ policies }) => policies.length > 0);
  const { error, warning, info, hint } = countFindings([...analysisHost.latestAnalysis().findingsByFile.values()].flat());
  return {
    files: readings.length, policies: readings.reduce((sum, { policies }) => sum + policies.length, 0),
    errors: error, warnings: warning, infos: info, hints: hint,
  };
}

function checkSummary({ files, policies, errors, warnings, infos }: CheckOutcome): string {
  return `Errors: ${errors}, warnings: ${warnings}, infos: ${infos}. Policies: ${policies}, files: ${files}.`;
}
