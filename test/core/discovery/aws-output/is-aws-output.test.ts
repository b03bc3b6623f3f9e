import * as assert from 'node:assert/strict';
import { isAwsOutput } from '../../../../server/src/core/discovery/aws-output/is-aws-output';

describe('isAwsOutput', () => {
  it('recognises what lists the policies or keys of an account by its beginning', () => {
    // https://docs.aws.amazon.com/cli/latest/reference/iam/get-account-authorization-details.html, kms/list-keys, kms/list-aliases,
    // kms/list-grants
    for (const name of ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies', 'Keys', 'Aliases', 'Grants', 'KeyMetadata']) {
      assert.equal(isAwsOutput(`{\n    "${name}": [`), true, name);
    }
    // https://docs.aws.amazon.com/config/latest/developerguide/example-s3-snapshot.html
    for (const beginning of ['{"fileVersion":"1.0","configSnapshotId":"x","configurationItems":[', '{ "configurationItems" : [',
      '\r\n[{"RoleDetailList":[]']) assert.equal(isAwsOutput(beginning), true, beginning);
  });

  it('takes nothing else for it', () => {
    for (const beginning of ['', '{}', '{"keys":[', '{"Version":"2012-10-17","Statement":[', '{"name":"Keys"', '"Keys": [',
      '{"a":{"Keys":[', '[[{"Keys":[', '{"KeysOfMine":[']) assert.equal(isAwsOutput(beginning), false, beginning);
  });
});
