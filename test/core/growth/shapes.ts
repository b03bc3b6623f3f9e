import { BROKEN_PARTS } from '../../support/broken-parts';
import { CONSUMER, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER, roleArn } from '../../support/fixtures';

type ShapeMembers = Readonly<Record<string, unknown>>;
export type Shape = (count: number) => {
  readonly key?: object; readonly app?: object; readonly more?: object; readonly manifest?: object;
  /** Further files, by their paths. */
  readonly files?: Readonly<Record<string, object | string>>;
};

function times<T>(count: number, item: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => item(i));
}

const account = (i: number): string => String(200_000_000_000 + i);
const allow = (elements: ShapeMembers): ShapeMembers => ({ Effect: 'Allow', Principal: { AWS: OWNER }, Action: 'kms:Decrypt', Resource: '*',
  ...elements });
const principals = (values: readonly string[]): object => keyPolicy({ Principal: { AWS: values } });

const keyOf = (i: number): string => KEY_ARN.replace('1234abcd', String(10_000_000 + i));

/** As many roles, with an IAM policy each. */
function identities(count: number) {
  return {
    manifest: {
      keys: [{ arn: KEY_ARN, policy: 'key.json' }],
      identities: times(count, (i) => ({ arn: roleArn(CONSUMER, `R${i}`), policies: [`roles/${i}.json`] })),
    },
    files: Object.fromEntries(times(count, (i) => [`roles/${i}.json`, identityPolicy()])),
  };
}

/** As many keys, with a key policy each, and one role. */
function keys(count: number) {
  return {
    manifest: {
      keys: times(count, (i) => ({ arn: keyOf(i), policy: `keys/${i}.json` })),
      identities: [{ arn: roleArn(CONSUMER), policies: ['app.json'] }],
    },
    files: Object.fromEntries(times(count, (i) => [`keys/${i}.json`, keyPolicy()])),
  };
}

