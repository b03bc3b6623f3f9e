import { FileChangeType, type FileEvent } from 'vscode-languageserver';
import { canonicalUri, isLargerThan, type Host, type OpenDocument } from '../host/host';
import { createWorkspaceFiles } from './workspace-files';
import type { AnalysisHost } from './analysis-host';
import type { Settings } from './settings';

/** Of a document without a file only its language tells what it may be. */
const UNTITLED_LANGUAGES: ReadonlySet<string> = new Set(['json', 'jsonc', 'yaml']);

/**
 * Keeps the analysis host in step with the disk and with the open documents, whose text takes precedence over the disk's. A document
 * without unsaved edits goes with its file, though: VS Code keeps documents open for minutes after their last editor was closed.
 */
export interface DocumentSync {
  readonly setFolders: (uris: readonly string[]) => void;
  /** Reads all folders again. Ends when everything is read, or when all callers have cancelled; `isCancelled` is that of this caller. */
  readonly rescanFolders: (isCancelled?: () => boolean) => Promise<void>;
  readonly didOpen: (document: OpenDocument) => void;
  readonly didChange: (document: OpenDocument) => void;
  readonly didSave: (document: OpenDocument) => void;
  readonly didClose: (document: OpenDocument) => void;
  readonly didChangeWatchedFiles: (events: readonly FileEvent[]) => void;
  /** Reads these files from the disk, except open ones, without waiting for an event of the editor. */
  readonly rereadFiles: (uris: readonly string[]) => Promise<void>;
  /** An open document that counts, and is not checked because it is larger than the files that are read. */
  readonly isTooLarge: (uri: string) => boolean;
  /** Ends when all folders were read once and every open document is known to the analysis host. */
  readonly whenSynchronized: () => Promise<void>;
  readonly stop: () => void;
}

interface DocumentSyncOptions {
  readonly host: Host;
  readonly analysisHost: AnalysisHost;
  readonly settings: () => Settings;
  /** Something changed that may change findings. */
  readonly onChange: () => void;
}

