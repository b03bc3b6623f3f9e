import { FileChangeType, type FileEvent } from 'vscode-languageserver';
import { canonicalUri, MANIFEST_NAME, type FileContent, type Host, type OpenDocument, type Selection } from '../host/contract';
import type { Knowledge } from './knowledge';
import { pulse, type Rhythm } from './pulse';
import type { Settings } from './settings';

/** Keeps the knowledge in step with the disk and with the open documents, whose text goes before the disk's. */
export interface Intake {
  readonly setFolders: (uris: readonly string[]) => void;
  /** Looks through all folders anew: at the start, for other settings. Ends when everything is read. */
  readonly readAll: () => Promise<void>;
  readonly opened: (document: OpenDocument) => void;
  readonly changed: (document: OpenDocument) => void;
  readonly closed: (document: OpenDocument) => void;
  readonly onDisk: (events: readonly FileEvent[]) => void;
  /** Ends when all folders were read once and every open document is taken in. */
  readonly settled: () => Promise<void>;
  readonly stop: () => void;
}

interface IntakeParts {
  readonly host: Host;
  readonly knowledge: Knowledge;
  readonly settings: () => Settings;
  /** Something changed that may change findings. */
  readonly onChange: () => void;
}

/** Many files come and go at once when a branch is checked out or packages are installed. */
const BURSTS: Rhythm = { burst: 1000, pause: 100, longest: 1000 };

