import {
  emptyWorkspace, isExcluded, lineIndex, mayBeRelevantFile, readAhead, updateWorkspace, RULES,
  type Analysis, type Folder, type LineIndex, type RuleLevels, type SourceFile, type Workspace, type WorkspaceChange,
} from '../core/index';
import type { Clock, Log } from '../host/host';
import { createAnalysisRunner } from './analysis-runner';

/** No piece of work keeps the editor waiting for much longer. */
export const PIECE_DURATION_MS = 8;

/** All that the server knows of the files, and what follows from it. The one place where that changes. */
export interface AnalysisHost {
  readonly setFolders: (uris: readonly string[]) => void;
  /** The levels of rules in the editor's settings. */
  readonly setRuleLevels: (levels: RuleLevels) => void;
  readonly setText: (uri: string, text: string) => void;
  /** The same for one of many files: does its share of the work at once, lest it all piles up until they are there. */
  readonly loadText: (uri: string, text: string) => void;
  readonly removeFile: (uri: string) => void;
  /** The file was opened or closed: what is to be shown of it may differ although its text does not. */
  readonly markChanged: (uri: string) => void;
  /** The workspace with everything that was put into it. */
  readonly workspace: () => Workspace;
  /** Its findings. What is asked for twice is worked out once. */
  readonly analysis: () => Analysis;
  /** Those that were worked out last, which may be of an earlier moment. */
  readonly latestAnalysis: () => Analysis;
  /**
   * Works the findings out in pieces, between which others have their turn; what is put meanwhile is taken in. `between` is told
   * after each piece how much is done, from 0 to 1, and ends the work early with `false`.
   */
  readonly finishAnalysis: (between?: (share: number) => boolean) => Promise<void>;
  /** Whether a `kms-handshake.json` leaves the file or folder out. */
  readonly isExcluded: (uri: string) => boolean;
  /** Two texts of it differ when the files that are left out may. */
  readonly exclusionsKey: () => string;
  /** The texts of all files that were put, by URI, as far as they count. */
  readonly texts: () => ReadonlyMap<string, string>;
  /** Lines of the text that the workspace has of the file; undefined when it has none. */
  readonly lineIndexOf: (uri: string) => LineIndex | undefined;
  /** Files whose findings changed, and files that changed themselves, since this was last asked. */
  readonly takeChanges: () => ChangedFiles;
}

export interface ChangedFiles {
  readonly urisWithChangedFindings: ReadonlySet<string>;
  readonly urisWithChangedTexts: ReadonlySet<string>;
}

export function createAnalysisHost(log: Log, clock: Clock): AnalysisHost {
  let workspace = emptyWorkspace({ ruleCodes: RULES.map(({ code }) => code) });
  /** Not in the workspace yet: what comes in one burst is taken in at once. */
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

  /** A file that makes the core fail is left out; all others are taken in. */
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

  const put = (uri: string, given: string, read: (source: SourceFile) => WorkspaceChange): void => {
    const text = relevantText(uri, given);
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
      const known = new Map(Array.from(workspace.files.values(), ({ source }) => [source.uri, source.text]));
      for (const [uri, change] of waiting) {
        if ('put' in change) known.set(uri, change.put.text);
        else known.delete(uri);
      }
      return known;
    },
    lineIndexOf: (uri) => {
      const source = current().files.get(uri)?.source;
      if (source === undefined) return undefined;
      const known = lines.get(source) ?? lineIndex(source.text);
      lines.set(source, known);
      return known;
    },
    takeChanges: () => {
      analysis();
      const taken = { urisWithChangedFindings: findings, urisWithChangedTexts: texts };
      findings = new Set();
      texts = new Set();
      return taken;
    },
  };
}

/** Most JSON files hold no policy: that they are there is all there is to know of them. */
export function relevantText(uri: string, text: string): string {
  return mayBeRelevantFile(uri, text) ? text : '';
}

/** What makes the core fail here does so again when it is taken in. */
function readOrDefer(workspace: Workspace, source: SourceFile): WorkspaceChange {
  try {
    return { put: source, read: readAhead(workspace, source) };
  } catch {
    return { put: source };
  }
}
