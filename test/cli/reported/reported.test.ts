import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { removeTestFolders, createTestFolder } from '../../support/temporary-folder';
import { runCli } from '../../support/run-cli';
import { CONSUMER, KEY_ARN, OWNER, roleArn } from '../../support/fixtures';

/** What must be found, or must not be: `*` is any code. */
interface Expectation {
  readonly code: string;
  readonly file?: string;
  readonly line?: number;
  readonly severity?: string;
}

interface ReportedWorkspace {
  readonly name: string;
  /** The folder that is checked; default: the one that has the files. */
  readonly root?: string;
  readonly files: Readonly<Record<string, string | object>>;
  readonly found: readonly Expectation[];
  readonly absent: readonly Expectation[];
  readonly verdicts: readonly { readonly identity: string; readonly key: string; readonly action: string; readonly verdict: string }[];
}

interface JsonFinding {
  readonly file: string;
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly line: number;
}

const WORKSPACES = JSON.parse(readFileSync(path.join(__dirname, 'workspaces.json'), 'utf8')) as readonly ReportedWorkspace[];

function layOut({ files, root = '.' }: ReportedWorkspace): string {
  return path.join(createTestFolder(files).path, root);
}

function workspaceNamed(name: string): string {
  const workspace = WORKSPACES.find((each) => each.name === name);
  assert.ok(workspace, name);
  return layOut(workspace);
}

async function findingsOf(folder: string): Promise<readonly JsonFinding[]> {
  const { stdout, stderr, status } = await runCli(folder, 'check', '.', '--format', 'json', '--fail-on', 'never');
  assert.equal(status, 0, stderr);
  return (JSON.parse(stdout) as { findings: readonly JsonFinding[] }).findings;
}

async function explained(folder: string, ...argv: string[]): Promise<Readonly<Record<string, unknown>>> {
  const { stdout, stderr } = await runCli(folder, 'explain', ...argv, '--format', 'json');
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

function matches(finding: JsonFinding, { code, file, line, severity }: Expectation): boolean {
  return (code === '*' || finding.rule === code) && (file === undefined || finding.file === file)
    && (line === undefined || finding.line === line) && (severity === undefined || finding.severity === severity);
}

describe('command line: small workspaces of the kinds that people reported', () => {
  afterEach(removeTestFolders);

  for (const workspace of WORKSPACES) {
    it(workspace.name, async () => {
      const folder = layOut(workspace);
      const findings = await findingsOf(folder);
      const lines = findings.map(({ file, line, severity, rule }) => `${file}:${line} ${severity} ${rule}`).join('\n');
      for (const expected of workspace.found)
        assert.ok(findings.some((finding) => matches(finding, expected)), `${JSON.stringify(expected)} is not among\n${lines}`);
      for (const unwanted of workspace.absent)
        assert.ok(!findings.some((finding) => matches(finding, unwanted)), `${JSON.stringify(unwanted)} is among\n${lines}`);
      for (const { identity, key, action, verdict } of workspace.verdicts) {
        const answer = await explained(folder, '--identity', identity, '--key', key, '--action', action);
        assert.equal(answer.verdict, verdict, String(answer.sentence));
      }
    });
  }

  it('names the session where a verdict is conditional by one (IAM User Guide, reference_policies_elements_principal)', async () => {
    const ask = ['--identity', roleArn(OWNER, 'Invoicing'), '--key',
      KEY_ARN, '--action', 'kms:Decrypt'];
    assert.deepEqual((await explained(workspaceNamed('account and session in one statement'), ...ask)).conditions, [
      'in the session month-end',
    ]);
    assert.deepEqual((await explained(workspaceNamed('two sessions in one Deny'), ...ask)).conditions, [
      'unless the session is draft or replay',
    ]);
  });

  it('has each identity once in the matrix of collected data', async () => {
    const { stdout } = await runCli(workspaceNamed('collected data with metadata.json'), 'matrix', '--format', 'json');
    const { rows } = JSON.parse(stdout) as { rows: readonly { identity: string }[] };
    assert.deepEqual([...new Set(rows.map(({ identity }) => identity))].filter((identity) => /reportreader/i.test(identity)), [
      roleArn(CONSUMER, 'ReportReader'),
    ]);
  });

  it('says AWS\'s own reason first (IAM User Guide, troubleshoot_access-denied)', async () => {
    const { stdout: out } = await runCli(workspaceNamed('AWS says which other policy denied'), 'explain', '--message', 'message.txt');
    assert.match(out, /^Denied by a service control policy, AWS says\. Both halves allow it/);
  });

  it('answers a message that leaves the key out', async () => {
    const { stdout: out, stderr } = await runCli(workspaceNamed('a message without the key'), 'explain', '--message', 'message.txt');
    assert.doesNotMatch(stderr, /--key/);
    assert.match(out, /another Region/);
    assert.match(out, /1234abcd-12ab-34cd-56ef-1234567890ab/);
  });

  it('says which other policy the service needs (AWS re:Post, cross-account access to S3)', async () => {
    const { stdout: out } = await runCli(workspaceNamed('a bucket policy that names somebody else'), 'explain', '--identity',
      roleArn(CONSUMER, 'ReportReader'), '--key', KEY_ARN,
      '--action', 'kms:Decrypt');
    assert.match(out, /owner\/bucket-policy\.json:\d+ does not name role\/ReportReader/);
  });

  it('closes the pair of a condition that the action does not have', async () => {
    const folder = workspaceNamed('a condition that the action does not have');
    const { stdout: out, stderr: err } = await runCli(folder, 'generate', 'key-policy', '--iam-policy', 'consumer/iam-policy.json');
    assert.doesNotMatch(out, /kms:Sign/, err);
  });
});
