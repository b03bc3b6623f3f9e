import * as vscode from 'vscode';
import { DidChangeWatchedFilesNotification, FileChangeType, type LanguageClient, type Middleware } from 'vscode-languageclient';

/**
 * VS Code keeps a document open for minutes after its last editor was closed, even if its file is deleted meanwhile, and opens it for every
 * server that starts in that time. Such a server is told here that the file is deleted: it would check the document as if somebody looked
 * at it. What has unsaved edits is somebody's work and stays.
 */
export function deletedFilesMiddleware(client: () => Pick<LanguageClient, 'sendNotification'>): Pick<Middleware, 'didOpen'> {
  return {
    didOpen: async (document, next) => {
      await next(document);
      const { uri } = document;
      if (uri.scheme !== 'file' || document.isDirty || await hasFile(uri)) return;
      await client().sendNotification(DidChangeWatchedFilesNotification.type,
        { changes: [{ uri: uri.toString(), type: FileChangeType.Deleted }] });
    },
  };
}

async function hasFile(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    return !(error instanceof vscode.FileSystemError && error.code === 'FileNotFound');
  }
}
