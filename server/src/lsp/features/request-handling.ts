import { ErrorCodes, LSPErrorCodes, ResponseError, type CancellationToken } from 'vscode-languageserver';
import { escapeMessageText } from '../../core/index';
import type { Session } from '../session';

/**
 * Answers a request about a document once everything is read. A request that is not wanted any more, or whose document changed while it
 * waited, is refused in the protocol's words; any other error is logged with its stack. Editors show the text of an error in a message.
 */
export async function handleRequest<R>(session: Session, what: string, uri: string | undefined, token: CancellationToken,
  work: () => R | Promise<R>): Promise<R> {
  const { documents, log } = session.host;
  const version = uri === undefined ? undefined : documents.get(uri)?.version;
  await session.documentSync.whenSynchronized();
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, `${what} was cancelled`);
  if (uri !== undefined && documents.get(uri)?.version !== version) throw contentModifiedError(uri);
  try {
    return await work();
  } catch (error) {
    if (error instanceof ResponseError) throw new ResponseError(error.code, escapeMessageText(error.message), error.data as unknown);
    log.error(`${what} failed`, error);
    throw new ResponseError(ErrorCodes.InternalError,
      escapeMessageText(`${what} failed: ${error instanceof Error ? error.message : String(error)}`));
  }
}

export function contentModifiedError(uri: string): ResponseError {
  return new ResponseError(LSPErrorCodes.ContentModified, `${uri} has changed meanwhile`);
}
