import {
  emptyWorkspace, isExcluded, lineIndex, mayBeRelevantFile, readAhead, updateWorkspace, RULES,
  type Analysis, type Folder, type LineIndex, type RuleLevels, type SourceFile, type Workspace, type WorkspaceChange,
} from '../core/index';
import type { Clock, Log } from '../host/host';
import { createAnalysisRunner } from './analysis-runner';

/** No piece of work keeps the editor waiting for much longer. */
export const PIECE_DURATION_MS = 8;

/** The files as the server knows them, and their findings. The only place where these change. */
export interface AnalysisHost {
  readonly setFolders: (uris: readonly string[]) => void;
  /** The levels of rules in the editor's settings. */
  readonly setRuleLevels: (levels: RuleLevels) => void;
  readonly setText: (uri: string, text: string) => void;
  /** The same for one of many files: parses the text now, so that the work does not pile up until all are there. */
  readonly loadText: (uri: string, text: string) => void;
  readonly removeFile: (uri: string) => void;
  /** The file was opened or closed: its diagnostics may differ although its text does not. */
  readonly markChanged: (uri: string) => void;
  /** The workspace with all changes up to now. */
  readonly workspace: () => Workspace;
  /** Its findings, computed once. */
  readonly analysis: () => Analysis;
  /** The findings that were computed last, perhaps of an older workspace. */
  readonly latestAnalysis: () => Analysis;
  /**
   * Computes the findings in pieces, between which other requests are answered, and includes changes of that time. `between` is called
   * after each piece with how much is done, from 0 to 1, and ends the work early by `false`.
   */
  readonly finishAnalysis: (between?: (share: number) => boolean) => Promise<void>;
  /** Whether a `kms-handshake.json` excludes the file or folder. */
  readonly isExcluded: (uri: string) => boolean;
  /** Differs when other files may be excluded. */
  readonly exclusionsKey: () => string;
  /** The texts of all files by URI; empty for a text without policies. */
  readonly texts: () => ReadonlyMap<string, string>;
  /** Lines of the text that the workspace has of the file; undefined when it has none. */
  readonly lineIndexOf: (uri: string) => LineIndex | undefined;
  /** Files whose findings changed, and files that changed themselves, since the last call. */
  readonly takeChanges: () => ChangedFiles;
}

export interface ChangedFiles {
  readonly urisWithChangedFindings: ReadonlySet<string>;
  readonly urisWithChangedTexts: ReadonlySet<string>;
}

export function createAnalysisHost(log: Log, clock: Clock): AnalysisHost {
  let workspace = emptyWorkspace({ ruleCodes: RULES.map(({ code }) => code) });
  /** Not in the workspace yet: the changes of a burst are applied together. */
  let folders: readonly Folder[] | undefined;
  let waiting = new Map<string, WorkspaceChange>();
  let findings = new Set<string>();
  let texts = new Set<string>();
  const lines = new WeakMap<SourceFile, LineIndex>();

  const { work, latest, share, noteChange } = createAnalysisRunner(workspace, clock, log, (changed) => {
    for (const uri of changed) findings.add(uri);
  });

  const sourceOf = (uri: string): SourceFile | undefined => {
    const change = waiting.get(uri);
    if (change === undefined) return workspace.files.get(uri)?.source;
    return 'put' in change ? change.put : undefined;
  };

  /** A file that makes the core fail is left out; all others are applied. */
  const update = (before: Workspace, changes: readonly WorkspaceChange[]): void => {
    try {
      const next = updateWorkspace(before, changes);
      workspace = next.workspace;
      noteChange(next.delta);
    } catch (error) {
      if (changes.length > 1) {
        for (const change of changes) update(workspace, [change]);
        return;
      }
      const [change] = changes;
      log.error(`${change && 'put' in change ? change.put.uri : 'a change of the workspace'} cannot be taken in, which is a fault of `
        + 'KMS Handshake', error);
      if (change && 'put' in change) update(workspace, [{ remove: change.put.uri }]);
    }
  };

  const current = (): Workspace => {
    if (folders === undefined && waiting.size === 0) return workspace;
    const changes = folders === undefined ? [...waiting.values()] : [{ folders }, ...waiting.values()];
    folders = undefined;
    waiting = new Map();
    update(workspace, changes);
    return workspace;
  };

  const analysis = (): Analysis => {
    work(current(), Number.POSITIVE_INFINITY);
    return latest();
  };

  const put = (uri: string, newText: string, read: (source: SourceFile) => WorkspaceChange): void => {
    const text = relevantText(uri, newText);
    if (sourceOf(uri)?.text === text) return;
    waiting.set(uri, read({ uri, text }));
    texts.add(uri);
  };

  return {
    setFolders: (uris) => {
      folders = uris.map((uri) => ({ uri }));
    },
    setRuleLevels: (levels) => {
      update(current(), [{ levels }]);
    },
    setText: (uri, text) => put(uri, text, (source) => ({ put: source })),
    loadText: (uri, text) => put(uri, text, (source) => readOrDefer(workspace, source)),
    removeFile: (uri) => {
      if (sourceOf(uri) === undefined) return;
      waiting.set(uri, { remove: uri });
      texts.add(uri);
    },
    markChanged: (uri) => void texts.add(uri),
    workspace: current,
    analysis,
    latestAnalysis: latest,
    finishAnalysis: async (between) => {
      while (!work(current(), clock.now() + PIECE_DURATION_MS)) {
        if (between?.(share()) === false) return;
        await clock.yieldToEventLoop();
      }
    },
    isExcluded: (uri) => isExcluded(current(), uri),
    exclusionsKey: () =>
      JSON.stringify(current().world.manifests.map(({ folder, exclude }) => [folder, exclude.map(({ value }) => value)])),
    texts: () => {
      const textByUri = new Map(Array.from(workspace.files.values(), ({ source }) => [source.uri, source.text]));
      for (const [uri, change] of waiting) {
        if ('put' in change) textByUri.set(uri, change.put.text);
        else textByUri.delete(uri);
      }
      return textByUri;
    },
    lineIndexOf: (uri) => {
      const source = current().files.get(uri)?.source;
      if (source === undefined) return undefined;
      const index = lines.get(source) ?? lineIndex(source.text);
      lines.set(source, index);
      return index;
    },
    takeChanges: () => {
      analysis();
      const changedFiles = { urisWithChangedFindings: findings, urisWithChangedTexts: texts };
      findings = new Set();
      texts = new Set();
      return changedFiles;
    },
  };
}

/** Of a file that cannot hold a policy only its existence matters. */
export function relevantText(uri: string, text: string): string {
  return mayBeRelevantFile(uri, text) ? text : '';
}

/** What makes the core fail here makes it fail again when the change is applied. */
function readOrDefer(workspace: Workspace, source: SourceFile): WorkspaceChange {
  try {
    return { put: source, read: readAhead(workspace, source) };
  } catch {
    return { put: source };
  }
}
