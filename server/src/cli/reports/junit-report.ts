import { plainLine, type Finding } from '../../core/index';
import { isFailure, type CheckReport } from './check-report';

/**
 * `junit`: each file with policies is a test suite. A finding that makes `check` fail is a failed test, a milder one a passed test with
 * output, and a file without findings one passed test.
 */
export function junitReport(report: CheckReport): string {
  const { findings, files, pathOf, failOn } = report;
  const findingsByPath = new Map<string, Finding[]>(files.map((path) => [path, []]));
  for (const finding of findings) {
    const path = pathOf(finding.at.uri);
    findingsByPath.set(path, [...findingsByPath.get(path) ?? [], finding]);
  }
  const failures = findings.filter(({ severity }) => isFailure(severity, failOn)).length;
  const tests = [...findingsByPath.values()].reduce((sum, list) => sum + Math.max(1, list.length), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="kms-handshake" tests="${tests}" failures="${failures}">`,
    ...Array.from(findingsByPath, ([path, list]) => testSuite(report, path, list)),
    '</testsuites>',
    '',
  ].join('\n');
}

function testSuite(report: CheckReport, path: string, findings: readonly Finding[]): string {
  const failures = findings.filter(({ severity }) => isFailure(severity, report.failOn)).length;
  const name = escapeXml(path);
  const cases = findings.length === 0 ? [`    <testcase classname="${name}" name="no findings"/>`]
    : findings.map((finding) => testCase(report, name, finding));
  return [`  <testsuite name="${name}" tests="${cases.length}" failures="${failures}">`, ...cases, '  </testsuite>'].join('\n');
}

function testCase({ pathOf, rangeOf, failOn }: CheckReport, classname: string, { code, at, severity, message, related }: Finding): string {
  const { line, column } = rangeOf(at);
  const places = related.map((location) => `${pathOf(location.at.uri)}:${rangeOf(location.at).line}: ${location.message}`);
  const text = escapeXml([`${pathOf(at.uri)}:${line}:${column}: ${severity}: ${message}`, ...places].map(plainLine).join('\n'));
  const result = isFailure(severity, failOn)
    ? `<failure type="${severity}" message="${escapeXml(plainLine(message))}">${text}</failure>`
    : `<system-out>${text}</system-out>`;
  return `    <testcase classname="${classname}" name="${escapeXml(`${code} ${line}:${column}`)}">${result}</testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

function escapeXml(text: string): string {
  return plainLines(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** XML has no way to write most control characters. */
function plainLines(text: string): string {
  return text.split('\n').map(plainLine).join('\n');
}
