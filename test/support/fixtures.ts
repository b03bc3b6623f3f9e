/**
 * The accounts, keys, identities, statements and policy documents that tests use: a key of OWNER, which a role of CONSUMER uses.
 * Numbers and ids are those of AWS's own examples.
 */
export const OWNER = '111122223333';
export const CONSUMER = '444455556666';
export const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
export const MULTI_REGION_KEY_ID = 'mrk-1234abcd12ab34cd56ef1234567890ab';

export function keyArn(keyId = KEY_ID, region = 'us-west-2', account = OWNER, partition = 'aws'): string {
  return `arn:${partition}:kms:${region}:${account}:key/${keyId}`;
}

export function rootArn(account: string, partition = 'aws'): string {
  return `arn:${partition}:iam::${account}:root`;
}

export function roleArn(account = CONSUMER, name = 'App', partition = 'aws'): string {
  return `arn:${partition}:iam::${account}:role/${name}`;
}

export function userArn(account: string, name = 'Bob'): string {
  return `arn:aws:iam::${account}:user/${name}`;
}

export const KEY_ARN = keyArn();
export const ROLE_ARN = roleArn();

/** The UUID of number `n`, for many keys. */
export function keyIdFromNumber(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** A statement as it is written in a document: elements can be absent or wrong. */
export type StatementJson = Readonly<Record<string, unknown>>;
type OneOrMore = string | readonly string[];

interface PolicyJson {
  readonly Version: string;
  readonly Statement: object[];
}

export function policyDocument(...statements: readonly object[]): PolicyJson {
  return { Version: '2012-10-17', Statement: [...statements] };
}

/** The statement of the default key policy, which gives the account full access. */
export function ownerStatement(account = OWNER, partition = 'aws') {
  return { Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: rootArn(account, partition) }, Action: 'kms:*',
    Resource: '*' };
}

export const OWNER_STATEMENT = ownerStatement();

/** A key policy of OWNER with these statements after the owner's. */
export function ownerKeyPolicy(...statements: readonly object[]): PolicyJson {
  return policyDocument(OWNER_STATEMENT, ...statements);
}

/** A key policy whose second statement allows CONSUMER to decrypt, with some elements changed; `undefined` leaves one out. */
export function keyPolicy(elements: StatementJson = {}, ...statements: readonly object[]): PolicyJson {
  return ownerKeyPolicy({ ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), ...elements }, ...statements);
}

/** An identity policy whose first statement allows kms:Decrypt on the key, with some elements changed; `undefined` leaves one out. */
export function identityPolicy(elements: StatementJson = {}, ...statements: readonly object[]): PolicyJson {
  return policyDocument({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN, ...elements }, ...statements);
}

/** A key policy statement that allows; `principal` is an ARN, an account, or `"*"`. */
export function keyPolicyAllow(principal: OneOrMore, action: OneOrMore, elements: object = {}): StatementJson {
  return { Effect: 'Allow', Principal: { AWS: principal }, Action: action, ...resourceUnless(elements, '*'), ...elements };
}

export function keyPolicyDeny(principal: OneOrMore, action: OneOrMore, elements: object = {}): StatementJson {
  return { ...keyPolicyAllow(principal, action, elements), Effect: 'Deny' };
}

export function identityPolicyAllow(action: OneOrMore, elements: object = {}): StatementJson {
  return { Effect: 'Allow', Action: action, ...resourceUnless(elements, KEY_ARN), ...elements };
}

export function identityPolicyDeny(action: OneOrMore, elements: object = {}): StatementJson {
  return { ...identityPolicyAllow(action, elements), Effect: 'Deny' };
}

function resourceUnless(elements: object, resource: string): StatementJson {
  return 'NotResource' in elements ? {} : { Resource: resource };
}

/** Output of `aws kms get-key-policy`. */
export function getKeyPolicyOutput(policy: object): object {
  return { Policy: JSON.stringify(policy, null, 2), PolicyName: 'default' };
}

/** Output of `aws iam get-role-policy`. */
export function getRolePolicyOutput(policy: object): object {
  return { RoleName: 'App', PolicyName: 'kms', PolicyDocument: policy };
}

/** A `kms-handshake.json` that declares the policies of the key and of the role. */
export function manifestOf(keyPolicyPath: string, ...identityPolicyPaths: readonly string[]) {
  return { keys: [{ arn: KEY_ARN, policy: keyPolicyPath }], identities: [{ arn: ROLE_ARN, policies: identityPolicyPaths }] };
}

/** The manifest for `key.json` and `app.json`. */
export function manifest(more: object = {}): object {
  return { ...manifestOf('key.json', 'app.json'), ...more };
}
