import assert from 'node:assert';
import { anyCallerInAccount, callerOf, serviceIdentity, type Caller } from '../../../server/src/core/access/caller';
import { compareConditionValue } from '../../../server/src/core/access/condition-comparison';
import { conditionResultFor, evaluateCondition, type ConditionResult } from '../../../server/src/core/access/condition-evaluation';
import { encodeWildcards } from '../../../server/src/core/access/pattern-encoding';
import { UNKNOWN_CHARACTERS } from '../../../server/src/core/access/pattern-matching';
import { operatorNamed } from '../../../server/src/core/aws/operators';
import type { Key } from '../../../server/src/core/linking/entities';
import { actionInfoOf, identityWithPolicies, keyWithPolicyOf, policyOfStatements } from '../../support/access-builders';
import { CONSUMER, OWNER, roleArn, userArn } from '../../support/fixtures';

const ROLE_CALLER = callerOf(identityWithPolicies(roleArn(CONSUMER, 'path/App')));
const USER_CALLER = callerOf(identityWithPolicies(userArn(CONSUMER)));
const SESSION_CALLER = callerOf(identityWithPolicies(`arn:aws:sts::${CONSUMER}:assumed-role/App/s1`));
const FEDERATED_CALLER = callerOf(identityWithPolicies(`arn:aws:sts::${CONSUMER}:federated-user/Ann`));
const UNKNOWN_CALLER = anyCallerInAccount(CONSUMER, 'aws');
const SERVICE_CALLER = callerOf(serviceIdentity('logs.us-west-2.amazonaws.com'));

interface ConditionTestCase {
  readonly caller?: Caller;
  readonly action?: string;
  readonly key?: Partial<Key>;
  readonly version?: string;
}

function conditionResultIn(operator: string, key: string, values: unknown,
  { caller = ROLE_CALLER, action: name = 'Decrypt', key: more = {}, version = '2012-10-17' }: ConditionTestCase = {}): ConditionResult {
  const [statement] = policyOfStatements([{ Condition: { [operator]: { [key]: values } } }]).policy.statements;
  const [condition] = statement?.conditions ?? [];
  assert(condition);
  const organizations = new Map([['o-exampleorgid', [OWNER, CONSUMER]]]);
  const judged = evaluateCondition(condition, version === '2012-10-17', { caller, key: keyWithPolicyOf(undefined, more), organizations });
  return conditionResultFor(judged, actionInfoOf(name).bit);
}

function describeConditionTable(title: string,
  rows: readonly (readonly [string, string, unknown, ConditionResult, ConditionTestCase?])[]): void {
  describe(title, () => {
    for (const [operator, key, values, expected, given] of rows) {
      const who = given?.caller ? ` (${given.caller.service ?? given.caller.arn ?? 'any identity'})` : '';
      it(`${operator} ${key} ${JSON.stringify(values)}${given?.action ? ` on ${given.action}` : ''}${who}: ${expected}`, () => {
        assert.equal(conditionResultIn(operator, key, values, given), expected);
      });
    }
  });
}

