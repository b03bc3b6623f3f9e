import assert from 'node:assert/strict';
import { CONSUMER, KEY_ARN, roleArn } from '../support/fixtures';
import { createTestFolder, removeTestFolders } from '../support/temporary-folder';
import { handshakeFiles } from '../support/handshake-files';
import { runCli } from '../support/run-cli';

const ROLE = roleArn(CONSUMER);
const FILES = handshakeFiles({ keyPolicy: [{ Sid: 'App', Principal: { AWS: ROLE }, Action: 'kms:Decrypt' }],
  identityPolicy: [{ Sid: 'Use', Action: ['kms:Decrypt', 'kms:Encrypt'] }] });

describe('command line: explain', () => {
  afterEach(removeTestFolders);

  const run = (...more: readonly string[]): ReturnType<typeof runCli> =>
    runCli(createTestFolder(FILES).path, 'explain', '--identity', ROLE, '--key', KEY_ARN, ...more);

  it('says verdict, halves and the edit for people', async () => {
    const { status, stdout } = await run('--action', 'kms:Encrypt');
    assert.equal(status, 0);
    assert.match(stdout,
      /^Denied: the key policy \(producer\/key-policy\.json:20\) allows only kms:Decrypt for role\/App of account 444455556666; kms:Encrypt in consumer\/app\.json:10 has no effect\.\n\n/);
    assert.match(stdout, /^ {2}Key policy {2}no {10}Allows only kms:Decrypt for role\/App .* \(producer\/key-policy\.json:20\)$/m);
    assert.match(stdout,
      /^What to do: Allow kms:Encrypt for role\/App of account 444455556666 in the key policy\.\n\n {2}producer\/key-policy\.json\n/m);
    assert.match(stdout, /^ {4}\+ {9}"kms:Encrypt"$/m);
    assert.match(stdout, /\n\nNot looked at: .*\n$/);
  });

  it('answers for an AWS service by its principal', async () => {
    const folder = createTestFolder(
      handshakeFiles({ keyPolicy: [{ Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'kms:GenerateDataKey*' }] }),
    );
    const { status, stdout: out } = await runCli(folder.path, 'explain', '--identity', 'cloudtrail.amazonaws.com', '--key', KEY_ARN,
      '--action', 'kms:GenerateDataKey');
    assert.equal(status, 0);
    assert.match(out,
      /^Allowed: the key policy \(producer\/key-policy\.json:\d+\) gives kms:GenerateDataKey to cloudtrail\.amazonaws\.com by itself\.\n/);
    assert.match(out, /^ {2}IAM policy {2}not needed {2}An AWS service has no IAM policies$/m);
  });

  it('gives the JSON shape of the interface', async () => {
    const { stdout: out } = await run('--action', 'decrypt', '--format', 'json');
    const report = JSON.parse(out) as Record<string, unknown>;
    assert.deepEqual({ ...report, steps: [], sentence: '', scope: '' }, {
      version: 1, identity: ROLE, key: KEY_ARN, action: 'kms:Decrypt', verdict: 'allowed', reason: 'both-allow', sentence: '',
      conditions: [],
      because: [
        { half: 'key-policy', file: 'producer/key-policy.json', line: 20, sid: 'App', effect: 'Allow' },
        { half: 'identity-policy', file: 'consumer/app.json', line: 9, sid: 'Use', effect: 'Allow' },
      ],
      steps: [], notes: [], scope: '',
    });
    assert.deepEqual(
      (report['steps'] as { half: string; outcome: string; because: unknown }[]).map(({ half, outcome }) => `${half} ${outcome}`),
      ['accounts allowed', 'key-policy allowed', 'identity-policy allowed', 'grants not-needed', 'denies allowed'],
    );
  });

  it('names in JSON the sessions and the constraints of grants that a verdict depends on', async () => {
    const session = (name: string): string => `arn:aws:sts::${CONSUMER}:assumed-role/App/${name}`;
    const conditions = async (files: Parameters<typeof createTestFolder>[0]): Promise<unknown> => {
      const { stdout: out } = await runCli(createTestFolder(files).path, 'explain', '--identity', ROLE, '--key', KEY_ARN, '--action',
        'kms:Decrypt', '--format', 'json');
      const { verdict, conditions: texts } = JSON.parse(out) as Record<string, unknown>;
      return [verdict, texts];
    };
    const iam = [{ Action: 'kms:Decrypt' }];
    assert.deepEqual(
      await conditions(
        handshakeFiles({ keyPolicy: [{ Principal: { AWS: [session('a'), session('b')] }, Action: 'kms:Decrypt' }], identityPolicy: iam }),
      ),
      ['conditional', ['in the session a or b']],
    );
    const denied = [{ Principal: { AWS: ROLE }, Action: 'kms:Decrypt' }, { Effect: 'Deny', Principal: { AWS: [session('a'), session('b')] },
      Action: 'kms:Decrypt' }];
    assert.deepEqual(await conditions(handshakeFiles({ keyPolicy: denied, identityPolicy: iam })), ['conditional', [
      'unless the session is a or b',
    ]]);
    const grants = {
      Grants: [{ KeyId: KEY_ARN, GrantId: '1', GranteePrincipal: ROLE, Operations: ['Decrypt'],
        Constraints: { EncryptionContextSubset: { Department: 'IT' } } }],
    };
    assert.deepEqual(await conditions({ ...handshakeFiles({ keyPolicy: [] }), 'grants.json': grants }), ['conditional', [
      'EncryptionContextSubset Department=IT',
    ]]);
  });

  it('gives the edit in JSON', async () => {
    const { stdout: out } = await run('--action', 'kms:Encrypt', '--format', 'json');
    const { verdict, remedy } = JSON.parse(out) as { verdict: string;
      remedy: { advice: string; edits: { half: string; file: string; create: boolean; diff: string }[] } };
    assert.equal(verdict, 'denied');
    assert.deepEqual(remedy.edits.map(({ half, file, create }) => [half, file, create]), [['key-policy', 'producer/key-policy.json',
      false]]);
    assert.match(remedy.edits[0]?.diff ?? '', /^\+ +"kms:Encrypt"$/m);
  });

  it('reads the question from an AWS error message in a file', async () => {
    const folder = createTestFolder({ ...FILES, 'error.log': 'ERROR AccessDenied: User: '
      + `arn:aws:sts::${CONSUMER}:assumed-role/App/s1 is not authorized to perform: kms:Encrypt on resource: `
      + `${KEY_ARN} because no resource-based policy allows the kms:Encrypt action\n` });
    const { status, stdout: out } = await runCli(folder.path, 'explain', '--message', 'error.log');
    assert.equal(status, 0);
    assert.match(out,
      /^Denied: the key policy \(producer\/key-policy\.json:20\) allows only .*; kms:Encrypt in consumer\/app\.json:10 has no effect\./);
    assert.match(out, /AWS says: no resource-based policy allows the kms:Encrypt action\./);
  });

  it('begins with AWS\'s own reason where that is another policy, and has it in JSON (IAM User Guide, Troubleshoot access denied '
    + 'error messages)', async () => {
    const folder = createTestFolder({ ...FILES, 'error.log': `User: arn:aws:sts::${CONSUMER}:assumed-role/App/s1 is not `
      + `authorized to perform: kms:Decrypt on resource: ${KEY_ARN} with an explicit deny in a service control policy` });
    assert.match((await runCli(folder.path, 'explain', '--message', 'error.log')).stdout,
      /^Denied by a service control policy, AWS says\. Both halves allow it: the key policy /);
    const { verdict, reason, aws } = JSON.parse(
      (await runCli(folder.path, 'explain', '--message', 'error.log', '--format', 'json')).stdout,
    ) as Record<string, unknown>;
    assert.deepEqual({ verdict, reason, aws }, { verdict: 'allowed', reason: 'both-allow',
      aws: { effect: 'explicit-deny', policyType: 'service-control-policy' } });
  });

  it('answers a message that names no key by what fits it and the keys of the workspace', async () => {
    const folder = createTestFolder({ ...FILES, 'error.log': 'The ciphertext refers to a customer master key that does not exist, does '
      + 'not exist in this region, or you are not allowed to access.' });
    const { status, stdout: out } = await runCli(folder.path, 'explain', '--message', 'error.log');
    assert.equal(status, 0);
    assert.match(out,
      /^Unknown: the message does not say who called, nor which key it is about\.\n\nWhat fits the message:\n- The key policy /);
    assert.match(out,
      /\n- arn:aws:iam::444455556666:role\/App with arn:aws:kms:\S+ for kms:Decrypt: Allowed: the key policy \(producer\/key-policy\.json:20\)/);
    assert.match(out, /\nAdd --identity and --key to see one of them half by half\.\n/);
    const report = JSON.parse((await runCli(folder.path, 'explain', '--message', 'error.log', '--format', 'json')).stdout) as Record<string,
      unknown>;
    assert.deepEqual([report['version'], report['action'], report['verdict'], report['reason'], report['missing'], report['steps']], [1,
      'kms:Decrypt', 'unknown', 'unresolved', ['identity', 'key'], []]);
    assert.deepEqual((report['candidates'] as Record<string, unknown>[]).map(({ identity, key, verdict }) => [identity, key, verdict]), [[
      ROLE,
      KEY_ARN,
      'allowed',
    ]]);
    assert.ok((report['causes'] as string[]).length > 2);
  });

  it('notes a bucket policy that does not name the role, and keeps the verdict', async () => {
    const bucket = (action: string, more: object): object => ({ Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: action, Resource: 'arn:aws:s3:::amzn-s3-demo-bucket/*', ...more }] });
    const folder = createTestFolder({
      ...handshakeFiles({ keyPolicy: [{ Principal: { AWS: ROLE }, Action: 'kms:Decrypt' }],
        identityPolicy: [{ Action: 'kms:Decrypt' }, { Action: 's3:GetObject', Resource: 'arn:aws:s3:::amzn-s3-demo-bucket/*' }] }),
      'owner/bucket-policy.json': bucket('s3:GetObject', { Principal: { AWS: `${ROLE}2` } }),
    });
    const { stdout: out } = await runCli(folder.path, 'explain', '--identity', ROLE, '--key', KEY_ARN, '--action', 'kms:Decrypt');
    assert.match(out, /^Allowed: /);
    assert.match(out, /\nAmazon S3 checks the bucket policy too, and owner\/bucket-policy\.json:1 does not name role\/App /);
  });

  it('takes what the message does not say from the options', async () => {
    const folder = createTestFolder({ ...FILES, 'error.log': 'Access to KMS is not allowed' });
    assert.match((await runCli(folder.path, 'explain', '--message', 'error.log', '--key', KEY_ARN)).stdout,
      /^Unknown: the message does not say who called\./);
    assert.match((await runCli(folder.path, 'explain', '--message', 'error.log', '--identity', ROLE, '--key', KEY_ARN)).stdout,
      /^Allowed: /);
    assert.match((await runCli(folder.path, 'explain', '--message', 'kms-handshake.json')).stderr, /no AWS KMS access error/);
    assert.match((await runCli(folder.path, 'explain', '--message', 'gone.log')).stderr, /gone\.log/);
  });

  for (const [what, args, says] of [
    ['a pattern', ['--action', 'kms:*'], /stands for \d+ actions/],
    ['no such action', ['--action', 'kms:Decript'], /Did you mean kms:Decrypt\?/], ['no action', [], /--action/],
  ] as const) {
    it(`ends with 2 and a clear line for ${what}`, async () => {
      const { status, stdout: out, stderr } = await run(...args);
      assert.deepEqual([status, out], [2, '']);
      assert.match(stderr, says);
    });
  }
});
