import {
  analyse, emptyWorkspace, isExcluded, lineIndex, mayHoldPolicy, updateWorkspace, RULES,
  type Analysis, type Folder, type LineIndex, type RuleLevels, type SourceFile, type Workspace, type WorkspaceChange,
} from '../core/index';
import { MANIFEST_NAME, type Log } from '../host/contract';

/** All that the server knows of the files, and what follows from it. The one place where that changes. */
export interface Knowledge {
  readonly setFolders: (uris: readonly string[]) => void;
  /** The levels of rules in the editor's settings. */
  readonly setLevels: (levels: RuleLevels) => void;
  readonly put: (uri: string, text: string) => void;
  readonly remove: (uri: string) => void;
  /** The file was opened or closed: what is to be shown of it may differ although its text does not. */
  readonly touch: (uri: string) => void;
  /** The workspace with everything that was put into it. */
  readonly workspace: () => Workspace;
  /** Its findings. What is asked for twice is worked out once. */
  readonly analysis: () => Analysis;
  /** Whether a `kms-handshake.json` leaves the file or folder out. */
  readonly excludes: (uri: string) => boolean;
  /** Two texts of it differ when the files that are left out may. */
  readonly exclusions: () => string;
  /** Lines of the text that the workspace has of the file; undefined when it has none. */
  readonly linesOf: (uri: string) => LineIndex | undefined;
  /** Files whose findings changed, and files that changed themselves, since this was last asked. */
  readonly takeChanges: () => Changes;
}

export interface Changes {
  readonly findings: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
}

export function knowledge(log: Log): Knowledge {
  let workspace = emptyWorkspace({ ruleCodes: RULES.map(({ meta }) => meta.code) });
  let analysis = analyse(workspace);
  let analysed = workspace;
  /** Not in the workspace yet: what comes in one burst is taken in at once. */
  let folders: readonly Folder[] | undefined;
  let waiting = new Map<string, SourceFile | undefined>();
  let findings = new Set<string>();
  let texts = new Set<string>();
  const lines = new WeakMap<SourceFile, LineIndex>();

  const sourceOf = (uri: string): SourceFile | undefined => (waiting.has(uri) ? waiting.get(uri) : workspace.files.get(uri)?.source);

  const current = (): Workspace => {
    if (folders === undefined && waiting.size === 0) return workspace;
    const changes = Array.from(waiting, ([uri, source]): WorkspaceChange => (source ? { put: source } : { remove: uri }));
    if (folders !== undefined) changes.unshift({ folders });
    folders = undefined;
    waiting = new Map();
    workspace = tolerantUpdate(workspace, changes, log);
    return workspace;
  };

  const analyseCurrent = (): Analysis => {
    if (current() === analysed) return analysis;
    analysed = workspace;
    try {
      analysis = analyse(workspace, analysis);
    } catch (error) {
      log.error('the findings cannot be worked out, which is a fault of KMS Handshake', error);
      return analysis;
    }
    for (const uri of analysis.changed) findings.add(uri);
    for (const failure of analysis.failures) log.error(`the rule ${failure.code} failed`, failure.error);
    return analysis;
  };

  return {
    setFolders: (uris) => {
      folders = uris.map((uri) => ({ uri }));
    },
    setLevels: (levels) => {
      workspace = tolerantUpdate(current(), [{ levels }], log);
    },
    put: (uri, given) => {
      // Most JSON files hold no policy: that they are there is all there is to know of them.
      const text = mayHoldPolicy(given) || uri.endsWith(`/${MANIFEST_NAME}`) ? given : '';
      if (sourceOf(uri)?.text === text) return;
      waiting.set(uri, { uri, text });
      texts.add(uri);
    },
    remove: (uri) => {
      if (sourceOf(uri) === undefined) return;
      waiting.set(uri, undefined);
      texts.add(uri);
    },
    touch: (uri) => void texts.add(uri),
    workspace: current,
    analysis: analyseCurrent,
    excludes: (uri) => isExcluded(current(), uri),
    exclusions: () => JSON.stringify(current().world.manifests.map(({ folder, exclude }) => [folder, exclude.map(({ value }) => value)])),
    linesOf: (uri) => {
      const source = current().files.get(uri)?.source;
      if (source === undefined) return undefined;
      const known = lines.get(source) ?? lineIndex(source.text);
      lines.set(source, known);
      return known;
    },
    takeChanges: () => {
      analyseCurrent();
      const taken = { findings, texts };
      findings = new Set();
      texts = new Set();
      return taken;
    },
  };
}

/** A file that makes the core fail is left out; all others are taken in. */
function tolerantUpdate(workspace: Workspace, changes: readonly WorkspaceChange[], log: Log): Workspace {
  try {
    return updateWorkspace(workspace, changes).workspace;
  } catch (error) {
    if (changes.length > 1) return changes.reduce<Workspace>((before, change) => tolerantUpdate(before, [change], log), workspace);
    const [change] = changes;
    const what = change && 'put' in change ? change.put.uri : 'a change of the workspace';
    log.error(`${what} cannot be taken in, which is a fault of KMS Handshake`, error);
    return change && 'put' in change ? tolerantUpdate(workspace, [{ remove: change.put.uri }], log) : workspace;
  }
}
