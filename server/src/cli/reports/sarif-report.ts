import { RULES, type Finding, type Location, type Severity } from '../../core/index';
import { SEVERITY_RANK, type CheckReport } from './check-report';

/**
 * Above these GitHub rejects an upload, or shows the first of them only.
 *
 * Source: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
const MAX_RESULTS = 25_000;
const MAX_SHOWN_RESULTS = 5_000;
const MAX_LOCATIONS = 100;

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note', hint: 'note' };
const SOURCE_ROOT = '%SRCROOT%';

interface SarifOptions {
  /** `file:///…/` of the current folder. */
  readonly rootUri: string;
  /** Of KMS Handshake. */
  readonly version: string;
  /** The Markdown of rules' pages, by code. */
  readonly pages: ReadonlyMap<string, string>;
}

/** `sarif`: the most severe findings first, since GitHub shows no more than the first of them. */
export function sarifReport(report: CheckReport, { rootUri, version, pages }: SarifOptions): string {
  const findings = [...report.findings].sort((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity]).slice(0, MAX_RESULTS);
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const ruleIndexes = new Map(codes.map((code, index) => [code, index]));
  return `${JSON.stringify({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: { driver: {
        name: 'KMS Handshake', version, semanticVersion: version,
        rules: codes.map((code) => ruleDescriptor(code, pages.get(code))),
      } },
      columnKind: 'utf16CodeUnits',
      originalUriBaseIds: { [SOURCE_ROOT]: { uri: rootUri } },
      results: findings.map((finding) => resultOf(report, finding, ruleIndexes.get(finding.code))),
    }],
  }, null, 2)}\n`;
}

/** What GitHub leaves out of the report, as lines for standard error. */
export function sarifLimits({ findings }: CheckReport): readonly string[] {
  const [count, locations] = [findings.length, findings.filter(({ related }) => related.length > MAX_LOCATIONS).length];
  return [
    ...count > MAX_RESULTS
      ? [`the report contains the ${MAX_RESULTS} most severe of ${count} findings, which is as many as GitHub takes`]
      : [],
    ...count > MAX_SHOWN_RESULTS ? [`GitHub shows the ${MAX_SHOWN_RESULTS} most severe of ${Math.min(count, MAX_RESULTS)} findings`] : [],
    ...locations > 0
      ? [`of ${locations} findings the report contains the first ${MAX_LOCATIONS} related places, as many as GitHub shows`]
      : [],
  ];
}

function ruleDescriptor(code: string, page: string | undefined): object {
  const rule = RULES.find((candidate) => candidate.code === code);
  const summary = `${rule?.summary ?? code}.`;
  return {
    id: code,
    name: code,
    shortDescription: { text: summary },
    fullDescription: { text: summary },
    ...rule ? { helpUri: rule.href, defaultConfiguration: { level: LEVELS[rule.severity] } } : {},
    ...page === undefined ? {} : { help: { text: page, markdown: page } },
    properties: { tags: ['security', 'aws-kms'] },
  };
}

function resultOf(report: CheckReport, finding: Finding, ruleIndex: number | undefined): object {
  const related = finding.related.slice(0, MAX_LOCATIONS);
  return {
    ruleId: finding.code,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: finding.message },
    locations: [{ physicalLocation: physicalLocation(report, finding.at) }],
    ...related.length === 0 ? {} : { relatedLocations: related.map(({ at, message }, id) => ({
      id, message: { text: message }, physicalLocation: physicalLocation(report, at) })) },
    partialFingerprints: { 'kmsHandshake/v1': report.fingerprintOf(finding) },
  };
}

function physicalLocation({ pathOf, rangeOf }: CheckReport, at: Location): object {
  const { line, column, endLine, endColumn } = rangeOf(at);
  return {
    artifactLocation: { uri: pathOf(at.uri).split('/').map(encodeURIComponent).join('/'), uriBaseId: SOURCE_ROOT },
    region: { startLine: line, startColumn: column, endLine, endColumn },
  };
}
