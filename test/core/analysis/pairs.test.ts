import * as assert from 'node:assert/strict';
import { KEY_USER_ACTIONS } from '../../../server/src/core/aws/use-cases';
import { CONSUMER, identityPolicy, keyArn, keyPolicy, keyPolicyAllow, OWNER, ownerKeyPolicy, ownerStatement, policyDocument, roleArn,
  rootArn, userArn } from '../../support/fixtures';
import { identitiesAtPath, keyAtPath, worldOfFiles } from '../../support/world-of-files';

const CN_KEY = '5e698272-88c6-4f6b-970e-1d1dbd0c6412';
const CN = keyArn(CN_KEY, 'cn-north-1', OWNER, 'aws-cn');
const CN_ROLE = roleArn(CONSUMER, 'ExampleRole', 'aws-cn');
const cnPolicy = (principal: string | readonly string[]): object => ({ Version: '2012-10-17',
  Statement: [ownerStatement(OWNER, 'aws-cn'), keyPolicyAllow(principal, 'kms:Decrypt')] });
const west = keyArn();
const talk = (region: string): string => keyArn(CN_KEY, region, '999988887777');


interface SamplePair {
  readonly key: string;
  readonly keyPolicy: object;
  readonly identity?: string;
  readonly identityPolicy?: object;
}

/** The pairs of samples that users come from: same accounts, Regions and faults. */
const PAIRS: Readonly<Record<string, SamplePair>> = {
  F1: { key: CN, keyPolicy: cnPolicy(rootArn(CONSUMER, 'aws-cn')), identity: CN_ROLE,
    identityPolicy: identityPolicy({ Resource: CN }) },
  F2: { key: CN, keyPolicy: cnPolicy([CN_ROLE, 'arn:aws-cn:iam::444455556666:user/ExampleUser']), identity: CN_ROLE,
    identityPolicy: identityPolicy({ Resource: CN }) },
  F3: { key: CN, keyPolicy: cnPolicy([CN_ROLE]), identity: roleArn(CONSUMER, 'Other', 'aws-cn'),
    identityPolicy: identityPolicy({ Resource: CN }) },
  F4: { key: CN, keyPolicy: cnPolicy(rootArn(CONSUMER)), identity: CN_ROLE, identityPolicy: identityPolicy({ Resource: CN }) },
  F5: { key: CN, keyPolicy: cnPolicy(rootArn(CONSUMER, 'aws-cn')), identity: CN_ROLE,
    identityPolicy: identityPolicy({ Resource: CN.replace('cn-north-1', 'cn-northwest-1') }) },
  F6: { key: keyArn(CN_KEY, 'us-east-1', '222222222222'),
    keyPolicy: policyDocument(ownerStatement('222222222222'), keyPolicyAllow(rootArn('111111111111'), 'kms:Decrypt')),
    identity: roleArn('111111111111', 'ExampleRole'),
    identityPolicy: identityPolicy({ Resource: keyArn(CN_KEY, 'us-east-1', '222222222222') }) },
  F7: {
    key: keyArn(CN_KEY, 'us-east-1', '222222222222'),
    keyPolicy: policyDocument(ownerStatement('222222222222'), keyPolicyAllow(rootArn('111111111111'), 'kms:Encrypt')),
    identity: roleArn('111111111111', 'ExampleRole'),
    identityPolicy: identityPolicy({ Resource: keyArn(CN_KEY, 'us-east-1', '222222222222'), Action: ['kms:Encrypt', 'kms:Decrypt'] }),
  },
  F8: { key: talk('us-east-2'),
    keyPolicy: policyDocument(ownerStatement('999988887777'), keyPolicyAllow(rootArn('123456789012'), 'kms:Decrypt')),
    identity: userArn('123456789012', 'Stuart'),
    identityPolicy: identityPolicy({ Resource: keyArn(CN_KEY, 'us-east-2', '123456789012') }) },
  F9: { key: talk('eu-west-1'),
    keyPolicy: policyDocument(ownerStatement('999988887777'), keyPolicyAllow(rootArn('123456789012'), 'kms:Decrypt')),
    identity: userArn('123456789012', 'Stuart'), identityPolicy: identityPolicy({ Resource: talk('us-east-2') }) },
  F10: { key: talk('us-east-2'),
    keyPolicy: policyDocument(ownerStatement('999988887777'), keyPolicyAllow(userArn('123456789012', 'Bob'), 'kms:Decrypt')),
    identity: userArn('123456789012', 'Stuart'), identityPolicy: identityPolicy({ Resource: talk('us-east-2') }) },
  F11: { key: west, keyPolicy: keyPolicy({ Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt' }),
    identity: roleArn(), identityPolicy: identityPolicy({ Resource: west, Action: ['kms:Decrypt', 'kms:encrypt'] }) },
  F12: { key: west, keyPolicy: keyPolicy({ Principal: { AWS: rootArn(CONSUMER) } }), identity: roleArn(),
    identityPolicy: identityPolicy({ Resource: '*', Action: 'kms:*' }) },
  F13: { key: west, keyPolicy: ownerKeyPolicy({ ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), Resource: west }),
    identity: roleArn(), identityPolicy: identityPolicy({ Resource: west }) },
  F14: { key: west, keyPolicy: keyPolicy({ Principal: { AWS: '*' } }), identity: roleArn(),
    identityPolicy: identityPolicy({ Resource: west, Action: KEY_USER_ACTIONS }) },
  F15: { key: west, keyPolicy: keyPolicy({ Principal: { AWS: rootArn(CONSUMER) } }) },
};

describe('pairs of policies, declared', () => {
  for (const [name, pair] of Object.entries(PAIRS)) {
    it(`${name}: both links are certain`, () => {
      const world = worldOfFiles({
        'w/kms-handshake.json': { keys: [{ arn: pair.key, policy: 'key.json' }],
          identities: pair.identity === undefined ? [] : [{ arn: pair.identity, policies: ['app.json'] }] },
        'w/key.json': pair.keyPolicy,
        ...pair.identityPolicy ? { 'w/app.json': pair.identityPolicy } : {},
      });
      const key = keyAtPath(world, 'w/key.json');
      assert.deepEqual([key?.arn, key?.account, key?.link?.certain], [pair.key, pair.key.split(':')[4], true]);
      assert.deepEqual(identitiesAtPath(world, 'w/app.json').map(({ arn, link }) => [arn, link.certain]),
        pair.identity === undefined ? [] : [[pair.identity, true]]);
      assert.deepEqual([world.linkReport.manifest, world.linkReport.conflicts, world.linkReport.ambiguous], [[], [], []]);
      // The consumer's wrong Region (F5, F9) or account (F8) shows without any further rule.
      assert.deepEqual(world.linkReport.sharedKeyIds.flatMap(({ differingFields: differs }) => differs),
        { F5: ['region'], F9: ['region'], F8: ['account'] }[name] ?? []);
    });

    it(`${name}: without a manifest the key is linked by account, or left open`, () => {
      const world = worldOfFiles({ 'w/key.json': pair.keyPolicy, ...pair.identityPolicy ? { 'w/app.json': pair.identityPolicy } : {} });
      const key = keyAtPath(world, 'w/key.json');
      assert.ok(key);
      assert.equal(key.account, pair.key.split(':')[4]);
      assert.deepEqual([key.link?.reason, key.link?.certain], ['text', false]);
      const named = pair.identityPolicy !== undefined && JSON.stringify(pair.identityPolicy).includes(`:${key.account}:key/`);
      assert.equal(key.arn !== undefined, named);
    });
  }
});
