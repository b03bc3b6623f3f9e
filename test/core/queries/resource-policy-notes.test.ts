import assert from 'node:assert/strict';
import { explain } from '../../../server/src/core/queries/explain';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn, type StatementJson } from '../../support/fixtures';
import { handshakeFiles } from '../../support/handshake-files';
import { workspaceOfFiles } from '../../support/world-of-files';

const ROLE = roleArn(CONSUMER);
const OBJECTS = 'arn:aws:s3:::amzn-s3-demo-bucket/*';
const QUEUE = `arn:aws:sqs:us-west-2:${OWNER}:reports`;

interface Given {
  readonly principal: string;
  /** Of the IAM policy and of the resource policy. */
  readonly named?: string;
  readonly resource?: string;
  readonly action?: string;
  readonly identity?: string;
  readonly more?: StatementJson;
}

function notesOn({ principal, named = OBJECTS, resource = OBJECTS, action = 's3:GetObject', identity = ROLE, more = {} }: Given): string[] {
  const files = handshakeFiles({ keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt' }], identity,
    identityPolicy: [{ Action: 'kms:Decrypt' }, { Action: action, Resource: named }] });
  const workspace = workspaceOfFiles(Object.fromEntries(Object.entries({
    ...files,
    'owner/bucket-policy.json': { Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: action, Resource: resource, ...more }] },
  }).map(([path, content]) => [`w/${path}`, content])));
  const policies = [...workspace.readings.values()].flatMap((reading) => reading.policies);
  const answer = explain(workspace.world, { identity, key: KEY_ARN, action: 'kms:Decrypt' }, ({ uri }) => uri.replace('file:///w/', ''), [],
    policies);
  if (isRefusal(answer)) assert.fail(answer.refused);
  assert.equal(answer.outcome, 'allowed');
  return answer.notes.filter((note) => note.includes(' checks the '));
}

describe('answers: policies of buckets, queues, topics and secrets (AWS re:Post, cross-account access denied errors in Amazon S3)', () => {
  const OTHER = roleArn(CONSUMER, 'SomebodyElse');

  it('that do not name the identity are mentioned next to an Allowed', () => {
    assert.deepEqual(notesOn({ principal: OTHER }), [
      `Amazon S3 checks the bucket policy too, and owner/bucket-policy.json does not name role/App of account ${CONSUMER}: `
      + 'access to the key alone is not enough there.',
    ]);
    assert.match(notesOn({ principal: OTHER, named: 'arn:aws:s3:::amzn-s3-demo-*', resource: 'arn:aws:s3:::amzn-s3-demo-bucket' })[0] ?? '',
      /bucket policy/);
    assert.match(notesOn({ principal: OTHER, named: QUEUE, resource: QUEUE, action: 'sqs:ReceiveMessage' })[0] ?? '',
      /^Amazon SQS checks the queue policy too/);
    assert.match(
      notesOn({ principal: OTHER, named: QUEUE.replace('sqs', 'sns'), resource: QUEUE.replace('sqs', 'sns'), action: 'sns:Publish' })[0]
        ?? '',
      /^Amazon SNS checks the topic policy/,
    );
    const secret = `arn:aws:secretsmanager:us-west-2:${OWNER}:secret:db-AbCdEf`;
    assert.match(
      notesOn({ principal: OTHER, named: secret.replace('AbCdEf', '??????'), resource: secret, action: 'secretsmanager:GetSecretValue' })[0]
        ?? '',
      /policy of the secret/,
    );
    assert.equal(notesOn({ principal: ROLE, more: { Effect: 'Deny' } }).length, 1);
  });

  it('are silent where they allow the identity by itself, by its account or as anyone', () => {
    for (const principal of [ROLE, rootArn(CONSUMER), CONSUMER, '*'])
      assert.deepEqual(notesOn({ principal }), [], principal);
  });

  it('are silent where the IAM policy does not show the resource, or another one', () => {
    assert.deepEqual(notesOn({ principal: OTHER, named: '*' }), []);
    assert.deepEqual(notesOn({ principal: OTHER, named: 'arn:aws:s3:::*/*' }), []);
    assert.deepEqual(notesOn({ principal: OTHER, named: 'arn:aws:s3:::amzn-s3-demo-other/*' }), []);
    assert.deepEqual(
      notesOn({ principal: OTHER, named: QUEUE, resource: QUEUE.replace('reports', 'orders'), action: 'sqs:ReceiveMessage' }),
      [],
    );
  });

  it('are absent in the account of the resource, where the IAM policy is enough (Cross-account policy evaluation logic)', () => {
    const own = QUEUE.replace(OWNER, CONSUMER);
    assert.deepEqual(notesOn({ principal: OTHER, named: own, resource: own, action: 'sqs:ReceiveMessage' }), []);
  });
});
