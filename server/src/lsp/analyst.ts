import { analyse, analysisSteps, stillToJudge, type Analysis, type HalfAnalysis, type Workspace } from '../core/index';
import type { Clock, Log } from '../host/host';

/** Works out the findings of a workspace that changes, in pieces between which others have their turn. */
export interface Analyst {
  /** Those of the last workspace that was worked through. */
  readonly latest: () => Analysis;
  /** Works on those of the workspace until that moment; false while there is more to do. An analysis of another workspace is dropped. */
  readonly work: (workspace: Workspace, until: number) => boolean;
  /** How much of the analysis under way is done, from 0 to 1; 1 when there is none. */
  readonly share: () => number;
}

interface Underway {
  readonly of: Workspace;
  readonly steps: ReturnType<typeof analysisSteps>;
  /** What the next one can take over when this one is dropped. */
  half: HalfAnalysis | undefined;
  /** What there is to judge, counted when its subjects are known, and how many of them were. */
  total: number | undefined;
  judged: number;
}

export function analyst(first: Workspace, clock: Clock, log: Log, onFindings: (changed: readonly string[]) => void): Analyst {
  let analysis = analyse(first);
  let analysed = first;
  let underway: Underway | undefined;

  const take = (next: Analysis): void => {
    analysis = next;
    onFindings(next.changedFiles);
    for (const failure of next.failures) log.error(`the rule ${failure.code} failed`, failure.error);
  };

  const work = (workspace: Workspace, until: number): boolean => {
    if (workspace === analysed) return true;
    if (underway?.of !== workspace) underway = { of: workspace, steps: analysisSteps(workspace, analysis, underway?.half), half: underway?.half, total: undefined, judged: 0 };
    try {
      for (;;) {
        const step = underway.steps.next();
        if (step.done === true) {
          take(step.value);
          break;
        }
        underway.half = step.value;
        underway.total ??= 1 + stillToJudge(step.value);
        underway.judged++;
        if (clock.now() >= until) return false;
      }
    } catch (error) {
      log.error('the findings cannot be worked out, which is a fault of KMS Handshake', error);
    }
    analysed = workspace;
    underway = undefined;
    return true;
  };

  return { latest: () => analysis, work, share: () => (underway === undefined ? 1 : underway.judged / (underway.total ?? Number.POSITIVE_INFINITY)) };
}
