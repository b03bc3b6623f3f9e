import type { FileEvent } from 'vscode-languageserver';
import { isLargerThan, type Host, type OpenDocument } from '../host/host';
import { createWorkspaceFiles } from './workspace-files';
import type { AnalysisHost } from './analysis-host';
import type { Settings } from './settings';

/** Keeps the knowledge in step with the disk and with the open documents, whose text goes before the disk's. */
export interface DocumentSync {
  readonly setFolders: (uris: readonly string[]) => void;
  /**
   * Looks through all folders anew: at the start, for other settings. Ends when everything is read, or nobody wants it any more;
   * `unwanted` speaks for this asker alone.
   */
  readonly rescanFolders: (unwanted?: () => boolean) => Promise<void>;
  readonly didOpen: (document: OpenDocument) => void;
  readonly didChange: (document: OpenDocument) => void;
  readonly didClose: (document: OpenDocument) => void;
  readonly didChangeWatchedFiles: (events: readonly FileEvent[]) => void;
  /** Takes in what the disk has of these files at this moment, those that are open aside, without waiting to be told of a change. */
  readonly rereadFiles: (uris: readonly string[]) => Promise<void>;
  /** An open document that counts, and is not judged since it is larger than the files that are read. */
  readonly isTooLarge: (uri: string) => boolean;
  /** Ends when all folders were read once and every open document is taken in. */
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
  const taken = new Set<string>();
  /** Those of them that are larger than the files that are read. */
  const tooLarge = new Set<string>();
  const opening = new Set<Promise<void>>();
  const enqueue = createSerialQueue((error) => host.log.error('the workspace cannot be read completely', error));
  const files = createWorkspaceFiles({ host, analysisHost, settings, isOpen: (uri) => taken.has(uri), rescan: () => void rescanFolders() });

  /** Takes the text of an open document that counts, unless a file of that size would not be read. */
  const take = ({ uri, text }: OpenDocument): void => {
    const { maxBytes } = settings();
    const why = host.files.reasonTooLarge(text, maxBytes, () => isLargerThan(analysisHost.texts().get(uri) ?? '', maxBytes));
    if (why === undefined) {
      tooLarge.delete(uri);
      analysisHost.setText(uri, text);
      return;
    }
    if (!tooLarge.has(uri)) host.log.warn(`${uri} is not checked: ${why}`);
    tooLarge.add(uri);
    analysisHost.removeFile(uri);
  };

  /** Decides whether an open document counts, and takes its text if it does. */
  const judge = async ({ uri, languageId }: OpenDocument): Promise<void> => {
    const counts = uri.startsWith('file:')
      ? await host.files.isSelected(files.selection(), uri)
      : languageId === 'json' || languageId === 'jsonc';
    const document = host.documents.get(uri);
    if (document === undefined) return; // closed meanwhile
    if (counts) {
      taken.add(uri);
      take(document);
    } else {
      taken.delete(uri);
      tooLarge.delete(uri);
      analysisHost.removeFile(uri);
    }
    analysisHost.markChanged(uri);
    files.rescanIfExclusionsChanged(uri);
  };

  const { rescanFolders, firstScan, stop } = createFolderScanner(enqueue, async (cutShort) => {
    await files.readFolders(cutShort);
    for (const document of [...host.documents.all()]) await judge(document);
    if (!cutShort()) onChange();
  }, onChange);

  return {
    setFolders: files.setFolders,
    rescanFolders,
    didOpen: (document) => {
      // Not in the queue: nobody waits for a file to show its findings until a large workspace is read again.
      const done = judge(document)
        .then(onChange, (error: unknown) => host.log.error(`${document.uri} cannot be opened`, error))
        .finally(() => opening.delete(done));
      opening.add(done);
    },
    didChange: (document) => {
      const { uri } = document;
      if (!taken.has(uri)) return;
      take(document);
      files.rescanIfExclusionsChanged(uri);
      onChange();
    },
    didClose: ({ uri }) => {
      taken.delete(uri);
      tooLarge.delete(uri);
      void enqueue(async () => {
        await files.restoreFromDisk(uri);
        analysisHost.markChanged(uri);
        files.rescanIfExclusionsChanged(uri);
        onChange();
      });
    },
    didChangeWatchedFiles: (events) => void enqueue(() => files.handleFileEvents(events).then(onChange)),
    rereadFiles: async (uris) => {
      // Not in the queue either. Should a reading that began before it end after it, then the change that made them differ is told of yet.
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

/**
 * One step after the other, so that an answer of the disk never overtakes a later one. A step that fails does not keep the next from
 * running.
 */
function createSerialQueue(failed: (error: unknown) => void): Enqueue {
  let last = Promise.resolve();
  return (step) => {
    last = last.then(step).catch(failed);
    return last;
  };
}

interface FolderScanner {
  readonly rescanFolders: (unwanted?: () => boolean) => Promise<void>;
  /** Ends with the first complete reading. */
  readonly firstScan: Promise<void>;
  readonly stop: () => void;
}

/**
 * Readings of everything: a later one cuts an earlier one short, which is then done when the later one is. It goes on while anybody who
 * waits for it wants it.
 */
function createFolderScanner(enqueue: Enqueue, read: (cutShort: () => boolean) => Promise<void>, onPart: () => void): FolderScanner {
  let waiting = 0;
  let stopped = false;
  let latest: Promise<void> | undefined;
  const askers = new Set<() => boolean>();
  let wasRead = (): void => undefined;
  const readOnce = new Promise<void>((resolve) => {
    wasRead = resolve;
  });
  const nobodyWants = (): boolean => {
    for (const unwanted of askers) if (!unwanted()) return false;
    return true;
  };
  const allRead = async (): Promise<void> => {
    for (let waited; waited !== latest; ) {
      waited = latest;
      await waited;
    }
  };
  const readAll = async (unwanted = (): boolean => false): Promise<void> => {
    waiting++;
    askers.add(unwanted);
    latest = enqueue(async () => {
      waiting--;
      await read(() => waiting > 0 || stopped || nobodyWants());
      if (nobodyWants()) onPart(); // what was read of it counts
    });
    await allRead();
    askers.delete(unwanted);
    if (!unwanted()) wasRead();
  };
  const stop = (): void => {
    stopped = true;
  };
  return { rescanFolders: readAll, firstScan: readOnce, stop };
}