export function intake({ host, knowledge, settings, onChange }: IntakeParts): Intake {
  let folders: readonly string[] = [];
  /** Files of the disk that may hold policies. */
  let listed: ReadonlySet<string> = new Set();
  /** Open documents that count. */
  const taken = new Set<string>();
  /** What `kms-handshake.json` leaves out, when the folders were last looked through. */
  let excluded = '';
  const logged = new Map<string, string>();
  let queue: Promise<void> = Promise.resolve();
  const opening = new Set<Promise<void>>();
  let again = false;
  let stopped = false;
  let wasRead = (): void => undefined;
  const readOnce = new Promise<void>((resolve) => {
    wasRead = resolve;
  });
  let latest: Promise<void> | undefined;

  /** One after the other, so that an answer of the disk never overtakes a later one. */
  const enqueue = (step: () => Promise<void>): Promise<void> => {
    queue = queue.then(step).catch((error: unknown) => {
      host.log.error('the workspace cannot be read completely', error);
    });
    return queue;
  };

  const selection = (): Selection => ({
    files: settings().files,
    folders: folders.map((uri) => ({ uri, exclude: settings().exclude })),
    leavesOut: knowledge.excludes,
  });

  const manifests = (): string[] => folders.map((uri) => `${uri.replace(/\/$/, '')}/${MANIFEST_NAME}`);

  const takeContent = (uri: string, content: FileContent): void => {
    if (taken.has(uri)) return; // opened meanwhile: the editor's text counts
    if (content.kind === 'text') knowledge.put(uri, content.text);
    else knowledge.remove(uri);
    if (content.kind === 'left-out') noteLeftOut(uri, content.why);
    else logged.delete(uri);
  };

  const noteLeftOut = (uri: string, why: string): void => {
    if (logged.get(uri) === why) return;
    logged.set(uri, why);
    host.log.warn(`${uri} is left out: ${why}`);
  };

  const reread = (uris: readonly string[], stop?: () => boolean): Promise<void> =>
    host.files.readMany(uris.filter((uri) => !taken.has(uri)), settings().maxBytes, takeContent, stop);

  const readFolders = async (): Promise<void> => {
    again = false;
    const stop = (): boolean => again || stopped;
    const from = host.clock.now();
    knowledge.setFolders(folders);
    await reread(manifests());
    excluded = knowledge.exclusions();
    const files = await host.files.list(selection(), stop);
    if (stop()) return;
    const before = listed;
    listed = new Set(files);
    for (const uri of before) if (!listed.has(uri) && !taken.has(uri)) knowledge.remove(uri);
    await reread(files, stop);
    for (const document of [...host.documents.all()]) await judge(document);
    if (stop()) return;
    host.log.info(`${listed.size} files in ${folders.length} folders read in ${Math.round(host.clock.now() - from)} ms`);
    onChange();
  };

  const readAll = (): Promise<void> => {
    again = true;
    latest = enqueue(readFolders);
    return allRead().then(wasRead);
  };
  /** A reading that was cut short by a later one is done when that one is. */
  const allRead = async (): Promise<void> => {
    for (let waited; waited !== latest; ) {
      waited = latest;
      await waited;
    }
  };
  const readAllSoon = pulse(host.clock, BURSTS, () => void readAll());

  /** Decides whether an open document counts, and takes its text if it does. */
  const judge = async (document: OpenDocument): Promise<void> => {
    const counts = await countsOpen(document);
    const now = host.documents.get(document.uri);
    if (now === undefined) return; // closed meanwhile
    if (counts) {
      taken.add(now.uri);
      knowledge.put(now.uri, now.text);
    } else {
      taken.delete(now.uri);
      knowledge.remove(now.uri);
    }
  };

  const countsOpen = async ({ uri, languageId }: OpenDocument): Promise<boolean> => {
    if (!uri.startsWith('file:')) return languageId === 'json' || languageId === 'jsonc';
    return await host.files.selects(selection(), uri);
  };

  const afterManifest = (uri: string): void => {
    if (uri.endsWith(`/${MANIFEST_NAME}`) && knowledge.exclusions() !== excluded) readAllSoon.poke();
  };

  const forget = (uri: string): void => {
    const below = `${uri}/`;
    const gone = [...listed].filter((file) => file === uri || file.startsWith(below));
    if (gone.length === 0) return;
    const left = new Set(listed);
    for (const file of gone) {
      left.delete(file);
      logged.delete(file);
      if (!taken.has(file)) knowledge.remove(file);
    }
    listed = left;
    afterManifest(uri);
  };

  const onDisk = async (events: readonly FileEvent[]): Promise<void> => {
    const found = new Set<string>();
    for (const { uri: given, type } of events) {
      const uri = canonicalUri(given);
      if (uri.endsWith('/.gitignore')) readAllSoon.poke();
      else if (type === FileChangeType.Deleted) {
        found.delete(uri);
        forget(uri);
      } else if (await host.files.selects(selection(), uri)) found.add(uri);
      // The files of a folder that was moved here are not all told of one by one.
      else if (type === FileChangeType.Created && await host.files.kindOf(uri) === 'folder') readAllSoon.poke();
    }
    listed = new Set([...listed, ...found]);
    await reread([...found]);
    for (const uri of found) afterManifest(uri);
    onChange();
  };

  return {
    setFolders: (uris) => {
      folders = uris.map(canonicalUri);
    },
    readAll,
    opened: (document) => {
      // Not in the queue: nobody waits for a file to show its findings until a large workspace is read again.
      const done = judge(document).then(() => {
        knowledge.touch(document.uri);
        afterManifest(document.uri);
        onChange();
      }).catch((error: unknown) => {
        host.log.error(`${document.uri} cannot be opened`, error);
      }).finally(() => opening.delete(done));
      opening.add(done);
    },
    changed: (document) => {
      if (!taken.has(document.uri)) return;
      knowledge.put(document.uri, document.text);
      afterManifest(document.uri);
      onChange();
    },
    closed: (document) => {
      taken.delete(document.uri);
      void enqueue(async () => {
        if (listed.has(document.uri)) await reread([document.uri]);
        else if (!taken.has(document.uri)) knowledge.remove(document.uri);
        knowledge.touch(document.uri);
        afterManifest(document.uri);
        onChange();
      });
    },
    onDisk: (events) => void enqueue(() => onDisk(events)),
    settled: async () => {
      await Promise.all([readOnce, ...opening]);
    },
    stop: () => {
      stopped = true;
      readAllSoon.stop();
    },
  };
}
