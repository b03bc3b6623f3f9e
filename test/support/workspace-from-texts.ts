import { analyse, type Analysis } from '../../server/src/core/analysis/analyse';
import { RULES } from '../../server/src/core/rules/registry';
import { emptyWorkspace, updateWorkspace, type Workspace } from '../../server/src/core/workspace/workspace';
import type { World } from '../../server/src/core/workspace/world';

/** Path in the workspace folder to text, or to a value that is printed as JSON. */
export type FilesByPath = Readonly<Record<string, string | object>>;

const FOLDER = 'file:///workspace';

export function uriOfPath(path: string): string {
  return path.includes(':') ? path : `${FOLDER}/${path}`;
}

export function pathOfUri(uri: string): string {
  return uri.startsWith(`${FOLDER}/`) ? uri.slice(FOLDER.length + 1) : uri;
}

/** A workspace of one folder with these files; paths that are URIs (`untitled:x`) lie outside of it. */
export function workspaceFromTexts(texts: Readonly<Record<string, string>>): Workspace {
  const empty = emptyWorkspace({ folders: [{ uri: FOLDER }], ruleCodes: RULES.map((rule) => rule.code) });
  return updateWorkspace(empty, Object.entries(texts).map(([path, text]) => ({ put: { uri: uriOfPath(path), text } }))).workspace;
}

export function analysisOfWorkspaceTexts(
  texts: Readonly<Record<string, string>>,
): { workspace: Workspace; analysis: Analysis; world: World } {
  const workspace = workspaceFromTexts(texts);
  return { workspace, analysis: analyse(workspace), world: workspace.world };
}
