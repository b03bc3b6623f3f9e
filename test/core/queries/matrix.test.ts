import assert from 'node:assert/strict';
import { matrixRows, evaluatePairs, type MatrixRowOutcome, type MatrixRow } from '../../../server/src/core/queries/matrix';
import { csvField, matrixCsv } from '../../../server/src/core/queries/matrix-csv';
import { matrixReport } from '../../../server/src/core/queries/matrix-json';
import { matrixMarkdown } from '../../../server/src/core/queries/matrix-markdown';
import { matrixText } from '../../../server/src/core/queries/matrix-text';
import { lineIndex, positionAt } from '../../../server/src/core/text/line-index';
import { CONSUMER, identityPolicy, keyArn, keyPolicy, keyPolicyAllow, OWNER, ownerKeyPolicy, ROLE_ARN,
  roleArn } from '../../support/fixtures';
import { workspaceOfFiles, type FolderFiles } from '../../support/world-of-files';

const MANIFEST = { keys: [{ arn: keyArn(), policy: 'producer/key.json' }],
  identities: [{ arn: roleArn(), policies: ['consumer/app.json'] }] };

function rowsOf(files: FolderFiles): MatrixRow[] {
  const inFolder = Object.fromEntries(Object.entries(files).map(([path, content]) => [`w/${path}`, content]));
  const { world, files: read } = workspaceOfFiles(inFolder);
  return matrixRows(evaluatePairs(world), world, {
    file: (uri) => uri.replace('file:///w/', ''),
    line: ({ uri, span }) => positionAt(lineIndex(read.get(uri)?.source.text ?? ''), span.start).line + 1,
  });
}

function pair(keyActions: readonly string[], ownActions: readonly string[],
  principal: string | readonly string[] = roleArn()): FolderFiles {
  return { 'kms-handshake.json': MANIFEST,
    'producer/key.json': keyPolicy({ Sid: 'Allow an external account to use this key', Principal: { AWS: principal }, Action: keyActions }),
    'consumer/app.json': identityPolicy({ Sid: 'UseKey', Action: ownActions }) };
}

const summary = ({ outcomes }: MatrixRow): string[] =>
  outcomes.map(({ standing: accessStanding, actions }) => `${accessStanding}: ${actions.join(', ')}`);

