import { analyse, analysisSteps, composeDeltas, NO_WORKSPACE_DELTA, type Analysis, type Workspace,
  type WorkspaceDelta } from '../core/index';
import type { Clock, Log } from '../host/host';

/** Works out the findings of a workspace that changes, in pieces between which the editor is answered. */
export interface AnalysisRunner {
  /** Those of the last workspace that was worked through. */
  readonly latest: () => Analysis;
  /** Has to be told of every change of the workspace, in their order. */
  readonly noteChange: (delta: WorkspaceDelta) => void;
  /** Works on those of the workspace until that moment; false while there is more to do. An analysis of another workspace is dropped. */
  readonly work: (workspace: Workspace, until: number) => boolean;
  /** How much of the analysis under way is done, from 0 to 1; 1 when there is none. */
  readonly share: () => number;
}

interface AnalysisUnderWay {
  readonly workspace: Workspace;
  readonly steps: ReturnType<typeof analysisSteps>;
  /** The subjects that it has to judge, known from its first step on, and those that are left. */
  total: number | undefined;
  left: number;
}

export function createAnalysisRunner(first: Workspace, clock: Clock, log: Log,
  onFindings: (changed: readonly string[]) => void): AnalysisRunner {
  let analysis = analyse(first);
  let analysed = first;
  /** All that changed since the latest analysis that came to its end. */
  let delta = NO_WORKSPACE_DELTA;
  let underWay: AnalysisUnderWay | undefined;

  const finish = (next: Analysis): void => {
    analysis = next;
    delta = NO_WORKSPACE_DELTA;
    onFindings(next.changedFiles);
    for (const failure of next.failures) log.error(`the rule ${failure.code} failed`, failure.error);
  };

  const work = (workspace: Workspace, until: number): boolean => {
    if (workspace === analysed) return true;
    if (underWay?.workspace !== workspace) {
      underWay = { workspace, steps: analysisSteps(workspace, { previous: analysis, delta }), total: undefined, left: 0 };
    }
    try {
      for (;;) {
        const step = underWay.steps.next();
        if (step.done === true) {
          finish(step.value);
          break;
        }
        underWay.left = step.value;
        underWay.total ??= step.value;
        if (clock.now() >= until) return false;
      }
    } catch (error) {
      log.error('the findings cannot be worked out, which is a fault of KMS Handshake', error);
    }
    analysed = workspace;
    underWay = undefined;
    return true;
  };

  return {
    latest: () => analysis,
    noteChange: (change) => {
      delta = composeDeltas(delta, change);
    },
    work,
    share: () => (underWay === undefined ? 1 : 1 - underWay.left / (underWay.total ?? 1)),
  };
}
