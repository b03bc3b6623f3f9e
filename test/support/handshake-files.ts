import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn, type StatementJson } from './fixtures';

/** Files of a workspace: path to text or to a value, which is printed as JSON. */
export type HandshakeFiles = Record<string, string | object>;

export interface AttachedIdentityPolicy {
  /** `arn:…`, or the 12 digits of an account. */
  readonly identityArn: string;
  readonly policy: readonly StatementJson[] | string;
}

export interface HandshakeSetup {
  /** The declared key; undefined leaves the links to be guessed. */
  readonly key?: string | undefined;
  /** Statements, which get the Effect Allow and the Resource `*` where they say nothing; or text. */
  readonly keyPolicy?: readonly StatementJson[] | string;
  /** Whether the owner's own statement comes first. */
  readonly withOwnerStatement?: boolean;
  /** The policy of `role/App` in EXT, in `consumer/app.json`. */
  readonly identityPolicy?: readonly StatementJson[] | string;
  readonly identity?: string;
  /** Further identity policies by path. */
  readonly others?: Readonly<Record<string, AttachedIdentityPolicy>>;
}

export const OWNER_STATEMENT: StatementJson = { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: rootArn(OWNER) },
  Action: 'kms:*', Resource: '*' };

/** A key policy in `producer/key-policy.json` and identity policies, with their links declared. */
export function handshakeFiles(
  { key = KEY_ARN, keyPolicy, withOwnerStatement = true, identityPolicy, identity = roleArn(CONSUMER), others = {} }:
    HandshakeSetup,
): HandshakeFiles {
  const files: HandshakeFiles = {};
  if (keyPolicy !== undefined)
    files['producer/key-policy.json'] = typeof keyPolicy === 'string'
      ? keyPolicy
      : keyDocument(key, keyPolicy, withOwnerStatement);
  const attached = { ...(identityPolicy === undefined ? {} : { 'consumer/app.json': { identityArn: identity, policy: identityPolicy } }),
    ...others };
  for (const [path, { policy }] of Object.entries(attached)) files[path] = typeof policy === 'string' ? policy : identityDocument(policy);
  files['kms-handshake.json'] = {
    keys: keyPolicy === undefined ? [] : [{ arn: key, policy: 'producer/key-policy.json' }],
    identities: Object.entries(attached).map(([path, { identityArn }]) => ({
      [identityArn.startsWith('arn:') ? 'arn' : 'account']: identityArn,
      policies: [path],
    })),
  };
  return files;
}

/** The same without `kms-handshake.json`: every link is guessed. */
export function withoutManifest(files: HandshakeFiles): HandshakeFiles {
  return Object.fromEntries(Object.entries(files).filter(([path]) => path !== 'kms-handshake.json'));
}

function keyDocument(key: string, statements: readonly StatementJson[], owner: boolean): object {
  const [, partition = 'aws', , , account = OWNER] = key.split(':');
  const own = { ...OWNER_STATEMENT, Principal: { AWS: `arn:${partition}:iam::${account}:root` } };
  return {
    Version: '2012-10-17',
    Statement: [...(owner ? [own] : []), ...statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement }))],
  };
}

function identityDocument(statements: readonly StatementJson[]): object {
  return { Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', Resource: KEY_ARN, ...statement })) };
}