/** What a policy, or a workspace, can have many of. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  'principals of other accounts': (count) => ({ key: principals(times(count, (i) => roleArn(account(i)))) }),
  'roles of one other account': (count) => ({ key: principals(times(count, (i) => roleArn(CONSUMER, `R${i}`))) }),
  'roles of the owner': (count) => ({ key: principals(times(count, (i) => roleArn(OWNER, `R${i}`))) }),
  'accounts': (count) => ({ key: principals(times(count, account)) }),
  'the same principal': (count) => ({ key: principals(times(count, () => roleArn(CONSUMER))) }),
  'sessions of a role': (count) => ({ key: principals(times(count, (i) => `arn:aws:sts::${CONSUMER}:assumed-role/App/s${i}`)) }),
  'services': (count) => ({ key: keyPolicy({ Principal: { Service: times(count, (i) => `s${i}.amazonaws.com`) } }) }),
  'values that are no principals': (count) => ({ key: principals(times(count, (i) => `nonsense${i}`)) }),
  'placeholders': (count) => ({ key: principals(times(count, (i) => `arn:aws:iam::<ACCOUNT_${i}>:root`)) }),
  'principals of a NotPrincipal': (count) => ({
    key: keyPolicy({ Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: times(count, (i) => roleArn(account(i))) } }),
  }),
  'key ARNs': (count) => ({ app: identityPolicy({ Resource: times(count, (i) => KEY_ARN.replace('1234abcd', String(10_000_000 + i))) }) }),
  'unknown actions': (count) => ({ app: identityPolicy({ Action: times(count, (i) => `kms:Dec${i}`) }) }),
  'the same action': (count) => ({ app: identityPolicy({ Action: times(count, () => 'kms:Decrypt') }) }),
  'values of kms:ViaService': (count) => ({
    key: keyPolicy({ Condition: { StringEquals: { 'kms:ViaService': times(count, (i) => `s${i}.us-west-2.amazonaws.com`) } } }),
  }),
  'values of kms:CallerAccount': (count) => ({
    key: keyPolicy({ Principal: '*', Condition: { StringEquals: { 'kms:CallerAccount': times(count, account) } } }),
  }),
  'patterns of aws:PrincipalArn': (count) => ({
    key: keyPolicy({ Principal: '*',
      Condition: { ArnLike: { 'aws:PrincipalArn': times(count, (i) => `${roleArn(CONSUMER, `R${i}`)}*`) } } }),
  }),
  'condition keys': (count) => ({
    key: keyPolicy({ Condition: { StringEquals: Object.fromEntries(times(count, (i) => [`kms:EncryptionContext:k${i}`, 'x'])) } }),
  }),
  'unknown condition keys': (count) => ({
    key: keyPolicy({ Condition: { StringEquals: Object.fromEntries(times(count, (i) => [`kms:Bad${i}`, 'x'])) } }),
  }),
  'unknown operators': (count) => ({
    key: keyPolicy({ Condition: Object.fromEntries(times(count, (i) => [`StringX${i}`, { 'kms:ViaService': 'x' }])) }),
  }),
  'statements for other roles': (count) => ({
    key: keyPolicy({}, ...times(count, (i) => allow({ Sid: `S${i}`, Principal: { AWS: roleArn(account(i)) } }))),
  }),
  'statements for roles of one account': (count) => ({
    key: keyPolicy({}, ...times(count, (i) => allow({ Sid: `S${i}`, Principal: { AWS: roleArn(CONSUMER, `R${i}`) } }))),
  }),
  'statements of one Sid': (count) => ({ key: keyPolicy({}, ...times(count, () => allow({ Sid: 'Same' }))) }),
  'statements of an IAM policy': (count) => ({
    app: identityPolicy({}, ...times(count, (i) => ({ Sid: `S${i}`, Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN }))),
  }),
  'statements under conditions in both halves': (count) => ({
    key: keyPolicy({},
      ...times(count,
        (i) => allow({ Principal: { AWS: roleArn(CONSUMER) }, Condition: { StringEquals: { 'kms:EncryptionContext:a': `${i}` } } }))),
    app: identityPolicy({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
      ...times(count,
        (i) => ({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN,
          Condition: { StringEquals: { 'kms:EncryptionContext:b': `${i}` } } }))),
  }),
  'Deny statements under conditions': (count) => ({
    key: keyPolicy({}, ...times(count, (i) =>
      allow({ Effect: 'Deny', Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': `o-abcdefgh${i}` } } }))),
  }),
  'unknown elements': (count) => ({ key: keyPolicy(Object.fromEntries(times(count, (i) => [`X${i}`, 1]))) }),
  'keys that are declared for one key policy': (count) => ({
    manifest: { keys: times(count, (i) => ({ arn: keyOf(i), policy: 'key.json' })) },
  }),
  'identities that are let in by one statement': (count) => ({
    key: principals(times(count, (i) => roleArn(CONSUMER, `R${i}`))), ...identities(count),
  }),
  'identities that are let in by a statement each': (count) => ({
    key: keyPolicy({}, ...times(count, (i) => allow({ Principal: { AWS: roleArn(CONSUMER, `R${i}`) } }))), ...identities(count),
  }),
  'keys that one statement names': (count) => ({ app: identityPolicy({ Resource: times(count, keyOf) }), ...keys(count) }),
  'keys that a statement each names': (count) => ({
    app: identityPolicy({}, ...times(count, (i) => ({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyOf(i) }))),
    ...keys(count),
  }),
  'keys that a policy each of one identity names': (count) => ({
    manifest: { keys: keys(count).manifest.keys, identities: [{ arn: roleArn(CONSUMER), policies: ['apps'] }] },
    files: { ...keys(count).files, ...Object.fromEntries(times(count, (i) => [`apps/${i}.json`, identityPolicy({ Resource: keyOf(i) })])) },
  }),
  'keys and identities, of which each key is for one identity': (count) => ({
    manifest: { keys: keys(count).manifest.keys, identities: identities(count).manifest.identities },
    files: Object.fromEntries(times(count, (i): readonly (readonly [string, object])[] => [
      [`keys/${i}.json`, keyPolicy({ Principal: { AWS: roleArn(CONSUMER, `R${i}`) } })],
      [`roles/${i}.json`, identityPolicy({ Resource: keyOf(i) })],
    ]).flat()),
  }),
  'grants': (count) => ({
    more: {
      Grants: times(count,
        (i) => ({ KeyId: KEY_ARN, GrantId: String(i).padStart(64, '0'), GranteePrincipal: roleArn(account(i)), Operations: ['Decrypt'] })),
    },
  }),
  'members of other JSON': (count) => ({
    files: { 'other.json': times(count, (i) => ({ Action: 'restart', Effective: i, Resources: { a: 1 } })) },
  }),
  ...Object.fromEntries(BROKEN_PARTS.map((part): [string, Shape] => [
    `broken text of ${JSON.stringify(part)}`, (count) => ({ files: { 'broken.json': `{"Statement": ${part.repeat(count)}` } }),
  ])),
};

/** The files of a workspace with so many of them. */
export function filesOf(shape: Shape, count: number): Record<string, string> {
  const { key = keyPolicy(), app = identityPolicy(), more, manifest: declared = manifest(), files: further } = shape(count);
  const files = { 'kms-handshake.json': declared, 'key.json': key, 'app.json': app, ...(more ? { 'more.json': more } : {}), ...further };
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [
    path, typeof content === 'string' ? content : JSON.stringify(content),
  ]));
}
