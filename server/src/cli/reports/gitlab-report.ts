import type { Severity } from '../../core/index';
import type { CheckReport } from './check-report';

const SEVERITIES: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', info: 'minor', hint: 'info' };

/** `gitlab`: a code quality report, https://docs.gitlab.com/ci/testing/code_quality/ */
export function gitlabReport({ findings, pathOf, rangeOf, fingerprintOf }: CheckReport): string {
  return `${JSON.stringify(findings.map((finding) => {
    const { line, endLine } = rangeOf(finding.at);
    return {
      description: finding.message,
      check_name: finding.code,
      fingerprint: fingerprintOf(finding),
      severity: SEVERITIES[finding.severity],
      location: { path: pathOf(finding.at.uri), lines: { begin: line, end: endLine } },
    };
  }), null, 2)}\n`;
}
