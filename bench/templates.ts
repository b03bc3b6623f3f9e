import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { analyse, emptyWorkspace, RULES, updateWorkspace } from '../server/src/core/index';
import { mayContainPolicies } from '../server/src/core/discovery/discoverers';
import { yamlSyntax } from '../server/src/core/syntax/yaml/yaml-syntax';
import { measureAlternately, measureDuration, median, percentile, type BenchmarkResult } from './measure';
import { templateText } from './template-text';
import { writeTemporaryFolder } from './temporary-folder';

const SYNTAX = yamlSyntax(new Map([['!Ref', 'Ref'], ['!Sub', 'Fn::Sub'], ['!GetAtt', 'Fn::GetAtt']]));

/** What the server does for a keystroke in a large template, and what YAML files cost that hold no policy. */
export async function measureTemplates(): Promise<BenchmarkResult[]> {
  const alone = measureTyping(0);
  const amongOthers = [10, 100, 1000].map((others) => ({ others, work: measureTyping(others).work }));
  return [
    { name: `server work of a keystroke in a template of ${Math.round(LARGE.length / 1000)} KB, p95 of 30`, measured: alone.work,
      baseline: alone.parse, baselineName: 'parsing that template, p95', ratio: alone.work / alone.parse, goal: 'at most 50 ms',
      isGoalMet: alone.work <= 50 },
    ...amongOthers.map(({ others, work }) => ({ name: `the same among ${others.toLocaleString('en')} other templates`, measured: work,
      baseline: alone.work, baselineName: 'alone', ratio: work / alone.work, goal: 'at most 1.2 times the time',
      isGoalMet: work / alone.work <= 1.2 })),
    await measureOtherYaml(),
  ];
}

const LARGE = templateText(60);

function measureTyping(others: number): { readonly work: number; readonly parse: number } {
  const uri = 'file:///bench/large.yaml';
  const files = [{ uri, text: LARGE },
    ...Array.from({ length: others }, (_, i) => ({ uri: `file:///bench/${i}/stack.yaml`, text: templateText(1) }))];
  let { workspace } = updateWorkspace(emptyWorkspace({ folders: [{ uri: 'file:///bench' }], ruleCodes: RULES.map(({ code }) => code) }),
    files.map((put) => ({ put })));
  let analysis = analyse(workspace);
  const work: number[] = [];
  const parse: number[] = [];
  for (let stroke = 0; stroke < 40; stroke++) {
    const text = LARGE.replace('- kms:Decrypt', `- ${'kms:GenerateRandom'.slice(0, stroke % 19)}\n              - kms:Decrypt`);
    parse.push(measureDuration(() => SYNTAX.parse(text, { comments: 'fault' })));
    work.push(measureDuration(() => {
      const update = updateWorkspace(workspace, [{ put: { uri, text } }]);
      workspace = update.workspace;
      analysis = analyse(workspace, { previous: analysis, delta: update.delta });
    }));
  }
  // The first strokes warm the engine up, as the first seconds in an editor do.
  return { work: percentile(work.slice(10), 0.95), parse: percentile(parse.slice(10), 0.95) };
}

/** Workflows and manifests of Kubernetes, which are read and looked at, and not parsed. */
async function measureOtherYaml(): Promise<BenchmarkResult> {
  const texts = Object.fromEntries(Array.from({ length: 1000 }, (_, i) =>
    [`${i % 20}/file${i}.yaml`, i % 2 === 0 ? workflow(i) : deployment(i)]));
  const folder = writeTemporaryFolder('yaml', texts);
  try {
    const files = Object.keys(texts).map((name) => path.join(folder.path, name));
    const read = (file: string): string => readFileSync(file, 'utf8');
    const look = (file: string): boolean => mayContainPolicies({ uri: `file://${file}`, text: read(file) });
    const durations = await measureAlternately(15, {
      measured: () => measureDuration(() => files.filter(look)),
      baseline: () => measureDuration(() => files.map(read)),
    });
    const measured = median(durations.measured);
    const baseline = median(durations.baseline);
    return { name: '1,000 YAML files without a policy, read and looked at, median of 15', measured, baseline, baselineName: 'reading them',
      ratio: measured / baseline, goal: 'at most 1.3 times the time', isGoalMet: measured / baseline <= 1.3 };
  } finally {
    folder.remove();
  }
}

function workflow(number: number): string {
  const steps = Array.from({ length: 20 }, (_, i) =>
    `      - name: Step ${i}\n        run: npm run step-${i}\n        env: {KEY: \${{ secrets.KEY }}}\n`);
  return `name: Workflow ${number}\non: [push]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n${steps.join('')}`;
}

function deployment(number: number): string {
  const containers = Array.from({ length: 10 }, (_, i) => `        - name: c${i}\n          image: registry.example.com/app-${i}:1.2.3\n`
    + '          args: ["--verbose", "--port=8080"]\n          resources: {limits: {memory: 128Mi}}\n');
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app${number}\nspec:\n  template:\n    spec:\n`
    + `      containers:\n${containers.join('')}`;
}
