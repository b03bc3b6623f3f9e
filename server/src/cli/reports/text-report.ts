import { plainLine, type Location } from '../../core/index';
import type { CheckReport } from './check-report';

/** `text`: lines as a compiler prints them, with the places in other files below. */
export function textReport({ findings, pathOf, rangeOf }: CheckReport): string {
  const locationText = (at: Location): string => {
    const { line, column } = rangeOf(at);
    return `${pathOf(at.uri)}:${line}:${column}`;
  };
  const lines = findings.flatMap((finding) => [
    plainLine(`${locationText(finding.at)}: ${finding.severity}: ${finding.message} [${finding.code}]`),
    ...finding.related.map(({ at, message }) => plainLine(`    ${locationText(at)}: ${message}`)),
  ]);
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}
