import * as assert from 'node:assert/strict';
import { policyStatusOf, type PolicyStatus } from '../../../server/src/core/editor/policy-status';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn } from '../../support/fixtures';
import { textOf } from '../../support/expect-findings';
import { handshakeFiles, withoutManifest, type HandshakeFiles } from '../../support/handshake-files';
import { analysisOfWorkspaceTexts, uriOfPath } from '../../support/workspace-from-texts';

const KEY = 'producer/key-policy.json';
const APP = 'consumer/app.json';
const PAIR = handshakeFiles({ keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, Action: ['kms:Decrypt', 'kms:DescribeKey'] }],
  identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] });

function statusIn(files: HandshakeFiles, path: string): PolicyStatus | undefined {
  const { workspace, analysis, world } = analysisOfWorkspaceTexts(
    Object.fromEntries(Object.entries(files).map(([name, content]) => [name, textOf(content)])),
  );
  const [policy] = workspace.readings.get(uriOfPath(path))?.policies ?? [];
  assert.ok(policy);
  return policyStatusOf(policy, { world, verdicts: () => analysis });
}

/** With more in its `kms-handshake.json`. */
const declaring = (files: HandshakeFiles, more: object): HandshakeFiles => ({ ...files,
  'kms-handshake.json': { ...files['kms-handshake.json'] as object, ...more } });

describe('editor/status', () => {
  it('says whose a policy is, by alias and name of the account where they are known', () => {
    assert.equal(statusIn(PAIR, KEY)?.description, `Key policy of 1234abcd… (${OWNER})`);
    assert.equal(statusIn(PAIR, APP)?.description, `IAM policy of role/App (${CONSUMER})`);
    const named = declaring(PAIR, { keys: [{ arn: KEY_ARN, policy: KEY, aliases: ['alias/app'] }],
      accounts: { [OWNER]: 'security', [CONSUMER]: 'analytics' } });
    assert.equal(statusIn(named, KEY)?.description, 'Key policy of alias/app (security)');
    assert.equal(statusIn(named, APP)?.description, 'IAM policy of role/App (analytics)');
  });

  it('says how it is linked, and what is only assumed', () => {
    assert.deepEqual([statusIn(PAIR, KEY)?.isAssumed, statusIn(PAIR, KEY)?.links.map(({ description: says }) => says)], [false, [
      'declared in kms-handshake.json',
    ]]);
    const guessed = statusIn(withoutManifest(PAIR), KEY);
    assert.deepEqual([guessed?.isAssumed, guessed?.links.length], [true, 1]);
  });

  it('does not call it assumed that nothing is known', () => {
    const lost = statusIn({ 'app.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }] } },
      'app.json');
    assert.deepEqual([lost?.description, lost?.isAssumed], ['IAM policy (identity unknown)', false]);
  });

  it('counts further identities, and names an account that is all that is known', () => {
    const shared = declaring(PAIR, {
      identities: [{ arn: roleArn(CONSUMER), policies: [APP] }, { arn: roleArn(CONSUMER, 'Other'), policies: [APP] }],
    });
    assert.equal(statusIn(shared, APP)?.description, `IAM policy of role/App (${CONSUMER}) and 1 other`);
    assert.equal(statusIn(declaring(PAIR, { identities: [{ account: CONSUMER, policies: [APP] }] }), APP)?.description,
      `IAM policy of account ${CONSUMER}`);
  });

  it('shows the state of the handshakes, each in a line, and how many there are besides', () => {
    assert.deepEqual(statusIn(PAIR, KEY)?.handshakes, [`role/App of account ${CONSUMER}: 1 action works, 1 blocked`]);
    assert.deepEqual(statusIn(PAIR, APP)?.handshakes, [`key 1234abcd… (${OWNER}): 1 action works, 1 blocked`]);
    const others = Object.fromEntries(
      Array.from({ length: 12 },
        (_, i) => [`consumer/${i}.json`, { identityArn: roleArn(CONSUMER, `R${i}`), policy: [{ Action: 'kms:Decrypt' }] }]),
    );
    const crowd = statusIn(
      handshakeFiles({ keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt' }], others }),
      KEY,
    );
    assert.deepEqual([crowd?.handshakes.length, crowd?.omittedHandshakes], [8, 4]);
  });

  it('is missing for policies that have nothing to do with KMS', () => {
    const s3 = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };
    assert.equal(statusIn({ 'app.json': s3 }, 'app.json'), undefined);
    const trust = { Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'sts:AssumeRole' }] };
    assert.equal(statusIn({ 'trust.json': trust }, 'trust.json'), undefined);
  });
});
