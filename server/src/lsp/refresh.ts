import { CodeLensRefreshRequest, InlayHintRefreshRequest, type Connection } from 'vscode-languageserver';
import type { Abilities } from './abilities';

/** Has the editor ask for lenses and hints again: what another file says may have changed them. */
export function refreshHints(connection: Connection, { refreshesLenses, refreshesHints }: Abilities, failed: (error: unknown) => void): void {
  if (refreshesLenses) void connection.sendRequest(CodeLensRefreshRequest.type).catch(failed);
  if (refreshesHints) void connection.sendRequest(InlayHintRefreshRequest.type).catch(failed);
}
