import * as fc from 'fast-check';

/** Random policies of a few keys and roles, for the laws that hold of all workspaces. */
export const OWN = '111122223333';
export const EXT = '444455556666';
export const KEYS = [0, 1, 2].map((i) => `arn:aws:kms:us-west-2:${OWN}:key/1234abcd-12ab-34cd-56ef-12345678900${i}`);
export const ROLES = [0, 1, 2].map((i) => `arn:aws:iam::${EXT}:role/R${i}`);

const action = fc.constantFrom('kms:Decrypt', 'kms:Encrypt', 'kms:*', 'kms:GenerateDataKey*', 'kms:ScheduleKeyDeletion', '*', 'kms:');
const principal = fc.constantFrom('*', `arn:aws:iam::${EXT}:root`, `arn:aws:iam::${OWN}:root`, ...ROLES);
const resource = fc.constantFrom('*', `arn:aws:kms:*:${OWN}:key/*`, 'arn:aws:s3:::b/*', ...KEYS,
  KEYS[0]?.replace('us-west-2', 'eu-west-1') ?? '');
const effect = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny');
const condition = fc.option(
  fc.record({ StringEquals: fc.record({ 'kms:CallerAccount': fc.constantFrom<string | string[]>(EXT, OWN, [OWN, EXT], '${account}') }) }),
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
