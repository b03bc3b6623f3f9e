/** Accounts of AWS's own examples: the owner's and the consumer's. */
export const OWNER_ACCOUNT_ID = '111122223333';
export const EXTERNAL_ACCOUNT_ID = '444455556666';
export const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
export const MRK_ID = 'mrk-1234abcd12ab34cd56ef1234567890ab';
/** The actions that the console gives to key users. */
export const USER_ACTIONS = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

export function keyArn(keyId = KEY_ID, region = 'us-west-2', account = OWNER_ACCOUNT_ID, partition = 'aws'): string {
  return `arn:${partition}:kms:${region}:${account}:key/${keyId}`;
}

export function roleArn(name = 'ExampleRole', account = EXTERNAL_ACCOUNT_ID, partition = 'aws'): string {
  return `arn:${partition}:iam::${account}:role/${name}`;
}

export function rootArn(account: string, partition = 'aws'): string {
  return `arn:${partition}:iam::${account}:root`;
}

/** The UUID of number `n`, for many keys. */
export function keyIdFromNumber(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function rootStatement(account: string, partition = 'aws'): object {
  return { Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: rootArn(account, partition) }, Action: 'kms:*',
    Resource: '*' };
}

export function externalStatement(principal: string | readonly string[], actions: string | readonly string[] = USER_ACTIONS): object {
  return { Sid: 'Allow an external account to use this key', Effect: 'Allow', Principal: { AWS: principal }, Action: actions,
    Resource: '*' };
}

/** A key policy of that owner with more statements behind the owner's. */
export function keyPolicyDocument(owner: string, ...statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: [rootStatement(owner), ...statements] };
}

export function identityPolicyDocument(resource: string | readonly string[], actions: string | readonly string[] = USER_ACTIONS): object {
  return { Version: '2012-10-17', Statement: [{ Sid: 'UseKey', Effect: 'Allow', Action: actions, Resource: resource }] };
}
