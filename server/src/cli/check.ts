import { analyse, countFindings, plainLine, withoutRepeatedWords, type Finding, type Severity } from '../core/index';
import type { Host } from '../host/contract';
import type { CheckCommand } from './args';
import { load, shownPath, type Loaded } from './load';
import { placer, type Place } from './places';
import type { Terminal } from './terminal';

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2, hint: 3 };

/** `check`: the findings of a folder or of single files. Gives the exit status. */
export async function check(command: CheckCommand, host: Host, terminal: Terminal): Promise<number> {
  const loaded = await load(host, terminal, command);
  const analysis = analyse(loaded.workspace);
  for (const { code, error } of analysis.failures) host.log.error(`the rule ${code} failed`, error);
  const findings = withoutRepeatedWords([...analysis.byFile.values()].flat().filter((finding) => loaded.asked(finding.at.uri))
    .sort((a, b) => order(a.at.uri, b.at.uri) || a.at.span.start - b.at.span.start));
  terminal.out(command.format === 'json' ? jsonReport(loaded, findings, terminal) : textReport(loaded, findings, terminal, command.hints));
  if (analysis.failures.length > 0) return 2;
  const worst = Math.min(...findings.map((finding) => RANK[finding.severity]), RANK.hint);
  return command.failOn !== 'never' && findings.length > 0 && worst <= RANK[command.failOn] ? 1 : 0;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function policyCounts({ workspace, asked }: Loaded): { readonly files: number; readonly policies: number } {
  const readings = [...workspace.readings].filter(([uri, reading]) => asked(uri) && reading.policies.length > 0);
  return { files: readings.length, policies: readings.reduce((sum, [, reading]) => sum + reading.policies.length, 0) };
}

function jsonReport(loaded: Loaded, findings: readonly Finding[], terminal: Terminal): string {
  const place = placer(loaded.texts);
  const report = {
    version: 1,
    ...policyCounts(loaded),
    findings: findings.map((finding) => ({
      file: shownPath(terminal, finding.at.uri),
      ...place(finding.at),
      rule: finding.code,
      severity: finding.severity,
      message: finding.message,
      related: finding.related.map((related) => {
        const { line, column } = place(related.at);
        return { file: shownPath(terminal, related.at.uri), line, column, message: related.message };
      }),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function textReport(loaded: Loaded, findings: readonly Finding[], terminal: Terminal, hints: boolean): string {
  const place = placer(loaded.texts);
  const shown = findings.filter((finding) => hints || finding.severity !== 'hint');
  const lines = shown.flatMap((finding) => [
    plainLine(`${where(finding.at.uri, place(finding.at), terminal)}: ${finding.severity}: ${finding.message} [${finding.code}]`),
    ...finding.related.map((related) => plainLine(`    ${where(related.at.uri, place(related.at), terminal)}: ${related.message}`)),
  ]);
  return [...lines, ...lines.length > 0 ? [''] : [], summary(loaded, findings, hints), ''].join('\n');
}

function where(uri: string, { line, column }: Place, terminal: Terminal): string {
  return `${shownPath(terminal, uri)}:${line}:${column}`;
}

function summary(loaded: Loaded, findings: readonly Finding[], hints: boolean): string {
  const { files, policies } = policyCounts(loaded);
  const { error, warning, info, hint } = countFindings(findings);
  const parts = [amount(error, 'error'), amount(warning, 'warning'), amount(info, 'info')];
  if (hint > 0) parts.push(hints ? amount(hint, 'hint') : `${amount(hint, 'hint')} (--hints shows them)`);
  const read = policies === 0 ? 'no policies found' : `${amount(policies, 'policy', 'policies')} in ${amount(files, 'file')}`;
  return `${read}: ${parts.join(', ')}`;
}

function amount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
