import { conditionKeyNamed } from '../aws/condition-keys';
import { ORGANIZATION_ID } from '../aws/organizations';

/** The members of each kind of object in `kms-handshake.json`. The JSON schema says the same; a test compares them. */
export const MANIFEST_MEMBERS = {
  manifest: ['$schema', 'keys', 'identities', 'kinds', 'accounts', 'organizations', 'placeholders', 'rules', 'suppress', 'exclude'],
  key: ['arn', 'policy', 'aliases', 'keySpec', 'keyUsage'],
  identity: ['arn', 'account', 'policies', 'resourceRegions'],
  kind: ['files', 'kind'],
  placeholder: ['files', 'values'],
  suppression: ['rule', 'file', 'sid', 'reason'],
} as const;

export const REQUIRED_MEMBERS = {
  manifest: [],
  key: ['arn'],
  identity: [],
  kind: ['files', 'kind'],
  placeholder: ['files', 'values'],
  suppression: ['rule', 'file', 'reason'],
} as const;

/** The kinds that a policy can be declared as. */
export const DECLARED_KINDS = ['key', 'identity', 'boundary', 'service-control', 'resource-control', 'session', 'ignore'] as const;
export const RULE_LEVELS = ['off', 'error', 'warning', 'info', 'hint'] as const;
export const KEY_SPECS: readonly string[] = conditionKeyValues('kms:KeySpec');
export const KEY_USAGES: readonly string[] = conditionKeyValues('kms:KeyUsage');

export type DeclaredKind = (typeof DECLARED_KINDS)[number];
export type RuleLevel = (typeof RULE_LEVELS)[number];

/** Sources: docs/aws-rules.md 1.4 (key id, Region, alias, account), IAM identifiers (names and paths), Organizations API (ids). */
export const MANIFEST_VALUE_PATTERNS = {
  keyArn: /^arn:aws[a-z-]*:kms:([a-z]+-){2,3}[0-9]+:[0-9]{12}:key\/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/,
  identityArn: /^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user|group)\/([!-~]+\/)?[a-zA-Z0-9_+=,.@-]+$/,
  account: /^[0-9]{12}$/,
  region: /^([a-z]+-){2,3}[0-9]+$/,
  alias: /^alias\/[a-zA-Z0-9:/_-]+$/,
  organization: ORGANIZATION_ID,
} as const;

function conditionKeyValues(key: string): readonly string[] {
  return conditionKeyNamed(key)?.values ?? [];
}
