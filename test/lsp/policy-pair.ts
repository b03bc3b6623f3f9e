/** A handshake for tests: the key policy of one account and the IAM policy of a role in another. */
export const OWNER = '111122223333';
export const CONSUMER = '444455556666';
export const KEY_ARN = `arn:aws:kms:us-west-2:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const ROLE_ARN = `arn:aws:iam::${CONSUMER}:role/App`;

export interface StatementDocument {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

export function ownerKeyPolicy(actions: readonly string[], ...more: readonly StatementDocument[]): object {
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OWNER}:root` }, Action: 'kms:*', Resource: '*' },
      { Sid: 'Consumer', Effect: 'Allow', Principal: { AWS: ROLE_ARN }, Action: actions, Resource: '*' },
      ...more,
    ],
  };
}

export function roleIdentityPolicy(actions: readonly string[], resource = KEY_ARN): object {
  return { Version: '2012-10-17', Statement: [{ Sid: 'UseKey', Effect: 'Allow', Action: actions, Resource: resource }] };
}

/** Declares what the paths do not tell. */
export const MANIFEST = {
  keys: [{ arn: KEY_ARN, policy: 'producer/key.json' }],
  identities: [{ arn: ROLE_ARN, policies: ['consumer/app.json'] }],
};

/** The consumer asks for more than the key policy gives. */
export function mismatchedPair(): Record<string, object> {
  return { 'kms-handshake.json': MANIFEST, 'producer/key.json': ownerKeyPolicy(['kms:Decrypt']),
    'consumer/app.json': roleIdentityPolicy(['kms:Decrypt', 'kms:Encrypt']) };
}

/** Both halves fit. */
export function matchingPair(): Record<string, object> {
  return { ...mismatchedPair(), 'consumer/app.json': roleIdentityPolicy(['kms:Decrypt']) };
}

export const NOT_ALLOWED_CODE = 'action-not-allowed-by-key-policy';

export function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
