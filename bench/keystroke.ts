import { parseTree } from 'jsonc-parser';
import { analyse, emptyWorkspace, RULES, updateWorkspace } from '../server/src/core/index';
import { patternFiles, policyFiles } from './policy-files';
import { percentile, measureDuration, type BenchmarkResult } from './measure';

/**
 * What the server does between a keystroke and the findings to publish: read the file, link, judge, compare. Every keystroke changes
 * the file's text; each twentieth makes it another file.
 */
export function measureKeystroke(): BenchmarkResult[] {
  return [
    measureTyping('server work of a keystroke among 1,000 policies, p95 of 500', policyFiles(1000)),
    measureTyping('the same among 40 keys that 20 roles reach by one pattern, with an action that no key policy gives',
      patternFiles(40, 20)),
  ];
}

function measureTyping(what: string, texts: Readonly<Record<string, string>>): BenchmarkResult {
  const files = Object.entries(texts).map(([path, text]) => ({ uri: `file:///bench/${path}`, text }));
  let workspace =
    updateWorkspace(emptyWorkspace({ folders: [{ uri: 'file:///bench' }], ruleCodes: RULES.map(({ code }) => code) }),
      files.map((put) => ({ put }))).workspace;
  let analysis = analyse(workspace);
  const policies = files.filter(({ uri }) => (workspace.readings.get(uri)?.policies.length ?? 0) > 0);
  const work: number[] = [];
  const parse: number[] = [];
  for (let stroke = 0; stroke < 600; stroke++) {
    const file = policies[(Math.floor(stroke / 20) * 37) % policies.length];
    if (!file) throw new Error('no policies');
    const text = textWhileTyping(file.text, stroke % 20);
    parse.push(measureDuration(() => parseTree(text)));
    work.push(measureDuration(() => {
      const update = updateWorkspace(workspace, [{ put: { uri: file.uri, text } }]);
      workspace = update.workspace;
      analysis = analyse(workspace, { previous: analysis, delta: update.delta });
    }));
  }
  // The first strokes warm the engine up, as the first seconds in an editor do.
  const measured = percentile(work.slice(100), 0.95);
  const baseline = percentile(parse.slice(100), 0.95);
  return {
    name: what, measured, baseline, baselineName: 'parsing that file with jsonc-parser, p95',
    ratio: measured / baseline, goal: 'ratio at most 3, or 10 ms', isGoalMet: measured / baseline <= 3 || measured <= 10,
  };
}

/** The text while somebody types an action into its first list of actions. */
function textWhileTyping(text: string, step: number): string {
  const list = /\[\s*(?="kms:)/.exec(text);
  if (!list) throw new Error('no list of actions');
  const at = list.index + list[0].length;
  return `${text.slice(0, at)}"${'kms:GenerateRandom'.slice(0, step)}", ${text.slice(at)}`;
}
