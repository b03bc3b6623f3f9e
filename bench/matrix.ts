import { matrixSummaryOf } from '../server/src/core/queries/matrix-summary';
import { evaluatePairs } from '../server/src/core/queries/matrix';
import { actionNamed, ACTIONS } from '../server/src/core/aws/actions';
import { decideAccess } from '../server/src/core/access/decide-access';
import { emptyWorkspace, updateWorkspace } from '../server/src/core/workspace/workspace';
import type { World } from '../server/src/core/workspace/world';
import { openPanelPage } from '../test/client/support/panel-page';
import { CONSUMER, identityPolicy, keyArn, keyIdFromNumber, keyPolicy, OWNER, roleArn } from '../test/support/fixtures';
import { median, measureDuration, type BenchmarkResult } from './measure';

const SIZE = 200;

/** Every identity meets every key: the most that so many can have to do with each other. */
function fullyConnectedWorld(): World {
  const numbers = Array.from({ length: SIZE }, (_, i) => i);
  const files: readonly (readonly [string, object])[] = [
    ...numbers.map((i) =>
      [`producer/key-${i}.json`, keyPolicy()] as const
    ),
    ...numbers.map((i) => [`consumer/role-${i}.json`, identityPolicy({ Resource: `arn:aws:kms:*:${OWNER}:key/*` })] as const),
    ['kms-handshake.json', {
      keys: numbers.map((i) => ({ arn: keyArn(keyIdFromNumber(i)), policy: `producer/key-${i}.json` })),
      identities: numbers.map((i) => ({ arn: roleArn(CONSUMER, `Role${i}`), policies: [`consumer/role-${i}.json`] })),
    }],
  ];
  const changes = files.map(([path, content]) => ({ put: { uri: `file:///bench/${path}`, text: JSON.stringify(content, null, 2) } }));
  return updateWorkspace(emptyWorkspace({ folders: [{ uri: 'file:///bench' }] }), changes).workspace.world;
}

/** The whole matrix against the plain way, one question after the other, and the time until its panel shows it. */
export async function measureMatrix(): Promise<BenchmarkResult[]> {
  const world = fullyConnectedWorld();
  const whole = (): unknown => matrixSummaryOf(evaluatePairs(world), world, (uri) => uri);
  whole();
  const measured = median(Array.from({ length: 5 }, () => measureDuration(whole)));
  const cells = SIZE * SIZE;
  const baseline = measureSingleCells(world) * cells;
  const rows: BenchmarkResult[] = [{
    name: `the matrix of ${SIZE} keys x ${SIZE} identities that all meet, median of 5`, measured, baseline,
    baselineName: 'the same by one question for each action (from a sample of 400 cells)', ratio: baseline / measured, goal: 'under 1 s',
    isGoalMet: measured < 1000,
  }];
  return [...rows, ...await measurePanel(world)];
}

function measureSingleCells(world: World): number {
  const { identities, keys } = world;
  const actions = ACTIONS.flatMap(({ name }) => actionNamed(name) ?? []);
  const some = identities.slice(0, 20).flatMap((identity) => keys.slice(0, 20).map((key) => ({ identity, key })));
  return measureDuration(() => {
    for (const { identity, key } of some) for (const action of actions) decideAccess(identity, key, action, world);
  }) / some.length;
}

/** In the page as it ships, in a headless Chromium; left out where there is none. */
async function measurePanel(world: World): Promise<BenchmarkResult[]> {
  const matrixSummary = matrixSummaryOf(evaluatePairs(world), world, (uri) => uri);
  const panel = await openPanelPage({ matrix: matrixSummary }).catch(() => undefined);
  if (panel === undefined) return [];
  await panel.page.locator('[role=gridcell]').first().waitFor();
  const send = `new Promise((resolve) => {
    const from = performance.now();
    const message = structuredClone(matrix);
    const drawn = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
    window.addEventListener('message', drawn, { once: true });
    window.postMessage({ type: 'matrix', matrix: message }, '*');
  })`;
  const scroll = `new Promise((resolve) => {
    const grid = document.querySelector('[role=grid]');
    const frames = [];
    let last = performance.now();
    const step = (now) => {
      frames.push(now - last);
      last = now;
      if (frames.length > 60) return resolve(frames.sort((a, b) => a - b)[Math.floor(frames.length * 0.95)]);
      grid.scrollTo(grid.scrollLeft + 60, grid.scrollTop + 90);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })`;
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push(await panel.page.evaluate(send));
  const frame: number = await panel.page.evaluate(scroll);
  const inPage = await panel.page.locator('[role=gridcell]').count();
  await panel.close();
  const draw = median(times);
  const limit = { baseline: 1000, baselineName: 'what a person waits for without noticing' };
  return [
    { name: `the panel: from the matrix to its first rows (${inPage} of ${SIZE * SIZE} cells in the page), median of 5`, measured: draw,
      ...limit, ratio: 1000 / draw, goal: 'under 1 s', isGoalMet: draw < 1000 },
    { name: 'the panel: a frame while scrolling both ways, 95th percentile of 60', measured: frame, baseline: 50,
      baselineName: 'twenty frames a second', ratio: 50 / frame, goal: 'under 50 ms', isGoalMet: frame < 50 },
  ];
}
