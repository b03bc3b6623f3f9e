import type { Requests } from '../../server/src/lsp/protocol/requests';
import { createTestFolder, type TestFolder } from '../support/temporary-folder';
import { startClient, type LspClient } from '../support/lsp-client';

/** A folder with these files and an editor that has it open. */
export async function startClientWithFiles(
  files: Readonly<Record<string, string | object>>,
): Promise<{ folder: TestFolder; client: LspClient }> {
  const folder = createTestFolder(files);
  return { folder, client: await startClient({ folders: [folder.uri] }) };
}

/** A request of this server's own. */
export function sendCustomRequest<M extends keyof Requests>(client: LspClient, method: M,
  params: Requests[M]['params']): Promise<Requests[M]['result']> {
  return client.connection.sendRequest(method, params);
}
