import * as assert from 'node:assert/strict';
import { statusOf, type PolicyStatus } from '../../../server/src/core/editor/status';
import { EXT, KEY_ARN, OWN, roleOf, rootOf } from '../../support/access';
import { textOf } from '../../support/check';
import { handshake, undeclared, type HandshakeFiles } from '../../support/handshake';
import { analysisOf, uriOf } from '../../support/workspace';

const KEY = 'producer/key-policy.json';
const APP = 'consumer/app.json';
const PAIR = handshake({ keyPolicy: [{ Principal: { AWS: rootOf(EXT) }, Action: ['kms:Decrypt', 'kms:DescribeKey'] }], iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] });

function statusIn(files: HandshakeFiles, path: string): PolicyStatus | undefined {
  const { workspace, analysis, world } = analysisOf(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, textOf(content)])));
  const [policy] = workspace.readings.get(uriOf(path))?.policies ?? [];
  assert.ok(policy);
  return statusOf(policy, { world, verdicts: () => analysis });
}

/** With more in its `kms-handshake.json`. */
const declaring = (files: HandshakeFiles, more: object): HandshakeFiles => ({ ...files, 'kms-handshake.json': { ...files['kms-handshake.json'] as object, ...more } });

describe('editor/status', () => {
  it('says whose a policy is, by alias and name of the account where they are known', () => {
    assert.equal(statusIn(PAIR, KEY)?.says, `key policy of 1234abcd… (${OWN})`);
    assert.equal(statusIn(PAIR, APP)?.says, `IAM policy of role/App (${EXT})`);
    const named = declaring(PAIR, { keys: [{ arn: KEY_ARN, policy: KEY, aliases: ['alias/app'] }], accounts: { [OWN]: 'security', [EXT]: 'analytics' } });
    assert.equal(statusIn(named, KEY)?.says, 'key policy of alias/app (security)');
    assert.equal(statusIn(named, APP)?.says, 'IAM policy of role/App (analytics)');
  });

  it('says how it is linked, and what is only assumed', () => {
    assert.deepEqual([statusIn(PAIR, KEY)?.assumed, statusIn(PAIR, KEY)?.links.map(({ says }) => says)], [false, ['declared in kms-handshake.json']]);
    const guessed = statusIn(undeclared(PAIR), KEY);
    assert.deepEqual([guessed?.assumed, guessed?.links.length], [true, 1]);
  });

  it('does not call it assumed that nothing is known', () => {
    const lost = statusIn({ 'app.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }] } }, 'app.json');
    assert.deepEqual([lost?.says, lost?.assumed], ['IAM policy, not known to whom it is attached', false]);
  });

  it('counts further identities, and names an account that is all that is known', () => {
    const shared = declaring(PAIR, { identities: [{ arn: roleOf(EXT), policies: [APP] }, { arn: roleOf(EXT, 'Other'), policies: [APP] }] });
    assert.equal(statusIn(shared, APP)?.says, `IAM policy of role/App (${EXT}) and 1 other`);
    assert.equal(statusIn(declaring(PAIR, { identities: [{ account: EXT, policies: [APP] }] }), APP)?.says, `IAM policy of account ${EXT}`);
  });

  it('says how the handshakes stand, each in a line, and how many there are besides', () => {
    assert.deepEqual(statusIn(PAIR, KEY)?.handshakes, [`role/App of account ${EXT}: 1 action works, 1 blocked`]);
    assert.deepEqual(statusIn(PAIR, APP)?.handshakes, [`key 1234abcd… (${OWN}): 1 action works, 1 blocked`]);
    const others = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`consumer/${i}.json`, { to: roleOf(EXT, `R${i}`), policy: [{ Action: 'kms:Decrypt' }] }]));
    const crowd = statusIn(handshake({ keyPolicy: [{ Principal: { AWS: rootOf(EXT) }, Action: 'kms:Decrypt' }], others }), KEY);
    assert.deepEqual([crowd?.handshakes.length, crowd?.more], [8, 4]);
  });

  it('is none for policies that have nothing to do with KMS', () => {
    const s3 = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };
    assert.equal(statusIn({ 'app.json': s3 }, 'app.json'), undefined);
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: rootOf(EXT) }, Action: 'sts:AssumeRole' }] };
    assert.equal(statusIn({ 'trust.json': trust }, 'trust.json'), undefined);
  });
});
