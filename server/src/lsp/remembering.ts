import type { Clock, Log } from '../host/host';
import { logFailure } from './log-failure';
import type { AnalysisHost } from './analysis-host';
import type { Memory } from './memory';
import type { DiagnosticPublisher } from './diagnostic-publisher';
import { createDebouncer, RESTING } from './debouncer';
import type { Settings } from './settings';

/** Keeps the findings of all files for the next start, and shows those of the last one. */
export interface Remembering {
  /** Shows what was found last time in the same files, while everything is worked out again. */
  readonly show: (texts: ReadonlyMap<string, string>) => Promise<void>;
  /** Something was found: it is kept when the person pauses. */
  readonly keepSoon: () => void;
  /** Keeps what there is to keep at once. Never fails. */
  readonly stop: () => Promise<void>;
}

interface RememberingParts {
  readonly memory: Memory;
  readonly knowledge: AnalysisHost;
  readonly publisher: DiagnosticPublisher;
  readonly clock: Clock;
  readonly log: Log;
  readonly scope: () => Settings['scope'];
  /** All folders were read: before that what is found is not all there is. */
  readonly complete: () => boolean;
}

export function remembering({ memory, knowledge: analysisHost, publisher: diagnosticPublisher, clock, log, scope, complete }: RememberingParts): Remembering {
  const keep = (): Promise<void> => logFailure(log, 'keeping the findings', async () => {
    if (!complete() || scope() === 'openFiles') return;
    await analysisHost.finishAnalysis();
    await memory.keep(analysisHost.texts(), diagnosticPublisher.found());
  });
  const keeping = createDebouncer(clock, RESTING, () => void keep());
  return {
    show: async (texts) => {
      const remembered = scope() === 'workspace' ? await memory.recall(new Map([...texts, ...analysisHost.texts()])) : undefined;
      if (remembered === undefined) return;
      await diagnosticPublisher.recall(remembered);
      log.info(`the findings of the last time are shown: all ${texts.size} files are as they were`);
    },
    keepSoon: keeping.schedule,
    stop: () => {
      keeping.stop();
      return keep();
    },
  };
}