describe('access: conditions by what the workspace knows (docs/aws-rules.md 4.1 to 4.3)', () => {
  describeConditionTable('caller', [
    ['StringEquals', 'kms:CallerAccount', CONSUMER, 'true'],
    ['StringEquals', 'kms:CallerAccount', OWNER, 'false'],
    ['StringEquals', 'KMS:calleraccount', [OWNER, CONSUMER], 'true'],
    ['StringNotEquals', 'kms:CallerAccount', CONSUMER, 'false'],
    ['StringNotEquals', 'kms:CallerAccount', [OWNER, CONSUMER], 'false'],
    ['StringLike', 'kms:CallerAccount', '4444*', 'true'],
    ['StringEquals', 'kms:CallerAccount', '4444*', 'false'],
    ['StringEquals', 'kms:CallerAccount', '${consumer}', 'open'],
    ['StringEquals', 'kms:CallerAccount', [], 'false'],
    ['StringEquals', 'kms:CallerAccount', CONSUMER, 'open', { caller: SERVICE_CALLER }],
    ['StringEquals', 'aws:PrincipalAccount', CONSUMER, 'true'],
    ['StringEquals', 'aws:PrincipalOrgID', 'o-exampleorgid', 'true'],
    ['StringEquals', 'aws:PrincipalOrgID', 'o-other', 'false'],
    ['StringEquals', 'aws:PrincipalOrgID', 'o-other', 'open', { caller: anyCallerInAccount('999988887777', 'aws') }],
    ['StringEquals', 'aws:PrincipalOrgID', 'o-exampleorgid', 'false', { caller: SERVICE_CALLER }],
    // Tags are "attached to the principal making the request": a service has none (IAM User Guide, AWS global condition context keys)
    ['StringEquals', 'aws:PrincipalTag/team', 'blue', 'false', { caller: SERVICE_CALLER }],
    ['StringNotEquals', 'aws:PrincipalTag/Team', 'blue', 'true', { caller: SERVICE_CALLER }],
    ['StringNotEquals', 'aws:PrincipalTag/team', 'blue', 'open'],
    ['ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-exampleorgid/*', 'open'],
    ['ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${CONSUMER}:role/path/*`, 'true'],
    ['ArnEquals', 'aws:PrincipalArn', `arn:aws:iam::${CONSUMER}:role/*/App`, 'true'],
    ['StringEquals', 'aws:PrincipalArn', `arn:aws:iam::${CONSUMER}:role/*/App`, 'false'],
    ['StringLike', 'aws:PrincipalArn', `arn:aws:iam::${CONSUMER}:role/*/App`, 'true'],
    ['ArnLike', 'aws:PrincipalArn', `arn:aws:sts::${CONSUMER}:assumed-role/App/*`, 'false'],
    ['ArnNotEquals', 'aws:PrincipalArn', roleArn(CONSUMER, 'path/App'), 'false'],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/*', 'open', { caller: UNKNOWN_CALLER }],
    ['ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${OWNER}:*`, 'false', { caller: UNKNOWN_CALLER }],
    ['ArnLike', 'aws:PrincipalArn', `arn:*:iam::${CONSUMER}:*`, 'true', { caller: USER_CALLER }],
    ['Bool', 'aws:PrincipalIsAWSService', 'true', 'false'],
    ['Bool', 'aws:PrincipalIsAWSService', true, 'true', { caller: SERVICE_CALLER }],
    // "only available when the call to your resource is made directly by an AWS service principal" (IAM User Guide, AWS global condition
    // context keys)
    ['StringEquals', 'aws:SourceAccount', OWNER, 'false'],
    ['ArnNotLike', 'aws:SourceArn', 'arn:aws:s3:::orders', 'true'],
    ['StringEqualsIfExists', 'aws:SourceOrgID', 'o-exampleorgid', 'true'],
    ['ForAnyValue:StringLike', 'aws:SourceOrgPaths', 'o-exampleorgid/*', 'false'],
    ['Null', 'aws:SourceArn', 'false', 'false'],
    ['StringEquals', 'aws:SourceAccount', OWNER, 'open', { caller: SERVICE_CALLER }],
  ]);

  // IAM User Guide, reference_policies_variables, principal key values
  describeConditionTable('type of the caller', [
    ['StringEquals', 'aws:PrincipalType', 'AssumedRole', 'true'],
    ['StringEquals', 'AWS:principaltype', 'AssumedRole', 'true'],
    ['StringEquals', 'aws:PrincipalType', 'Account', 'false'],
    ['StringEquals', 'aws:PrincipalType', ['User', 'AssumedRole'], 'true'],
    ['StringEquals', 'aws:PrincipalType', 'assumedrole', 'false'],
    ['StringEqualsIgnoreCase', 'aws:PrincipalType', 'assumedrole', 'true'],
    ['StringNotEquals', 'aws:PrincipalType', 'AssumedRole', 'false'],
    ['StringNotEquals', 'aws:PrincipalType', ['Account', 'User'], 'true'],
    ['StringLike', 'aws:PrincipalType', 'Assumed*', 'true'],
    ['StringNotLike', 'aws:PrincipalType', '*User', 'true'],
    ['StringEqualsIfExists', 'aws:PrincipalType', 'User', 'false'],
    ['Null', 'aws:PrincipalType', 'true', 'false'],
    ['Null', 'aws:PrincipalType', 'false', 'true'],
    ['StringEquals', 'aws:PrincipalType', 'AssumedRole', 'true', { caller: SESSION_CALLER }],
    ['StringEquals', 'aws:PrincipalType', 'User', 'true', { caller: USER_CALLER }],
    ['StringEquals', 'aws:PrincipalType', 'AssumedRole', 'false', { caller: USER_CALLER }],
    ['StringEquals', 'aws:PrincipalType', 'FederatedUser', 'true', { caller: FEDERATED_CALLER }],
    ['StringEquals', 'aws:PrincipalType', 'User', 'false', { caller: FEDERATED_CALLER }],
    ['StringEquals', 'aws:PrincipalType', 'Account', 'open', { caller: UNKNOWN_CALLER }],
    ['StringNotEquals', 'aws:PrincipalType', 'Account', 'open', { caller: UNKNOWN_CALLER }],
    ['StringEquals', 'aws:PrincipalType', 'Role', 'false', { caller: UNKNOWN_CALLER }],
    ['StringEquals', 'aws:PrincipalType', 'Anonymous', 'false', { caller: UNKNOWN_CALLER }],
    ['Null', 'aws:PrincipalType', 'false', 'true', { caller: UNKNOWN_CALLER }],
    ['StringEquals', 'aws:PrincipalType', '${kind}', 'open'],
    ['StringEquals', 'aws:PrincipalType', 'AssumedRole', 'open', { caller: SERVICE_CALLER }],
    ['StringEquals', 'kms:EncryptionContext:By', '${aws:PrincipalType}', 'open'],
    ['StringLike', 'aws:PrincipalArn', 'arn:aws:iam::*:${aws:PrincipalType}/*', 'false'],
  ]);

  describeConditionTable('key', [
    ['StringEquals', 'aws:RequestedRegion', 'us-west-2', 'true'],
    ['StringLike', 'aws:RequestedRegion', 'eu-*', 'false'],
    ['StringEquals', 'aws:ResourceAccount', OWNER, 'true'],
    ['StringEquals', 'kms:KeySpec', 'SYMMETRIC_DEFAULT', 'open'],
    ['StringEquals', 'kms:KeySpec', 'SYMMETRIC_DEFAULT', 'true', { key: { keySpec: 'SYMMETRIC_DEFAULT' } }],
    ['StringEquals', 'kms:KeyUsage', 'SIGN_VERIFY', 'false', { key: { keyUsage: 'ENCRYPT_DECRYPT' } }],
    ['StringEquals', 'kms:KeyOrigin', 'AWS_KMS', 'open'],
    ['Bool', 'kms:MultiRegion', 'true', 'false'],
    ['Bool', 'kms:MultiRegion', 'true', 'true', { key: { keyId: 'mrk-1234abcd12ab34cd56ef1234567890ab' } }],
    ['StringEquals', 'kms:MultiRegionKeyType', 'PRIMARY', 'false'],
    ['ForAnyValue:StringEquals', 'kms:ResourceAliases', 'alias/app', 'true', { key: { aliases: ['alias/app'] } }],
    ['ForAnyValue:StringEquals', 'kms:ResourceAliases', 'alias/other', 'open', { key: { aliases: ['alias/app'] } }],
    ['ForAnyValue:StringEquals', 'kms:ResourceAliases', 'alias/other', 'false', { key: { aliases: ['alias/app'], aliasesComplete: true } }],
    ['ForAllValues:StringEquals', 'kms:ResourceAliases', 'alias/other', 'false', { key: { aliases: ['alias/app'] } }],
    ['ForAllValues:StringEquals', 'kms:ResourceAliases', 'alias/other', 'true', { key: { aliasesComplete: true } }],
    ['StringEquals', 'kms:RequestAlias', 'alias/app', 'open', { key: { aliases: ['alias/app'], aliasesComplete: true } }],
    ['StringEquals', 'kms:RequestAlias', 'alias/other', 'false', { key: { aliases: ['alias/app'], aliasesComplete: true } }],
    ['StringEquals', 'kms:RequestAlias', 'alias/other', 'open', { key: { aliases: ['alias/app'] } }],
  ]);

  describeConditionTable('service that acts for the caller', [
    ['StringEquals', 'kms:ViaService', 's3.us-west-2.amazonaws.com', 'open'],
    ['StringEquals', 'kms:ViaService', 's3.eu-west-1.amazonaws.com', 'false'],
    ['StringEquals', 'kms:ViaService', ['s3.eu-west-1.amazonaws.com', 'ec2.us-west-2.amazonaws.com'], 'open'],
    ['StringLike', 'kms:ViaService', 'dynamodb.*.amazonaws.com', 'open'],
    ['StringEquals', 'kms:ViaService', 'dynamodb.*.amazonaws.com', 'false'],
    ['StringLike', 'kms:ViaService', 's3.eu-*.amazonaws.com', 'false'],
    ['StringLike', 'kms:ViaService', '*.us-*.amazonaws.com', 'open'],
    ['StringEquals', 'kms:ViaService', 's3.amazonaws.com', 'false'],
    ['StringNotEquals', 'kms:ViaService', 's3.eu-west-1.amazonaws.com', 'true'],
    ['StringEqualsIfExists', 'kms:ViaService', 's3.eu-west-1.amazonaws.com', 'open'],
    ['StringEquals', 'kms:ViaService', 'logs.us-west-2.amazonaws.com', 'false', { caller: SERVICE_CALLER }],
    ['Null', 'kms:ViaService', 'true', 'true', { caller: SERVICE_CALLER }],
    ['StringEquals', 'kms:ViaService', 's3.${aws:RequestedRegion}.amazonaws.com', 'open'],
  ]);

  describeConditionTable('keys that a request for the action does not carry', [
    ['StringEquals', 'kms:EncryptionContext:App', 'x', 'open'],
    ['StringEquals', 'kms:EncryptionContext:App', 'x', 'false', { action: 'DescribeKey' }],
    ['StringNotEquals', 'kms:EncryptionContext:App', 'x', 'true', { action: 'DescribeKey' }],
    ['StringEqualsIfExists', 'kms:EncryptionContext:App', 'x', 'true', { action: 'DescribeKey' }],
    ['ForAllValues:StringEquals', 'kms:EncryptionContextKeys', 'x', 'true', { action: 'DescribeKey' }],
    ['ForAnyValue:StringEquals', 'kms:EncryptionContextKeys', 'x', 'false', { action: 'DescribeKey' }],
    ['Null', 'kms:EncryptionContext:App', 'true', 'true', { action: 'DescribeKey' }],
    ['Null', 'kms:EncryptionContext:App', false, 'false', { action: 'DescribeKey' }],
    ['Null', 'kms:EncryptionContext:App', 'false', 'open'],
    ['Bool', 'kms:GrantIsForAWSResource', true, 'open', { action: 'CreateGrant' }],
    ['Bool', 'kms:GrantIsForAWSResource', true, 'false'],
    ['StringEquals', 'kms:CallerAcount', CONSUMER, 'false'],
    ['StringEquals', 'aws:Whatever', 'x', 'open'],
    ['StringEqual', 'kms:CallerAccount', CONSUMER, 'open'],
  ]);

  describeConditionTable('policy variables', [
    ['StringEquals', 'aws:PrincipalAccount', '${kms:CallerAccount}', 'true'],
    ['StringEquals', 'aws:PrincipalAccount', '${aws:ResourceAccount}', 'false'],
    ['StringEquals', 'aws:PrincipalAccount', '${aws:PrincipalAccount}', 'false', { version: '2008-10-17' }],
    ['StringEquals', 'aws:PrincipalAccount', '${aws:PrincipalTag/team}', 'open'],
    ['StringEquals', 'aws:PrincipalArn', `arn:aws:iam::${CONSUMER}:user/\${aws:username}`, 'true', { caller: USER_CALLER }],
    ['StringEquals', 'aws:username', 'Bob', 'true', { caller: USER_CALLER }],
    ['StringEquals', 'aws:username', 'Bob', 'false'],
  ]);
});

describe('access: operators (IAM User Guide, condition operators)', () => {
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['StringEquals', 'a', 'A', 'no'], ['StringEqualsIgnoreCase', 'a', 'A', 'yes'], ['StringLike', 'a*c?', 'abbcd', 'yes'],
    ['StringLike', 'a*', UNKNOWN_CHARACTERS, 'unknown'],
    ['StringLike', '*', UNKNOWN_CHARACTERS, 'yes'], ['NumericEquals', '30', '30.0', 'yes'], ['NumericLessThan', '30', '30', 'no'],
    ['NumericLessThanEquals', '30', '30', 'yes'],
    ['NumericGreaterThan', '7', '8', 'yes'], ['NumericGreaterThanEquals', '7', '6', 'no'], ['NumericEquals', 'x', '6', 'unknown'],
    ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', 'yes'], ['DateGreaterThan', '2026-01-01', '2025-12-31', 'no'],
    ['DateEquals', '2026-01-01T00:00:00Z', '1767225600', 'yes'], ['DateEquals', 'soon', '1767225600', 'unknown'],
    ['Bool', 'True', 'true', 'yes'], ['Bool', 'false', 'true', 'no'], ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', 'yes'],
    ['IpAddress', '203.0.113.0/24', '203.0.113.7', 'yes'], ['IpAddress', '203.0.113.0/24', '203.0.114.7', 'no'],
    ['IpAddress', '203.0.113.7', '203.0.113.7', 'yes'],
    ['IpAddress', '2001:db8::/32', '2001:db8:1::1', 'yes'], ['IpAddress', '2001:db8::/32', '203.0.113.7', 'no'],
    ['IpAddress', '203.0.113', '203.0.113.7', 'unknown'],
    ['ArnLike', 'arn:aws:iam::*:role/*', `arn:aws:iam::${CONSUMER}:role/a/b`, 'yes'],
    ['ArnLike', 'arn:aws:*:role/App', `arn:aws:iam::${CONSUMER}:role/App`, 'unknown'],
    ['ArnEquals', '*', `arn:aws:iam::${CONSUMER}:role/App`, 'yes'],
  ];
  for (const [name, wanted, found, expected] of rows) {
    it(`${name} ${wanted} of ${found === UNKNOWN_CHARACTERS ? 'what is not known' : found}: ${expected}`, () => {
      const operator = operatorNamed(name);
      assert(operator);
      assert.equal(compareConditionValue(operator, operator.wildcards ? encodeWildcards(wanted) : wanted, found), expected);
    });
  }
});
