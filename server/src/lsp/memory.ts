import type { Diagnostic } from 'vscode-languageserver';
import type { Clock, Log, Store } from '../host/host';
import type { ClientCapabilities } from './client-capabilities';
import { inPieces } from './pieces';
import type { Settings } from './settings';

/** What was found in a file when it was last worked through. */
export interface Remembered {
  readonly uri: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Other files whose places are in it. */
  readonly mentions: readonly string[];
}

/**
 * The findings of the last time, kept by a digest of all that they follow from. Where none of it changed they can be shown before
 * everything is worked out again; that happens in any case, so that the worst a wrong memory does is to be put right a second later.
 */
export interface Memory {
  /** What was found in just these files; undefined when they were never worked through, or not with these settings by this build. */
  readonly recall: (texts: ReadonlyMap<string, string>) => Promise<readonly Remembered[] | undefined>;
  /** Keeps what was found, unless it is what was kept last. Never fails: what goes wrong is logged. */
  readonly keep: (texts: ReadonlyMap<string, string>, found: readonly Remembered[]) => Promise<void>;
}

interface MemoryParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly abilities: ClientCapabilities;
  readonly settings: () => Settings;
  readonly folders: () => readonly string[];
}

/** @param storage URI of the folder in which memories are kept, one for each set of workspace folders */
export function memory(storage: string, { store, clock, log, abilities: clientCapabilities, settings, folders }: MemoryParts): Memory {
  /** The digest of what was kept last. Not of what was recalled: what is worked out now goes before it. */
  let last: string | undefined;
  /** One at a time; whoever asks next waits for it, lest the server ends in the middle. */
  let keeping: Promise<void> = Promise.resolve();

  const place = (): string => {
    const digest = store.digest();
    digest.add(folders().join('\n'));
    return `${storage.replace(/\/$/, '')}/findings-${digest.end().slice(0, 16)}.json`;
  };

  /** All but the texts that findings follow from, at this moment. */
  const circumstances = (): string => {
    const { maxBytes, followLinks, files, exclude, ruleLevels } = settings();
    const { relatedInformation, codeDescription, diagnosticTags } = clientCapabilities;
    return JSON.stringify([store.build, folders(), maxBytes, followLinks, files, exclude, [...ruleLevels].sort(), relatedInformation, codeDescription, diagnosticTags]);
  };

  const digestOf = async (texts: ReadonlyMap<string, string>, under: string): Promise<string> => {
    const digest = store.digest();
    digest.add(under);
    await inPieces(clock, [...texts.keys()].sort(), (uri) => {
      const text = texts.get(uri) ?? '';
      digest.add(`\n${uri} ${text.length}\n`);
      digest.add(text);
    });
    return digest.end();
  };

  const write = async (to: string, under: string, texts: ReadonlyMap<string, string>, found: readonly Remembered[]): Promise<void> => {
    const digest = await digestOf(texts, under);
    if (digest === last) return;
    await store.write(to, `${digest}\n${JSON.stringify(found)}\n`);
    last = digest;
  };

  return {
    recall: async (texts) => {
      const under = circumstances();
      const [digest, rest] = cut(await store.read(place()) ?? '');
      return digest !== '' && digest === await digestOf(texts, under) ? parsed(rest) : undefined;
    },
    keep: (texts, found) => {
      // Of this moment: when it is written other settings may hold, or other folders be open.
      const [to, under] = [place(), circumstances()];
      keeping = keeping.then(() => write(to, under, texts, found)).catch((error: unknown) => {
        log.warn(`the findings cannot be kept for the next start: ${error instanceof Error ? error.message : String(error)}`);
      });
      return keeping;
    },
  };
}

/** The first line, and what follows it. */
function cut(text: string): readonly [string, string] {
  const end = text.indexOf('\n');
  return end < 0 ? ['', ''] : [text.slice(0, end), text.slice(end + 1)];
}

/** A file that somebody else wrote into is as good as none. */
function parsed(text: string): readonly Remembered[] | undefined {
  try {
    const values: unknown = JSON.parse(text);
    return Array.isArray(values) && values.every(isRemembered) ? values : undefined;
  } catch {
    return undefined;
  }
}

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, diagnostics, mentions } = value as Readonly<Record<string, unknown>>;
  return typeof uri === 'string' && Array.isArray(diagnostics) && Array.isArray(mentions);
}
