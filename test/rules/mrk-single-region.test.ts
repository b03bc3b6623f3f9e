import * as assert from 'node:assert/strict';
import { applyFix, checkFindings } from '../support/expect-findings';
import { CONSUMER, identityPolicy, keyPolicy, MULTI_REGION_KEY_ID, OWNER, policyDocument, roleArn } from '../support/fixtures';

const CODE = 'mrk-single-region';
const ONLY = [CODE, 'region-mismatch', 'account-mismatch'];
const arn = (region: string, id = MULTI_REGION_KEY_ID): string => `arn:aws:kms:${region}:${OWNER}:key/${id}`;

/** Key policies of the key in these Regions, and an identity policy. */
function files(regions: readonly string[], app: object, id = MULTI_REGION_KEY_ID): Record<string, object> {
  return {
    'kms-handshake.json': {
      keys: regions.map((region) => ({ arn: arn(region, id), policy: `${region}.json` })),
      identities: [{ arn: roleArn(CONSUMER), policies: ['app.json'] }],
    },
    ...Object.fromEntries(regions.map((region) => [`${region}.json`, keyPolicy()])),
    'app.json': app,
  };
}

const BOTH = ['us-east-1', 'eu-west-1'];
const FOUND = [`app.json info ${CODE} "us-east-1"`];

describe(CODE, () => {
  it('finds the ARN of one Region', () => {
    checkFindings(files(BOTH, identityPolicy({ Resource: arn('us-east-1') })), FOUND, ONLY);
  });

  it('takes all Regions, both ARNs, and a statement elsewhere', () => {
    checkFindings(files(BOTH, identityPolicy({ Resource: arn('*') })), [], ONLY);
    checkFindings(files(BOTH, identityPolicy({ Resource: BOTH.map((region) => arn(region)) })), [], ONLY);
    checkFindings(
      files(BOTH,
        identityPolicy({ Resource: arn('us-east-1') }, { Effect: 'Allow', Action: 'kms:Encrypt',
          Resource: `arn:aws:kms:eu-west-1:${OWNER}:key/*` })),
      [],
      ONLY,
    );
  });

  it('finds it in a list with two of three Regions', () => {
    checkFindings(files([...BOTH, 'us-west-2'], identityPolicy({ Resource: BOTH.map((region) => arn(region)) })), [...FOUND,
      `app.json info ${CODE} "eu-west-1"`], ONLY);
  });

  it('leaves keys of one Region, Deny, other actions and template values alone', () => {
    checkFindings(files(['us-east-1'], identityPolicy({ Resource: arn('us-east-1') })), [], ONLY);
    checkFindings(files(BOTH, policyDocument({ Effect: 'Deny', Action: 'kms:Decrypt', Resource: arn('us-east-1') })), [], ONLY);
    checkFindings(files(BOTH, policyDocument({ Effect: 'Allow', Action: 's3:GetObject', Resource: arn('us-east-1') })), [], ONLY);
    checkFindings(files(BOTH, identityPolicy({ Resource: arn('${region}') })), [], ONLY);
  });

  it('leaves a Region in which there is no replica to region-mismatch', () => {
    checkFindings(files(BOTH, identityPolicy({ Resource: arn('us-west-2') })), ['app.json warning region-mismatch "us-west-2"'], ONLY);
  });

  it('names the key in all Regions', () => {
    const after = applyFix(files(BOTH, identityPolicy({ Resource: arn('us-east-1') })), CODE);
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy({ Resource: arn('*') }));
    checkFindings(after, [], ONLY);
  });
});
