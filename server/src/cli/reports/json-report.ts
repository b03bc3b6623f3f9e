import type { Finding } from '../../core/index';
import type { CheckReport } from './check-report';

/** `json`: an interface, docs/command-line.md "JSON". */
export function jsonReport(report: CheckReport): string {
  const { files, policyCount, findings } = report;
  return `${JSON.stringify({ version: 1, files: files.length, policies: policyCount,
    findings: findings.map((finding) => jsonFinding(report, finding)) }, null, 2)}\n`;
}

/** `ndjson`: a finding of the same shape on each line. */
export function ndjsonReport(report: CheckReport): string {
  return report.findings.map((finding) => `${JSON.stringify(jsonFinding(report, finding))}\n`).join('');
}

function jsonFinding({ pathOf, rangeOf }: CheckReport, finding: Finding): object {
  return {
    file: pathOf(finding.at.uri),
    ...rangeOf(finding.at),
    rule: finding.code,
    severity: finding.severity,
    message: finding.message,
    related: finding.related.map(({ at, message }) => {
      const { line, column } = rangeOf(at);
      return { file: pathOf(at.uri), line, column, message };
    }),
  };
}