export function createDocumentSync({ host, analysisHost, settings, onChange }: DocumentSyncOptions): DocumentSync {
  /** Open documents that count. */
  const selected = new Set<string>();
  /** Those of them that are larger than the files that are read. */
  const tooLarge = new Set<string>();
  const opening = new Set<Promise<void>>();
  /** The text of each open document when it was opened or saved. */
  const savedTexts = new Map<string, string>();
  /** Open documents whose file was reported as deleted. */
  const reportedDeleted = new Set<string>();
  const enqueue = createSerialQueue((error) => host.log.error('the workspace cannot be read completely', error));
  const isOpen = (uri: string): boolean => selected.has(uri);
  const files = createWorkspaceFiles({ host, analysisHost, settings, isOpen, rescan: () => void rescanFolders() });

  /** Takes the text of an open document that counts, unless a file of that size would not be read. */
  const takeText = ({ uri, text }: OpenDocument): void => {
    const { maxBytes } = settings();
    const reason = host.files.reasonTooLarge(text, maxBytes, () => isLargerThan(analysisHost.texts().get(uri) ?? '', maxBytes));
    if (reason === undefined) {
      tooLarge.delete(uri);
      analysisHost.setText(uri, text);
      return;
    }
    if (!tooLarge.has(uri)) host.log.warn(`${uri} is not checked: ${reason}`);
    tooLarge.add(uri);
    analysisHost.removeFile(uri);
  };

  /** Decides whether an open document counts, and takes its text if it does. */
  const selectDocument = async ({ uri, languageId }: OpenDocument): Promise<void> => {
    const isSelected = uri.startsWith('file:')
      ? await host.files.isSelected(files.selection(), uri)
      : UNTITLED_LANGUAGES.has(languageId);
    const isFileMissing = reportedDeleted.has(uri) && await host.files.kindOf(uri) === undefined;
    const document = host.documents.get(uri);
    if (document === undefined) return; // closed meanwhile
    const isGone = isFileMissing && document.text === savedTexts.get(uri);
    if (!isGone) reportedDeleted.delete(uri);
    if (isSelected && !isGone) {
      selected.add(uri);
      takeText(document);
    } else {
      selected.delete(uri);
      tooLarge.delete(uri);
      analysisHost.removeFile(uri);
    }
    analysisHost.markChanged(uri);
    files.rescanIfExclusionsChanged(uri);
  };

  /** Not in the queue: the findings of an opened file must not wait until a large workspace is read. */
  const selectNow = (document: OpenDocument): void => {
    const selection = selectDocument(document)
      .then(onChange, (error: unknown) => host.log.error(`${document.uri} cannot be opened`, error))
      .finally(() => opening.delete(selection));
    opening.add(selection);
  };

  /** Decides again about the open documents whose files came or went; of a deleted folder editors may report no more than the folder. */
  const selectAfterFileEvents = async (events: readonly FileEvent[]): Promise<void> => {
    const changes = events.map(({ uri, type }) => ({ uri: canonicalUri(uri), isDeleted: type === FileChangeType.Deleted }));
    const deleted = changes.flatMap(({ uri, isDeleted }) => (isDeleted ? uri : []));
    const present = new Set(changes.flatMap(({ uri, isDeleted }) => (isDeleted ? [] : uri)));
    for (const document of [...host.documents.all()]) {
      const { uri } = document;
      const isDeleted = deleted.some((path) => uri === path || uri.startsWith(`${path}/`));
      if (isDeleted) reportedDeleted.add(uri);
      if (isDeleted || present.has(uri) && reportedDeleted.has(uri)) await selectDocument(document);
    }
  };

  const { rescanFolders, firstScan, stop } = createFolderScanner(enqueue, async (isStopped) => {
    await files.readFolders(isStopped);
    for (const document of [...host.documents.all()]) await selectDocument(document);
    if (!isStopped()) onChange();
  }, onChange);

  return {
    setFolders: files.setFolders,
    rescanFolders,
    didOpen: (document) => {
      savedTexts.set(document.uri, document.text);
      selectNow(document);
    },
    didChange: (document) => {
      const { uri } = document;
      if (reportedDeleted.has(uri)) selectNow(document);
      if (!selected.has(uri)) return;
      takeText(document);
      files.rescanIfExclusionsChanged(uri);
      onChange();
    },
    didSave: ({ uri, text }) => void savedTexts.set(uri, text),
    didClose: ({ uri }) => {
      selected.delete(uri);
      savedTexts.delete(uri);
      reportedDeleted.delete(uri);
      tooLarge.delete(uri);
      void enqueue(async () => {
        await files.restoreFromDisk(uri);
        analysisHost.markChanged(uri);
        files.rescanIfExclusionsChanged(uri);
        onChange();
      });
    },
    didChangeWatchedFiles: (events) => void enqueue(async () => {
      await selectAfterFileEvents(events);
      await files.handleFileEvents(events);
      onChange();
    }),
    rereadFiles: async (uris) => {
      // Not in the queue either. If a reading that began before ends after it, the editor reports the change between the two later.
      if (!await files.rereadFiles(uris)) return;
      for (const uri of uris) files.rescanIfExclusionsChanged(uri);
      onChange();
    },
    isTooLarge: (uri) => tooLarge.has(uri),
    whenSynchronized: async () => {
      await Promise.all([firstScan, ...opening]);
    },
    stop: () => {
      stop();
      files.stop();
    },
  };
}

type Enqueue = (step: () => Promise<void>) => Promise<void>;

/** Runs steps one after the other, so that an older answer of the disk never replaces a newer one. A failed step does not stop the next. */
function createSerialQueue(onFailure: (error: unknown) => void): Enqueue {
  let last = Promise.resolve();
  return (step) => (last = last.then(step).catch(onFailure));
}

interface FolderScanner {
  readonly rescanFolders: (isCancelled?: () => boolean) => Promise<void>;
  /** Ends with the first complete reading. */
  readonly firstScan: Promise<void>;
  readonly stop: () => void;
}

/** Readings of all folders: a later one replaces an earlier one, which then ends with it. It goes on until all callers have cancelled. */
function createFolderScanner(enqueue: Enqueue, read: (isStopped: () => boolean) => Promise<void>, onPart: () => void): FolderScanner {
  let waiting = 0;
  let stopped = false;
  let latest: Promise<void> | undefined;
  const cancellations = new Set<() => boolean>();
  let resolveFirstScan = (): void => undefined;
  const firstScan = new Promise<void>((resolve) => {
    resolveFirstScan = resolve;
  });
  const areAllCancelled = (): boolean => [...cancellations].every((isCancelled) => isCancelled());
  const rescanFolders = async (isCancelled = (): boolean => false): Promise<void> => {
    waiting++;
    cancellations.add(isCancelled);
    latest = enqueue(async () => {
      waiting--;
      await read(() => waiting > 0 || stopped || areAllCancelled());
      if (areAllCancelled()) onPart(); // what was read until then counts
    });
    for (let awaited; awaited !== latest; ) {
      awaited = latest;
      await awaited;
    }
    cancellations.delete(isCancelled);
    if (!isCancelled()) resolveFirstScan();
  };
  const stop = (): void => {
    stopped = true;
  };
  return { rescanFolders, firstScan, stop };
}
