import * as fc from 'fast-check';
import { CONSUMER, OWNER, rootArn } from '../support/fixtures';

/** Random policies of a few keys and roles, for the laws that hold of all workspaces. */
export const KEYS = [0, 1, 2].map((i) => `arn:aws:kms:us-west-2:${OWNER}:key/1234abcd-12ab-34cd-56ef-12345678900${i}`);
export const ROLES = [0, 1, 2].map((i) => `arn:aws:iam::${CONSUMER}:role/R${i}`);

const action = fc.constantFrom('kms:Decrypt', 'kms:Encrypt', 'kms:*', 'kms:GenerateDataKey*', 'kms:ScheduleKeyDeletion', '*', 'kms:');
const principal = fc.constantFrom('*', rootArn(CONSUMER), rootArn(OWNER), ...ROLES);
const resource = fc.constantFrom('*', `arn:aws:kms:*:${OWNER}:key/*`, 'arn:aws:s3:::b/*', ...KEYS,
  KEYS[0]?.replace('us-west-2', 'eu-west-1') ?? '');
const effect = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny');
const condition = fc.option(
  fc.record({
    StringEquals: fc.record({ 'kms:CallerAccount': fc.constantFrom<string | string[]>(CONSUMER, OWNER, [OWNER, CONSUMER], '${account}') }),
  }),
  { nil: undefined },
);

const keyPolicy = fc.array(
  fc.record({ Sid: fc.constantFrom('A', 'B'), Effect: effect, Principal: fc.record({ AWS: principal }),
    Action: fc.array(action, { minLength: 1, maxLength: 3 }), Resource: fc.constant('*'), Condition: condition }),
  { minLength: 1, maxLength: 3 },
);
const iamPolicy = fc.array(
  fc.record({ Sid: fc.constantFrom('A', 'B'), Effect: effect, Action: fc.array(action, { minLength: 1, maxLength: 3 }),
    Resource: fc.array(resource, { minLength: 1, maxLength: 2 }) }),
  { minLength: 1, maxLength: 3 },
);

export const printed = (Statement: unknown): string => JSON.stringify({ Version: '2012-10-17', Statement }, null, 1);
export const KEY_POLICY_TEXTS = keyPolicy.map(printed);
export const IAM_POLICY_TEXTS = iamPolicy.map(printed);