describe('answers: matrix', () => {
  it('groups actions by what works, and else by the half that denies what is requested', () => {
    const [row, ...others] = rowsOf(pair(['kms:Decrypt', 'kms:DescribeKey'], ['kms:Decrypt', 'kms:Encrypt', 'kms:ScheduleKeyDeletion']));
    assert.deepEqual(others, []);
    assert.equal(row?.identity, roleArn());
    assert.equal(row.key, keyArn());
    assert.deepEqual(summary(row), [
      'works: kms:Decrypt', 'blocked-by-key-policy: kms:Encrypt', 'blocked: kms:ScheduleKeyDeletion', 'not-requested: kms:DescribeKey',
    ]);
  });

  for (const [what, resource] of [
    ['an alias', `arn:aws:kms:us-west-2:${OWNER}:alias/orders`], ['a bucket alone', 'arn:aws:s3:::orders/*'],
  ] as const) {
    it(`takes actions as requested where the IAM policy names ${what} instead of the key`, () => {
      const files = { ...pair(['kms:Decrypt', 'kms:DescribeKey'], []),
        'consumer/app.json': identityPolicy({ Action: ['kms:Decrypt', 's3:GetObject'], Resource: resource }) };
      assert.deepEqual(rowsOf(files).map(summary), [['blocked-by-identity-policy: kms:Decrypt', 'not-requested: kms:DescribeKey']]);
    });
  }

  it('takes no action as requested where the IAM policy names an alias of another account', () => {
    const files = { ...pair(['kms:Decrypt'], []),
      'consumer/app.json': identityPolicy({ Action: ['kms:Decrypt'], Resource: `arn:aws:kms:us-west-2:${CONSUMER}:alias/orders` }) };
    assert.deepEqual(rowsOf(files).map(summary), [['not-requested: kms:Decrypt']]);
  });

  it('asks no key of the same account that only delegates to its account', () => {
    const files = { 'kms-handshake.json': { ...MANIFEST, identities: [{ arn: roleArn(OWNER), policies: ['consumer/app.json'] }] },
      'producer/key.json': ownerKeyPolicy(),
      'consumer/app.json': identityPolicy({ Action: ['kms:Decrypt'], Resource: 'arn:aws:s3:::orders/*' }) };
    assert.deepEqual(rowsOf(files).map(summary), []);
  });

  it('says in every format what is denied without being requested, and which half denies it', () => {
    const rows = rowsOf(pair(['kms:Decrypt', 'kms:DescribeKey'], ['kms:Decrypt']));
    assert.match(matrixText(rows), /^ {4}not asked for: kms:DescribeKey$/m);
    assert.match(matrixMarkdown(rows), /\| not asked for \| kms:DescribeKey \|/);
    assert.match(matrixCsv(rows), /,denied,identity-policy,kms:DescribeKey,/);
    assert.deepEqual(matrixReport(rows).rows[0]?.outcomes.map(({ actions, requested }) => [...actions, requested]),
      [['kms:Decrypt', true], ['kms:DescribeKey', false]]);
  });

  it('names the statements that decide, with their lines', () => {
    const [row] = rowsOf(pair(['kms:Decrypt'], ['kms:Decrypt']));
    assert.deepEqual(
      row?.outcomes[0]?.decidedBy.map(({ half: policyGate, file, line, sid, effect }) =>
        `${policyGate} ${effect ?? ''} ${file}:${line} ${sid ?? ''}`
      ),
      [
        'key-policy Allow producer/key.json:13 Allow an external account to use this key',
        'identity-policy Allow consumer/app.json:4 UseKey',
      ],
    );
  });

  it('tells the conditions of what works only under conditions', () => {
    const files = pair(['kms:Decrypt'], ['kms:Decrypt']);
    const conditional = { ...keyPolicyAllow(roleArn(), ['kms:Decrypt']),
      Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } };
    const [row] = rowsOf({ ...files, 'producer/key.json': ownerKeyPolicy(conditional) });
    const [outcome] = row?.outcomes ?? [];
    assert.equal(outcome?.standing, 'works-if');
    assert.deepEqual(outcome.conditions, ['kms:ViaService StringEquals s3.us-west-2.amazonaws.com']);
    assert.match(outcome.says, /allows it, if kms:ViaService StringEquals s3\.us-west-2\.amazonaws\.com\.$/);
  });

  it('tells that no request meets the conditions of both halves', () => {
    const under = (service: string): object => ({
      Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } },
    });
    const [row] = rowsOf({
      'kms-handshake.json': MANIFEST,
      'producer/key.json': ownerKeyPolicy({ ...keyPolicyAllow(roleArn(), ['kms:Decrypt']), ...under('s3') }),
      'consumer/app.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn(), ...under('sqs') }] },
    });
    const [outcome] = row?.outcomes ?? [];
    assert.deepEqual([outcome?.standing, outcome?.verdict, outcome?.reason, outcome?.conditions], ['blocked', 'denied',
      'conditions-contradict', []]);
    assert.match(outcome?.says ?? '',
      /allows kms:Decrypt only if kms:ViaService StringEquals s3.* and the IAM policy .* allows kms:Decrypt only if kms:ViaService StringEquals sqs.*: no request meets both\.$/);
  });

  it('leaves out what a statement cannot apply to: it neither grants nor requests that (docs/aws-rules.md 8.2)', () => {
    const under = { Condition: { StringEquals: { 'kms:EncryptionContext:app': 'reports' } } };
    const [row] = rowsOf({
      ...pair(['kms:Encrypt'], []),
      'consumer/app.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['kms:Encrypt', 'kms:Sign'], Resource: keyArn(), ...under }] },
    });
    assert.ok(row);
    assert.deepEqual(summary(row), ['works-if: kms:Encrypt']);
    const [other] = rowsOf({ ...pair([], ['kms:Encrypt']),
      'producer/key.json': ownerKeyPolicy({ ...keyPolicyAllow(roleArn(), ['kms:Encrypt', 'kms:Sign']),
        ...under }) });
    assert.ok(other);
    assert.deepEqual(summary(other), ['works-if: kms:Encrypt']);
  });

  it('tells the session that a verdict is limited to', () => {
    const session = `arn:aws:sts::${CONSUMER}:assumed-role/App/nightly`;
    const [row] = rowsOf(pair(['kms:Decrypt'], ['kms:Decrypt'], session));
    assert.deepEqual(row?.outcomes[0]?.conditions, ['in the session nightly']);
    const [both] = rowsOf(pair(['kms:Decrypt'], ['kms:Decrypt'], [session, session.replace('nightly', 'weekly')]));
    assert.deepEqual(both?.outcomes[0]?.conditions, ['in the session nightly or weekly']);
  });

  it('says it in sentences that agree with one action and with several', () => {
    const says = (actions: readonly string[]): string | undefined =>
      rowsOf(pair(['kms:Decrypt'], actions))[0]?.outcomes.find(({ standing: accessStanding }) => accessStanding === 'blocked-by-key-policy')
        ?.says;
    assert.match(says(['kms:Encrypt']) ?? '',
      /allows only kms:Decrypt for role\/App .*; kms:Encrypt in consumer\/app\.json:7 has no effect\.$/);
    assert.match(says(['kms:Encrypt', 'kms:DescribeKey']) ?? '',
      /kms:DescribeKey and kms:Encrypt in consumer\/app\.json:\d+ have no effect\.$/);
    assert.match(says(['kms:Encrypt', 'kms:GenerateDataKey*']) ?? '', /; kms:Encrypt and 4 more actions in consumer\/app\.json/);
  });

  it('says that the policy of a key is not there', () => {
    const [row] = rowsOf({ 'kms-handshake.json': { identities: MANIFEST.identities },
      'consumer/app.json': identityPolicy({ Action: ['kms:Decrypt', 'kms:Encrypt'] }) });
    assert.deepEqual(row && summary(row), ['unknown: kms:Decrypt, kms:Encrypt']);
    assert.match(row?.outcomes[0]?.says ?? '',
      /decides on kms:Decrypt and kms:Encrypt; the IAM policy \(consumer\/app\.json:7\) would allow them\.$/);
  });

  it('names what has no ARN: an account by its root, policies of unknown identities and keys by their files', () => {
    const rows = rowsOf({
      'dump.json': { KeyPolicies: [],
        Policy: JSON.stringify(keyPolicy({ Action: ['kms:Decrypt'] })) },
      'app.json': identityPolicy({ Resource: `arn:aws:kms:*:${OWNER}:key/*`, Action: ['kms:Decrypt'] }),
    });
    assert.deepEqual(rows.map(({ identity, key }) => `${identity} ${key}`).sort(), [
      `arn:aws:iam::${CONSUMER}:root unlinked:dump.json#/Policy`, 'unattached:app.json unlinked:dump.json#/Policy',
    ]);
  });

  it('has no row for unrelated identities and keys', () => {
    assert.deepEqual(rowsOf({ 'app.json': identityPolicy({ Resource: 'arn:aws:s3:::example/*', Action: ['s3:GetObject'] }) }), []);
  });
});

