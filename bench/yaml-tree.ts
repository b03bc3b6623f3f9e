import { Parser } from 'yaml';
import { yamlSyntax } from '../server/src/core/syntax/yaml/yaml-syntax';
import { measureAlternately, measureDuration, median, type BenchmarkResult } from './measure';
import { templateText } from './template-text';

const SYNTAX = yamlSyntax(new Map([['!Ref', 'Ref'], ['!Sub', 'Fn::Sub'], ['!GetAtt', 'Fn::GetAtt']]));

/** The tree of a template with the place of each character against the tokens alone that the library reads. */
export async function measureYamlTree(): Promise<BenchmarkResult[]> {
  const text = templateText(80);
  const tree = (): unknown => SYNTAX.parse(text, { comments: 'fault' });
  const tokens = (): unknown => Array.from(new Parser().parse(text));
  for (let round = 0; round < 20; round++) {
    tree();
    tokens();
  }
  const durations = await measureAlternately(60, { measured: () => measureDuration(tree), baseline: () => measureDuration(tokens) });
  const measured = median(durations.measured);
  const baseline = median(durations.baseline);
  return [{
    name: `YAML to tree: a template of ${Math.round(text.length / 1000)} KB, median of 60`, measured, baseline,
    baselineName: 'the tokens alone, as the lexer and parser of the library give them', ratio: measured / baseline,
    goal: 'at most 1.5 times the time', isGoalMet: measured / baseline <= 1.5,
  }];
}
