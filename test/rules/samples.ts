/** Account that owns the key, as in AWS's own examples. */
export const OWNER = '111122223333';
export const CONSUMER = '444455556666';
export const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
export const KEY = `arn:aws:kms:us-west-2:${OWNER}:key/${KEY_ID}`;

export function rootOf(account: string): string {
  return `arn:aws:iam::${account}:root`;
}

export function roleOf(account: string, name = 'ExampleRole'): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

type Elements = Readonly<Record<string, unknown>>;

/** An identity policy of one statement: Allow kms:Decrypt on the key, with some elements changed; `undefined` leaves one out. */
export function identityPolicy(elements: Elements = {}, ...others: readonly Elements[]): object {
  return document({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY, ...elements }, ...others);
}

/** A key policy: the statement of the owner, and one that lets the consumer's account decrypt, with some elements changed. */
export function keyPolicy(elements: Elements = {}, ...others: readonly Elements[]): object {
  return document(OWNER_STATEMENT, { Effect: 'Allow', Principal: { AWS: rootOf(CONSUMER) }, Action: 'kms:Decrypt', Resource: '*',
    ...elements }, ...others);
}

export const OWNER_STATEMENT: Elements = {
  Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: rootOf(OWNER) }, Action: 'kms:*', Resource: '*',
};

export function document(...statements: readonly Elements[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

/** `aws kms get-key-policy --output json`. */
export function getKeyPolicyOutput(policy: object): object {
  return { Policy: JSON.stringify(policy, null, 2), PolicyName: 'default' };
}

/** `aws iam get-role-policy`. */
export function getRolePolicyOutput(policy: object): object {
  return { RoleName: 'ExampleRole', PolicyName: 'kms', PolicyDocument: policy };
}

/** A manifest that says whose key the policy is of and to whom the identity policy is attached. */
export function manifest(more: object = {}): object {
  return {
    keys: [{ arn: KEY, policy: 'key.json' }],
    identities: [{ arn: roleOf(CONSUMER), policies: ['app.json'] }],
    ...more,
  };
}