function row(change: Partial<MatrixRowOutcome>, names: Partial<MatrixRow> = {}): MatrixRow {
  const at = { uri: 'file:///w/a.json', span: { start: 0, end: 1 } };
  const outcome: MatrixRowOutcome = {
    standing: 'works', decidingGate: undefined, verdict: 'allowed', reason: 'both-allow', actions: ['kms:Decrypt'], conditions: [],
    says: 'because.',
    decidedBy: [{ half: 'key-policy', file: 'a.json', line: 3, sid: undefined, effect: 'Allow', at }], ...change,
  };
  return { identity: ROLE_ARN, key: 'arn:aws:kms:us-west-2:111122223333:key/*', outcomes: [outcome], ...names };
}

describe('answers: matrix as CSV', () => {
  it('quotes what holds a comma, a quote or a line break, and doubles quotes (RFC 4180, section 2, rules 6 and 7)', () => {
    assert.equal(csvField('plain text'), 'plain text');
    assert.equal(csvField('a,b'), '"a,b"');
    assert.equal(csvField('say "no"'), '"say ""no"""');
    assert.equal(csvField('two\nlines'), '"two\nlines"');
  });

  for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']) {
    it(`makes ${JSON.stringify(formula)} a text (OWASP, CSV Injection)`, () => {
      assert.match(csvField(formula), /^"?'/);
    });
  }

  it('makes every field safe, whichever text of a policy comes first in it', () => {
    const hostile = '=HYPERLINK("https://example.com")';
    const csv = matrixCsv([row({ conditions: [`${hostile} StringEquals x`], says: hostile }, { identity: hostile, key: '-2+3' })]);
    assert.doesNotMatch(csv, /(^|,|\n)"?[=+\-@]/);
  });

  it('ends every record with CRLF and gives each the same number of fields (RFC 4180, section 2, rules 1 and 4)', () => {
    const csv = matrixCsv([row({}), row({ decidedBy: [] })]);
    assert.ok(csv.endsWith('\r\n'));
    assert.deepEqual(csv.trimEnd().split('\r\n').map((record) => record.split(',').length), [9, 9, 9]);
  });
});

describe('answers: matrix as Markdown', () => {
  it('escapes what would be markup, HTML, a link or the end of a cell', () => {
    const [, , line] = matrixMarkdown([row({ says: 'a|b ![x](https://evil.example) <f>\r\n`d`' })]).split('\n');
    assert.ok(line?.includes('| a\\|b !\\[x\\](https\\://evil.example) \\<f\\> \\`d\\` |'), line);
  });

  it('is a table with one row for each outcome', () => {
    const lines = matrixMarkdown([row({}), row({ standing: 'blocked-by-key-policy', says: 'a | b' })]).trimEnd().split('\n');
    assert.equal(lines.length, 4);
    for (const line of lines) assert.equal(line.split(/(?<!\\)\|/).length, 8, line);
    assert.match(lines[3] ?? '', /key\/\\\* \| blocked by the key policy \| kms:Decrypt \| a \\\| b \| Allow a\.json:3 \|$/);
  });
});

describe('answers: matrix as text and JSON', () => {
  it('names an identity once for all its keys', () => {
    const text = matrixText([row({}), row({}, { key: 'other' }), row({}, { identity: 'someone' })]);
    assert.equal(text.match(/role\/App/g)?.length, 1);
    assert.match(text, /\n\nsomeone\n/);
  });

  it('leaves out what a statement does not have', () => {
    assert.deepEqual(matrixReport([row({})]).rows[0]?.outcomes[0]?.because, [{ half: 'key-policy', file: 'a.json', line: 3,
      effect: 'Allow' }]);
  });
});
