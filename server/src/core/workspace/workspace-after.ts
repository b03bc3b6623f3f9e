import { applyEdits } from '../text/apply-edits';
import type { FileChange } from '../text/file-change';
import { updateWorkspace, type Workspace } from './workspace';

/** The workspace as it will be once the changes are made. A change of a file that it does not have is left out. */
export function workspaceAfter(workspace: Workspace, changes: readonly FileChange[]): Workspace {
  const puts = changes.flatMap((change) => {
    const text = textAfter(workspace, change);
    return text === undefined ? [] : [{ put: { uri: change.uri, text } }];
  });
  return puts.length === 0 ? workspace : updateWorkspace(workspace, puts).workspace;
}

function textAfter({ files }: Workspace, change: FileChange): string | undefined {
  if ('create' in change) return change.create;
  const text = files.get(change.uri)?.source.text;
  return text === undefined ? undefined : applyEdits(text, change.edits);
}

/** The one change that makes of a file of `before` what it is in `after`; undefined where it stays as it is. */
export function changeOfFile(before: Workspace, after: Workspace, uri: string): FileChange | undefined {
  const [oldText, newText] = [before.files.get(uri)?.source.text, after.files.get(uri)?.source.text];
  if (newText === undefined || newText === oldText) return undefined;
  if (oldText === undefined) return { uri, create: newText };
  const shorter = Math.min(oldText.length, newText.length);
  let start = 0;
  while (start < shorter && oldText[start] === newText[start]) start++;
  let tail = 0;
  while (tail < shorter - start && oldText[oldText.length - 1 - tail] === newText[newText.length - 1 - tail]) tail++;
  return { uri, edits: [{ span: { start, end: oldText.length - tail }, newText: newText.slice(start, newText.length - tail) }] };
}
