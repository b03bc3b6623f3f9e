import { CodeLensRefreshRequest, InlayHintRefreshRequest, type Connection } from 'vscode-languageserver';
import type { Clock, Log } from '../host/host';
import type { ClientCapabilities } from './client-capabilities';
import { logFailure } from './log-failure';
import type { Notifications } from './protocol/requests';
import { createDebouncer, VIEW_REFRESH_TIMING } from './debouncer';

/** What the editor shows beside the findings: it asks again only when it is told to. */
export interface RefreshNotifier {
  /** Some text or finding is another than before. */
  readonly workspaceChanged: () => void;
  /** Lenses and hints alone are to be asked for again. */
  readonly hintSettingsChanged: () => void;
  readonly stop: () => void;
}

export function createRefreshNotifier(connection: Connection, clientCapabilities: ClientCapabilities,
  { clock, log }: { readonly clock: Clock; readonly log: Log }): RefreshNotifier {
  const changes = createDebouncer(clock, VIEW_REFRESH_TIMING, () =>
    void logFailure(log, 'telling of a change', () => {
      const nothing: Notifications['kmsHandshake/changed'] = {};
      return connection.sendNotification('kmsHandshake/changed', nothing);
    }));
  // What another file says may have changed them.
  const hints = createDebouncer(clock, VIEW_REFRESH_TIMING, () => {
    if (clientCapabilities.codeLensRefresh)
      void logFailure(log, 'asking for lenses again', () => connection.sendRequest(CodeLensRefreshRequest.type));
    if (clientCapabilities.inlayHintRefresh)
      void logFailure(log, 'asking for hints again', () => connection.sendRequest(InlayHintRefreshRequest.type));
  });
  return {
    workspaceChanged: () => {
      if (clientCapabilities.changeNotifications) changes.schedule();
      hints.schedule();
    },
    hintSettingsChanged: hints.schedule,
    stop: () => {
      changes.stop();
      hints.stop();
    },
  };
}
