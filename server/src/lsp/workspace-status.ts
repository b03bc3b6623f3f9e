import type { Connection } from 'vscode-languageserver';
import { countFindings } from '../core/index';
import type { Log } from '../host/host';
import type { AnalysisHost } from './analysis-host';
import type { ClientCapabilities } from './client-capabilities';
import { logFailure } from './log-failure';
import type { WorkspaceStatus } from './protocol/status';

/** Tells a client that wants it how far the server is, so that an empty list of problems is not taken for an all-clear. */
export interface WorkspaceStatusNotifier {
  readonly checking: () => void;
  /** Every policy is judged: the counts are those of the latest analysis. */
  readonly ready: () => void;
}

export function createWorkspaceStatusNotifier(connection: Connection, { statusNotifications }: ClientCapabilities,
  analysisHost: AnalysisHost, log: Log): WorkspaceStatusNotifier {
  let sent = '';
  const send = (state: WorkspaceStatus['state']): void => {
    if (!statusNotifications) return;
    const status: WorkspaceStatus = { state, ...countPolicies(analysisHost) };
    const text = JSON.stringify(status);
    if (text === sent) return;
    sent = text;
    void logFailure(log, 'telling the status', () => connection.sendNotification('kmsHandshake/workspaceStatus', status));
  };
  return { checking: () => send('checking'), ready: () => send('ready') };
}

/** The policies of the workspace, the files that hold them, and the findings of the latest analysis. */
export function countPolicies(analysisHost: AnalysisHost): Omit<WorkspaceStatus, 'state'> {
  const readings = [...analysisHost.workspace().readings.values()].filter(({ policies }) => policies.length > 0);
  return {
    files: readings.length,
    policies: readings.reduce((sum, { policies }) => sum + policies.length, 0),
    findings: countFindings([...analysisHost.latestAnalysis().findingsByFile.values()].flat()),
  };
}
