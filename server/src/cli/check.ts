import * as path from 'node:path';
import { analyse, countFindings, createFindingKeys, describeCount, withoutRepeatedWords, type Finding } from '../core/index';
import type { CheckArguments } from './arguments';
import { baselineText, readBaseline, type BaselineEntry } from './baseline';
import type { CliEnvironment } from './cli-environment';
import { createFingerprints } from './fingerprint';
import { fileUriOf, loadWorkspace, relativePathOf, type LoadedWorkspace } from './load-workspace';
import { isFailure, type CheckReport } from './reports/check-report';
import { githubReport } from './reports/github-report';
import { gitlabReport } from './reports/gitlab-report';
import { jsonReport, ndjsonReport } from './reports/json-report';
import { junitReport } from './reports/junit-report';
import { sarifLimits, sarifReport } from './reports/sarif-report';
import { textReport } from './reports/text-report';
import type { PrintableTerminal } from './terminal';
import { UsageError } from './usage';
import { workflowCommandLines } from './workflow-command';
import { writeNamedFile } from './write-file';

/** `check`: the findings of a folder or of single files. Gives the exit status. */
export async function runCheck(command: CheckArguments, environment: CliEnvironment, terminal: PrintableTerminal): Promise<number> {
  const { host } = environment;
  const loadedWorkspace = await loadWorkspace(host, terminal, command);
  const { workspace, texts, isRequested } = loadedWorkspace;
  const analysis = analyse(workspace);
  for (const { code, error } of analysis.failures) host.log.error(`the rule ${code} failed`, error);
  const findings = withoutRepeatedWords(
    [...analysis.findingsByFile.values()].flat().filter((finding) => isRequested(finding.at.uri)).sort(compareByPlace),
  );
  const keyOf = createFindingKeys(workspace.readings, (uri) => texts.get(uri) ?? '');
  const fingerprints = createFingerprints(findings, (uri) => relativePathOf(terminal, uri), keyOf);
  const checkResult: CheckResult = { loadedWorkspace, findings, fingerprints };
  const baseline = command.baseline === undefined ? []
    : await (command.updateBaseline ? updateBaseline : requireBaseline)(command.baseline, checkResult, environment, terminal);
  const acceptedFingerprints = new Set(baseline.map(({ fingerprint }) => fingerprint));
  const newFindings = findings.filter((finding) => !acceptedFingerprints.has(fingerprints.get(finding) ?? ''));
  await writeReport(command, { ...checkResult, findings: newFindings }, findings.length - newFindings.length, environment, terminal);
  if (analysis.failures.length > 0) return 2;
  const { warning } = countFindings(newFindings);
  const isTooMany = command.maxWarnings !== undefined && warning > command.maxWarnings;
  return isTooMany || newFindings.some(({ severity }) => isFailure(severity, failOnOf(command))) ? 1 : 0;
}

interface CheckResult {
  readonly loadedWorkspace: LoadedWorkspace;
  /** By file and position. */
  readonly findings: readonly Finding[];
  readonly fingerprints: ReadonlyMap<Finding, string>;
}

function compareByPlace(a: Finding, b: Finding): number {
  return compareStrings(a.at.uri, b.at.uri) || a.at.span.start - b.at.span.start;
}

function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function failOnOf({ failOn }: CheckArguments): CheckReport['failOn'] {
  return failOn === 'never' ? undefined : failOn;
}

/** The findings that the baseline accepts. What it accepts and nobody finds is told on standard error. */
async function requireBaseline(baseline: string, checkResult: CheckResult, { host }: CliEnvironment,
  terminal: PrintableTerminal): Promise<readonly BaselineEntry[]> {
  const entries = await readBaseline(baseline, host, terminal);
  if (entries === undefined) throw new UsageError(`there is no baseline ${baseline}; --update-baseline writes one`);
  const unneeded = unneededEntries(entries, checkResult, terminal).length;
  if (unneeded > 0) terminal.writeError(`${baseline}: ${describeCount(unneeded, 'entry', 'entries')} not needed any more; `
    + '--update-baseline removes what is not needed\n');
  return entries;
}

/** Writes all findings; entries about files that were not checked stay. Gives the entries. */
async function updateBaseline(baseline: string, checkResult: CheckResult, { host }: CliEnvironment,
  terminal: PrintableTerminal): Promise<readonly BaselineEntry[]> {
  const { findings, fingerprints, loadedWorkspace: { isRequested } } = checkResult;
  const before = await readBaseline(baseline, host, terminal) ?? [];
  for (const { rule, file } of unneededEntries(before, checkResult, terminal))
    terminal.writeError(`${baseline}: not needed any more: ${rule} in ${file}\n`);
  const entries = [
    ...before.filter(({ file }) => !isRequested(uriOfPath(terminal, file))),
    ...findings.map((finding): BaselineEntry =>
      ({ rule: finding.code, file: relativePathOf(terminal, finding.at.uri), fingerprint: fingerprints.get(finding) ?? '' })),
  ];
  await writeNamedFile({ option: '--baseline', name: baseline, overwrite: true, maxBytes: undefined,
    text: baselineText(entries) }, host, terminal);
  return entries;
}

