import type { Connection } from 'vscode-languageserver';
import { canonicalUri, type Host } from '../host/contract';
import type { Abilities } from './abilities';
import type { ConvertContext } from './convert';
import { intake, type Intake } from './intake';
import { knowledge, type Knowledge } from './knowledge';
import { memory } from './memory';
import type { Notifications } from './protocol/requests';
import { publisher } from './publisher';
import { pulse, RESTING, TYPING, VIEWING } from './pulse';
import { refreshHints } from './refresh';
import { DEFAULT_SETTINGS, hintsTheSame, levelsTheSame, readSettings, readsTheSame, type Settings } from './settings';

/** What one editor and this server have in common, from `initialize` to `shutdown`. */
export interface Session {
  readonly connection: Connection;
  readonly host: Host;
  readonly abilities: Abilities;
  readonly knowledge: Knowledge;
  readonly intake: Intake;
  readonly context: ConvertContext;
  readonly settings: () => Settings;
  /** Folders of the workspace, in the editor's spelling. */
  readonly folders: () => readonly string[];
  readonly setSettings: (settings: Settings) => void;
  /** Asks the editor for its settings, or takes those that it sent, and does what follows. */
  readonly refreshSettings: (sent?: unknown) => Promise<void>;
  /**
   * Reads all folders anew and publishes what is found, of closed files too whatever `scope` says, until other settings come.
   * `between` is told what is being done and how much of it is, from 0 to 1, and ends it early with `false`; then the result is `false`.
   */
  readonly checkAll: (between: (step: CheckStep, share: number) => boolean) => Promise<boolean>;
  readonly changeFolders: (added: readonly string[], removed: readonly string[]) => void;
  /** Reads all folders and publishes what is found. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface SessionOptions {
  /** In the editor's spelling. */
  readonly folders: readonly string[];
  /** URI of the folder for what is kept from one start to the next; undefined where nothing is to be kept. */
  readonly storage: string | undefined;
}

/** What a check of everything is at. */
export type CheckStep = 'reading' | 'judging';

export function session(connection: Connection, host: Host, abilities: Abilities, { folders: initialFolders, storage }: SessionOptions): Session {
  let settings: Settings = DEFAULT_SETTINGS;
  let folders = initialFolders;
  let begun = false;
  let started = false;
  let showsClosed = false;
  const known = knowledge(host.log, host.clock);
  const context: ConvertContext = {
    abilities,
    linesOf: known.linesOf,
    versionOf: (uri) => host.documents.get(uri)?.version,
    editorUri: (uri) => host.documents.get(uri)?.editorUri ?? uri,
  };
  const changes = pulse(host.clock, VIEWING, () => {
    const nothing: Notifications['kmsHandshake/changed'] = {};
    void connection.sendNotification('kmsHandshake/changed', nothing).catch((error: unknown) => host.log.error('a change cannot be told', error));
  });
  const hints = pulse(host.clock, VIEWING, () => refreshHints(connection, abilities, (error) => host.log.error('the editor cannot be asked to look again', error)));
  const { publish, recall, found } = publisher({
    knowledge: known, documents: host.documents, context, settings: () => ({ scope: showsClosed ? 'workspace' : settings.scope }),
    send: (params) => connection.sendDiagnostics(params).catch((error: unknown) => host.log.error('findings cannot be sent', error)),
    changed: () => {
      if (abilities.wantsChanges) changes.poke();
      hints.poke();
    },
  });
  const publishSafely = (all = false): void => {
    try {
      publish(all);
    } catch (error) {
      host.log.error('the findings cannot be shown', error);
    }
  };
  const remembering = storage === undefined ? undefined : memory(storage, { ...host, abilities, settings: () => settings, folders: () => folders });
  const keep = async (): Promise<void> => {
    if (!started || settings.scope === 'openFiles') return;
    await known.settle();
    await remembering?.keep(known.texts(), found());
  };
  const keeping = pulse(host.clock, RESTING, () => void keep());
  const publishSettled = async (): Promise<void> => {
    await known.settle();
    publishSafely();
    if (remembering) keeping.poke();
  };
  /** Shows what was found last time in the same files, while everything is worked out again. */
  const showRemembered = async (texts: ReadonlyMap<string, string>): Promise<void> => {
    const remembered = settings.scope === 'workspace' ? await remembering?.recall(new Map([...texts, ...known.texts()])) : undefined;
    if (remembered === undefined) return;
    await recall(remembered);
    host.log.info(`the findings of the last time are shown: all ${texts.size} files are as they were`);
  };
  const typing = pulse(host.clock, TYPING, () => void publishSettled());
  // Before all folders are read half of what there is to say would be wrong.
  const intaken = intake({
    host, knowledge: known, settings: () => settings,
    onChange: () => { if (started) typing.poke(); },
    ahead: () => (remembering && !started ? showRemembered : undefined),
  });

  const readAll = async (): Promise<void> => {
    intaken.setFolders(folders);
    await intaken.readAll();
  };

  const useSettings = (next: Settings): void => {
    if (!levelsTheSame(settings, next)) known.setLevels(next.rules);
    if (begun && !hintsTheSame(settings, next)) hints.poke();
    if (next.scope !== settings.scope) showsClosed = false;
    settings = next;
  };

  const refreshSettings = async (sent?: unknown): Promise<void> => {
    const section: unknown = abilities.configuration ? await connection.workspace.getConfiguration('kmsHandshake') : sectionOf(sent);
    if (section === undefined || section === null) return;
    const before = settings;
    useSettings(readSettings(section, host.log.warn));
    if (begun && !readsTheSame(before, settings)) await readAll();
    if (started) publishSafely(true);
  };

  return {
    connection, host, abilities, knowledge: known, intake: intaken, context,
    settings: () => settings,
    folders: () => folders,
    setSettings: useSettings,
    refreshSettings,
    checkAll: async (between) => {
      let wanted = between('reading', 0);
      await intaken.readAll(() => {
        wanted &&= between('reading', 0);
        return !wanted;
      });
      if (wanted) await known.settle((share) => (wanted = between('judging', share)));
      if (!wanted) return false;
      showsClosed = true;
      publishSafely(true);
      return true;
    },
    changeFolders: (added, removed) => {
      const left = new Set(removed.map(canonicalUri));
      folders = [...folders.filter((uri) => !left.has(canonicalUri(uri))), ...added];
      if (begun) void readAll();
    },
    start: async () => {
      begun = true;
      await readAll();
      started = true;
      await known.settle();
      publishSafely(true); // of files that were remembered, too
      if (remembering) keeping.poke();
    },
    stop: async () => {
      typing.stop();
      keeping.stop();
      changes.stop();
      hints.stop();
      intaken.stop();
      await keep();
    },
  };
}

/** `settings` of `workspace/didChangeConfiguration`: all of the editor's, or only ours. */
function sectionOf(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null) return undefined;
  return 'kmsHandshake' in sent ? sent.kmsHandshake : undefined;
}
