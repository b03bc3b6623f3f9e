/* eslint-disable @typescript-eslint/no-require-imports -- what is counted is loaded after counting began */
// A program of its own, since V8 counts passes of blocks only in code that is loaded after counting began. Prints the steps by shape and
// count.
import { Session, type Profiler } from 'node:inspector';
import type * as WorkspaceSupport from '../../support/workspace-from-texts';
import type * as Shapes from './shapes';

const COUNTS = [200, 400, 800];

const session = new Session();
session.connect();
post('Profiler.enable');
post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** A session of the process's own inspector answers before `post` returns. */
function post(method: string, params: object = {}): unknown {
  let answer: unknown;
  session.post(method, params, (error, result) => {
    if (error) throw error;
    answer = result;
  });
  return answer;
}

/**
 * The steps of the core since they were last asked for: calls of functions and passes of their blocks. Other than time, they are the same
 * on every machine.
 */
function stepsTaken(): number {
  const { result } = post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
  return result.filter(({ url }) => url.includes('/server/src/core/'))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
    .reduce((sum, count) => sum + count, 0);
}

function main(): void {
  const { analysisOfWorkspaceTexts: analysisOf } = require('../../support/workspace-from-texts') as typeof WorkspaceSupport;
  const { filesOf, SHAPES } = require('./shapes') as typeof Shapes;
  // What is done once, the first time.
  for (const shape of Object.values(SHAPES)) analysisOf(filesOf(shape, 20));
  const steps = Object.entries(SHAPES).map(([name, shape]) => [name, COUNTS.map((count) => {
    const files = filesOf(shape, count);
    stepsTaken();
    analysisOf(files);
    return stepsTaken();
  })]);
  process.stdout.write(JSON.stringify(Object.fromEntries(steps)));
}

main();
