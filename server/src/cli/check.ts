import {
  analyse, countFindings, describeCount, plainLine, withoutRepeatedWords, type Finding, type Location, type Severity,
} from '../core/index';
import type { Host } from '../host/host';
import type { CheckArguments } from './arguments';
import { loadWorkspace, relativePathOf, type LoadedWorkspace } from './load-workspace';
import type { Terminal } from './terminal';

const SEVERITY_RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2, hint: 3 };

/** `check`: the findings of a folder or of single files. Gives the exit status. */
export async function runCheck(command: CheckArguments, host: Host, terminal: Terminal): Promise<number> {
  const loadedWorkspace = await loadWorkspace(host, terminal, command);
  const analysis = analyse(loadedWorkspace.workspace);
  for (const { code, error } of analysis.failures) host.log.error(`the rule ${code} failed`, error);
  const findings = withoutRepeatedWords(
    [...analysis.findingsByFile.values()].flat().filter((finding) => loadedWorkspace.isRequested(finding.at.uri))
      .sort((a, b) => compareStrings(a.at.uri, b.at.uri) || a.at.span.start - b.at.span.start),
  );
  terminal.writeOutput(
    command.format === 'json'
      ? jsonReport(loadedWorkspace, findings, terminal)
      : textReport(loadedWorkspace, findings, terminal, command.hints),
  );
  if (analysis.failures.length > 0) return 2;
  const worst = Math.min(...findings.map((finding) => SEVERITY_RANK[finding.severity]), SEVERITY_RANK.hint);
  return command.failOn !== 'never' && findings.length > 0 && worst <= SEVERITY_RANK[command.failOn] ? 1 : 0;
}

function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function policyCounts({ workspace, isRequested }: LoadedWorkspace): { readonly files: number; readonly policies: number } {
  const readings = [...workspace.readings].filter(([uri, reading]) => isRequested(uri) && reading.policies.length > 0);
  return { files: readings.length, policies: readings.reduce((sum, [, reading]) => sum + reading.policies.length, 0) };
}

function jsonReport(loadedWorkspace: LoadedWorkspace, findings: readonly Finding[], terminal: Terminal): string {
  const { rangeOf } = loadedWorkspace;
  const report = {
    version: 1,
    ...policyCounts(loadedWorkspace),
    findings: findings.map((finding) => ({
      file: relativePathOf(terminal, finding.at.uri),
      ...rangeOf(finding.at),
      rule: finding.code,
      severity: finding.severity,
      message: finding.message,
      related: finding.related.map(({ at, message }) => {
        const { line, column } = rangeOf(at);
        return { file: relativePathOf(terminal, at.uri), line, column, message };
      }),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function textReport(loadedWorkspace: LoadedWorkspace, findings: readonly Finding[], terminal: Terminal, hints: boolean): string {
  const locationText = (at: Location): string => {
    const { line, column } = loadedWorkspace.rangeOf(at);
    return `${relativePathOf(terminal, at.uri)}:${line}:${column}`;
  };
  const printedFindings = findings.filter((finding) => hints || finding.severity !== 'hint');
  const lines = printedFindings.flatMap((finding) => [
    plainLine(`${locationText(finding.at)}: ${finding.severity}: ${finding.message} [${finding.code}]`),
    ...finding.related.map(({ at, message }) => plainLine(`    ${locationText(at)}: ${message}`)),
  ]);
  return [...lines, ...lines.length > 0 ? [''] : [], summaryLine(loadedWorkspace, findings, hints), ''].join('\n');
}

function summaryLine(loadedWorkspace: LoadedWorkspace, findings: readonly Finding[], hints: boolean): string {
  const { files, policies } = policyCounts(loadedWorkspace);
  const { error, warning, info, hint } = countFindings(findings);
  const parts = [describeCount(error, 'error'), describeCount(warning, 'warning'), ...info > 0 ? [describeCount(info, 'info')] : []];
  if (hint > 0) parts.push(hints ? describeCount(hint, 'hint') : `${describeCount(hint, 'hint')} (--hints shows them)`);
  return policies === 0 ? `no policies found: ${parts.join(', ')}`
    : `${parts.join(', ')} in ${describeCount(policies, 'policy', 'policies')} (${describeCount(files, 'file')})`;
}