function unneededEntries(entries: readonly BaselineEntry[], { fingerprints, loadedWorkspace: { isRequested } }: CheckResult,
  terminal: PrintableTerminal): readonly BaselineEntry[] {
  const currentFingerprints = new Set(fingerprints.values());
  return entries.filter(({ file, fingerprint }) => !currentFingerprints.has(fingerprint) && isRequested(uriOfPath(terminal, file)));
}

function uriOfPath({ cwd }: PrintableTerminal, file: string): string {
  return fileUriOf(path.resolve(cwd, file));
}

/** Writes the report to standard output, or to the file that is named, and then the summary to standard output. */
async function writeReport(command: CheckArguments, { loadedWorkspace, findings, fingerprints }: CheckResult, acceptedCount: number,
  environment: CliEnvironment, terminal: PrintableTerminal): Promise<void> {
  const { format, output, hints, quiet } = command;
  const { workspace, isRequested, rangeOf } = loadedWorkspace;
  const readings = [...workspace.readings].filter(([uri, reading]) => isRequested(uri) && reading.policies.length > 0);
  // Programs that count findings as JSON get them all, as ever.
  const showsHints = hints || format === 'json' || format === 'ndjson';
  const reportedFindings = findings.filter(({ severity }) => (quiet ? severity === 'error' : showsHints || severity !== 'hint'));
  const report: CheckReport = {
    findings: reportedFindings,
    files: readings.map(([uri]) => relativePathOf(terminal, uri)),
    policyCount: readings.reduce((sum, [, reading]) => sum + reading.policies.length, 0),
    pathOf: (uri) => relativePathOf(terminal, uri),
    rangeOf,
    fingerprintOf: (finding) => fingerprints.get(finding) ?? '',
    failOn: failOnOf(command),
  };
  const summary = `${summaryLine(report, findings, hints, acceptedCount)}\n`;
  if (output !== undefined) {
    if (readings.some(([uri]) => uri === uriOfPath(terminal, output)))
      throw new UsageError(`--output ${output}: the file contains a policy, which the report would replace`);
    const text = await reportText(format, report, environment, terminal);
    await writeNamedFile({ option: '--output', name: output, overwrite: true, maxBytes: undefined, text }, environment.host, terminal);
  } else if (format === 'github') terminal.writeWorkflowCommands(githubReport(report));
  else terminal.writeOutput(await reportText(format, report, environment, terminal));
  if (output !== undefined || format === 'github') terminal.writeOutput(summary);
  else if (format === 'text') terminal.writeOutput(report.findings.length > 0 ? `\n${summary}` : summary);
}

async function sarifText(report: CheckReport, { version, rulePages }: CliEnvironment, terminal: PrintableTerminal): Promise<string> {
  for (const limit of sarifLimits(report)) terminal.writeError(`${limit}\n`);
  const rootUri = `${fileUriOf(terminal.cwd).replace(/\/$/, '')}/`;
  const pages = await rulePages(new Set(report.findings.map(({ code }) => code)));
  return sarifReport(report, { rootUri, version: await version(), pages });
}

async function reportText(format: CheckArguments['format'], report: CheckReport, environment: CliEnvironment,
  terminal: PrintableTerminal): Promise<string> {
  switch (format) {
    case 'text': return textReport(report);
    case 'sarif': return sarifText(report, environment, terminal);
    case 'github': return workflowCommandLines(githubReport(report));
    case 'json': return jsonReport(report);
    case 'ndjson': return ndjsonReport(report);
    case 'junit': return junitReport(report);
    case 'gitlab': return gitlabReport(report);
  }
}

function summaryLine({ files, policyCount }: CheckReport, findings: readonly Finding[], hints: boolean, acceptedCount: number): string {
  const { error, warning, info, hint } = countFindings(findings);
  const parts = [describeCount(error, 'error'), describeCount(warning, 'warning'), ...info > 0 ? [describeCount(info, 'info')] : []];
  if (hint > 0) parts.push(hints ? describeCount(hint, 'hint') : `${describeCount(hint, 'hint')} (--hints shows them)`);
  const counts = policyCount === 0 ? `no policies found: ${parts.join(', ')}`
    : `${parts.join(', ')} in ${describeCount(policyCount, 'policy', 'policies')} (${describeCount(files.length, 'file')})`;
  return acceptedCount === 0 ? counts : `${counts}, ${describeCount(acceptedCount, 'finding')} accepted by the baseline`;
}
