import { MessageType, WorkDoneProgressReporter, type CancellationToken } from 'vscode-languageserver';
import { describeCount } from '../../core/index';
import type { CheckOutcome } from '../protocol/check';
import type { CheckStep, Session } from '../session';
import { countPolicies } from '../workspace-status';
import { showMessage } from './messages';

/** How the client follows a command. */
export interface CommandProgress {
  readonly cancellationToken: CancellationToken;
  /** Shows nothing if the client named no token for it. */
  readonly progress: WorkDoneProgressReporter;
}

const STEP_LABELS: Readonly<Record<CheckStep, string>> = { reading: 'reading files', judging: 'judging' };

/**
 * See `kmsHandshake.server.checkAll`. Progress goes to the client's token or, in editors that show progress, to one that the server makes
 * and that can be cancelled. A client that does not show the outcome by itself gets it as a message.
 */
export async function executeCheckAll(session: Session, { cancellationToken, progress }: CommandProgress): Promise<CheckOutcome> {
  const { connection, clientCapabilities } = session;
  const serverProgress = WorkDoneProgressReporter.isNullInstance(progress) ? await connection.window.createWorkDoneProgress() : undefined;
  const shownProgress = serverProgress ?? progress;
  shownProgress.begin('Checking all policies', 0, STEP_LABELS.reading, true);
  let reportedPercent = -1;
  const isComplete = await session.checkAll((step, share) => {
    const percent = Math.floor(share * 100);
    if (step === 'judging' && percent !== reportedPercent) {
      shownProgress.report(percent, STEP_LABELS[step]);
      reportedPercent = percent;
    }
    return !cancellationToken.isCancellationRequested && serverProgress?.token.isCancellationRequested !== true;
  });
  shownProgress.done();
  const outcome = { cancelled: !isComplete, ...findingTotals(session) };
  if (isComplete && !clientCapabilities.clientCommands) showMessage(session, MessageType.Info, checkSummary(outcome));
  return outcome;
}

function findingTotals({ analysisHost }: Session): Omit<CheckOutcome, 'cancelled'> {
  const { files, policies, findings: { error, warning, info, hint } } = countPolicies(analysisHost);
  return { files, policies, errors: error, warnings: warning, infos: info, hints: hint };
}

function checkSummary({ files, policies, errors, warnings, infos }: CheckOutcome): string {
  const findings = [describeCount(errors, 'error'), describeCount(warnings, 'warning'), ...infos > 0 ? [describeCount(infos, 'info')] : []];
  return `${findings.join(', ')} in ${describeCount(policies, 'policy', 'policies')} (${describeCount(files, 'file')})`;
}
