import { plainLine, type Severity } from '../../core/index';
import type { WorkflowCommand } from '../workflow-command';
import type { CheckReport } from './check-report';

const COMMANDS: Readonly<Record<Severity, WorkflowCommand['name']>> = {
  error: 'error', warning: 'warning', info: 'notice', hint: 'notice',
};

/** `github`: commands that a workflow of GitHub Actions shows as annotations of a change. */
export function githubReport({ findings, pathOf, rangeOf }: CheckReport): readonly WorkflowCommand[] {
  return findings.map((finding) => {
    const { line, column, endLine, endColumn } = rangeOf(finding.at);
    const related = finding.related.map(({ at, message }) => `${pathOf(at.uri)}:${rangeOf(at).line}: ${message}`);
    return {
      name: COMMANDS[finding.severity],
      properties: { file: pathOf(finding.at.uri), line, endLine, ...line === endLine ? { col: column, endColumn } : { col: column },
        title: finding.code },
      message: [finding.message, ...related].map(plainLine).join('\n'),
    };
  });
}
