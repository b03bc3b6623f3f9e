import * as assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { generateIdentityPolicy } from '../../server/src/core/generate/identity-policy';
import { isRefusal } from '../../server/src/core/generate/counterpart';
import { KEY_USER_ACTIONS } from '../../server/src/core/aws/use-cases';
import { newFindingsAfter, newFindingsAfterFixes, newFindingsAfterRemedies, type NewFinding } from '../support/findings-from-edits';
import { RULE_PAGES, workspacesOfPage } from '../support/documented-examples';
import { textOf } from '../support/expect-findings';
import { workspaceFromTexts, type FilesByPath } from '../support/workspace-from-texts';
import {
  CONSUMER, identityPolicy, KEY_ARN, manifest, OWNER, OWNER_STATEMENT, policyDocument, roleArn, rootArn,
} from '../support/fixtures';

const ACTIONS = ['kms:CreateGrant', 'kms:Decrypt'];

/** That the other half is missing is said of every half that counts; many examples are one half only. */
const ABSENCE = /(key|identity)-policy-missing$/;

/** Pages whose fault is in a condition that belongs in both halves: a new half has it as the other one has, and both are told. */
const CARRIED: ReadonlySet<string> = new Set([
  'alias-condition-value', 'grant-operations-prefix', 'operator-type-mismatch', 'set-operator-missing', 'set-operator-on-single-valued',
  'unknown-operator',
  'viaservice-unknown-service',
]);

/** By page, or by case below: what stood in the policies before, and shows once the fault that hid it is mended. */
const UNCOVERED: Readonly<Record<string, readonly string[]>> = {
  // An action on aliases never works across accounts; the statement for all actions let the role in all the same.
  'alias-action-half': ['action-unused-by-consumer: '
    + 'Remove statement 2, which is about kms:* only -> app.json not allowed by the key policy'],
  'alias-arn-in-resource': ['action-unused-by-consumer: '
    + 'Remove statement 2, which is about kms:* only -> app.json not allowed by the key policy'],
  // KMS rejects such a principal, so nothing is said of those whom the key policy does not name.
  'assumed-role-format': ['assumed-role-format: Name the role, with all its sessions', 'assumed-role-format: Name the session s only'].map((
    by,
  ) => `${by} -> app.json not allowed by the key policy`),
  'orphaned-principal-id': ['orphaned-principal-id: Remove the statement -> app.json not allowed by the key policy'],
  // The key policy of the example gives the account all actions; the title names what is added.
  'empty-list': ['empty-list: Add what the policy of key 1234abcd… (111122223333) allows: kms:CreateGrant, kms:Decapsulate, kms:Decrypt, '
    + 'kms:DeriveSharedSecret, kms:DescribeKey and 12 more -> app.json unconditional-create-grant'],
  // The condition was never true; now it is true for another account.
  ...Object.fromEntries(['organization-id-format', 'an organization that is the id of an account'].map((page) => [page,
    ['organization-id-format: Compare aws:PrincipalAccount, which has the id of an account -> app.json not allowed by the key policy']])),
  // Which of the two elements is meant only a person knows.
  'element-conflict': ['element-conflict: Remove Action -> key.json not-action-allow'],
  // The role's "kms:*" cannot be narrowed while nobody else may change the key policy.
  'key-policy-single-admin': ['key-policy-single-admin: '
    + 'Add the statement "Enable IAM User Permissions" for account 111122223333 -> key.json wildcard-grants-admin'],
  // Word by word: the account is a placeholder until a person says which it is.
  'manifest-invalid': ['identity-policy-missing: '
    + 'Generate the IAM policy for account 444455556666 -> producer/kms-444455556666.json placeholder-value'],
  // Which key it is only the deployment tells: its id is a word to replace in the policy of another account.
  'principal-created-later': ['arn:aws:iam::AWS::AccountId of template.yaml:role/Worker kms:CreateGrant '
    + '-> kms-aws-accountid-of-template-yaml-worker.json placeholder-value'],
  'unquoted-account-id': ['kms:CreateGrant', 'kms:Decrypt'].map((action) =>
    `012345670123 ${action} -> kms-012345670123.json placeholder-value`),
  // A key of a partition in China, for a role in another partition.
  'unknown-partition': ['unknown-partition: Use the partition aws-cn -> app.json partition-mismatch'],
  // The ARN of a Region that does not exist, beside a key of one that does.
  'unknown-region': ['key-policy-missing: Generate the key policy -> app.json region-mismatch'],
  // What the IAM policy does not ask for is not given.
  'use-case-incomplete': ['key-policy-missing: Generate the key policy -> key.json use-case-incomplete'],
  // The title says whom it shuts out.
  'wildcard-principal': ['wildcard-principal: Limit "*" to account 111122223333 by kms:CallerAccount -> app.json not allowed by '
    + 'the key policy'],
};

/**
 * KMS rejects the principal of the example, so that nothing is said of the access of others; a remedy lets one in, and then the rest of
 * what it asks for counts.
 */
const REJECTED: ReadonlySet<string> = new Set([
  'assumed-role-format', 'group-principal', 'invalid-account-id', 'invalid-principal-key', 'orphaned-principal-id', 'partition-mismatch',
  'principal-not-iam-arn', 'principal-partial-wildcard',
]);

function unexpected(brought: readonly NewFinding[], page = ''): string[] {
  const code = page.replace(/\.md$/, '');
  return [...new Set(brought
    .filter(({ findingText }) => !ABSENCE.test(findingText) && !(CARRIED.has(code) && findingText.endsWith(` ${code}`)))
    .map(({ editName, findingText: finding }) => `${editName} -> ${finding}`)
    .filter((line) => UNCOVERED[code]?.includes(line) !== true))];
}

describe('advice brings no finding of its own', () => {
  for (const page of readdirSync(RULE_PAGES).filter((name) => name !== 'index.md')) {
    it(`on the examples of ${page}: quick fixes`, () => {
      assert.deepEqual(unexpected(workspacesOfPage(page).flatMap(newFindingsAfterFixes), page), []);
    });

    it(`on the examples of ${page}: remedies`, () => {
      assert.deepEqual(unexpected(workspacesOfPage(page).flatMap((files) => newFindingsAfterRemedies(files, ACTIONS))
        .filter(({ findingText }) =>
          !(REJECTED.has(page.replace(/\.md$/, '')) && findingText === 'app.json not allowed by the key policy')
        ), page), []);
    });
  }

  const lets = (principal: object | string, action: string | readonly string[], more: object = {}): Record<string, unknown> => ({
    Effect: 'Allow',
    Principal: principal,
    Action: action,
    Resource: '*',
    ...more,
  });
  const account = { AWS: rootArn(CONSUMER) };
  const forServices = { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } };
  const autoScaling = roleArn(CONSUMER, 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_blue');
  const engineer = (suffix: string): string => roleArn(CONSUMER, `AWSReservedSSO_Engineer_${suffix}`);
  const reader = policyDocument({ Sid: 'UseTheKey', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: KEY_ARN });
  const declared = { 'kms-handshake.json': manifest({ organizations: { 'o-exampleorgid': [OWNER, CONSUMER] } }) };
  const key = (...statements: readonly Record<string, unknown>[]): object => policyDocument(OWNER_STATEMENT, ...statements);

  /** Kinds of policies that people have, with the page of AWS that decides about them. */
  const cases: Readonly<Record<string, FilesByPath>> = {
    'grants that neither half gives (KMS Developer Guide, default key policy)': { ...declared,
      'key.json': key(lets(account, ['kms:Decrypt', 'kms:DescribeKey'])), 'app.json': reader },
    'grants that the IAM policy alone asks for': { ...declared, 'key.json': key(lets(account, 'kms:Decrypt')),
      'app.json': identityPolicy({ Action: 'kms:CreateGrant' }) },
    'grants that the IAM policy asks for under a condition': { ...declared, 'key.json': key(lets(account, 'kms:Decrypt')),
      'app.json': identityPolicy({ Action: 'kms:CreateGrant', ...forServices }) },
    'grants that the key policy gives under a condition': { ...declared,
      'key.json': key(lets(account, 'kms:CreateGrant', { Condition: { StringEquals: { 'kms:GranteePrincipal': autoScaling } } })),
      'app.json': reader },
    'an account that may do everything': { ...declared, 'key.json': key(lets(account, 'kms:*')) },
    'a service-linked role under a condition (EC2 Auto Scaling User Guide, key-policy-requirements-EBS-encryption)': { ...declared,
      'key.json': key(lets({ AWS: autoScaling }, ['kms:CreateGrant', 'kms:ListGrants'], forServices)) },
    'an open grant beside the use of the key (EC2 Auto Scaling User Guide, example 2)': { ...declared,
      'key.json': key(lets(account, KEY_USER_ACTIONS), lets(account, 'kms:CreateGrant', { Sid: 'Grants' })) },
    'a role of IAM Identity Center without its path (IAM Identity Center User Guide, referencingpermissionsets)': { ...declared,
      'key.json': key(lets({ AWS: engineer('0123456789abcdef') }, 'kms:Decrypt')) },
    'the same in a condition': { ...declared,
      'key.json': key(lets(account, 'kms:Decrypt', { Condition: { ArnLike: { 'aws:PrincipalArn': engineer('*') } } })) },
    'the same with a wildcard': { ...declared, 'key.json': key(lets({ AWS: engineer('*') }, 'kms:Decrypt')) },
    'EventBridge and topics (SNS Developer Guide, sns-key-management)': { ...declared,
      'key.json': key(lets({ Service: 'events.amazonaws.com' }, ['kms:GenerateDataKey*', 'kms:Decrypt'])) },
    'a service that works for an organization (IAM User Guide, aws:SourceOrgID)': { ...declared,
      'key.json': key(lets({ Service: 'config.amazonaws.com' }, ['kms:Decrypt', 'kms:GenerateDataKey'])) },
    'a wildcard of which nothing is left (KMS Developer Guide, key-policy-modifying-external-accounts)': {
      ...declared, 'key.json': key(lets(account, ['kms:Decrypt', 'kms:DescribeKey'])),
      'app.json': identityPolicy({ Action: ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:*Grant*'] }),
    },
    'instances that are started, with grants in the key policy (EBS User Guide, ebs-encryption-requirements)': {
      ...declared, 'key.json': key(lets(account, KEY_USER_ACTIONS), lets(account, 'kms:CreateGrant', { ...forServices, Sid: 'Grants' })),
      'app.json': identityPolicy({ Action: KEY_USER_ACTIONS }, { Effect: 'Allow', Action: 'ec2:StartInstances', Resource: '*' }),
    },
    'the same without grants': {
      ...declared, 'key.json': key(lets(account, KEY_USER_ACTIONS)),
      'app.json': identityPolicy({ Action: KEY_USER_ACTIONS }, { Effect: 'Allow', Action: 'rds:CreateDBInstance', Resource: '*' }),
    },
    'an Allow for an endpoint, used through Amazon S3 (KMS Developer Guide, vpce-policy-condition)': {
      ...declared, 'key.json': key(lets(account, 'kms:Decrypt', { Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } } })),
      'app.json': identityPolicy({}, { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }),
    },
    'an organization whose id has capitals (AWS Organizations API Reference, Organization)': {
      ...declared, 'key.json': key(lets('*', 'kms:Decrypt', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'O-EXAMPLEORGID' } } })),
      'app.json': reader,
    },
    'an organization that is the id of an account': {
      ...declared,
      'key.json': key(lets('*', ['kms:Decrypt', 'kms:DescribeKey'], { Condition: { StringEquals: { 'aws:PrincipalOrgID': OWNER } } })),
      'app.json': reader,
    },
    'a Deny that spares nobody (IAM User Guide, reference_policies_elements_condition_operators)': {
      ...declared,
      'key.json': key({ Effect: 'Deny', Principal: '*', Action: 'kms:ScheduleKeyDeletion', Resource: '*',
        Condition: { StringNotEquals: { 'aws:PrincipalArn': roleArn(OWNER, 'Keeper*') } } }),
    },
  };

  for (const [name, files] of Object.entries(cases)) {
    it(`on ${name}`, () => {
      assert.deepEqual(unexpected([...newFindingsAfterFixes(files), ...newFindingsAfterRemedies(files, ACTIONS)], name), []);
    });

    it(`on ${name}: the consumer's half that is written for it`, () => {
      const { world } = workspaceFromTexts(Object.fromEntries(Object.entries(files).map(([file, content]) => [file, textOf(content)])));
      const [owned] = world.keys;
      assert.ok(owned);
      const half = generateIdentityPolicy({ world, key: owned, target: { arn: roleArn(CONSUMER) },
        policyToExtend: 'app.json' in files ? undefined : 'new' });
      if (isRefusal(half)) return;
      assert.deepEqual(unexpected(newFindingsAfter('generate', files, half.changes)), []);
    });
  }

  /** A condition for another caller at each statement of the rules whose fixes change a principal. */
  const conditions: readonly object[] = [
    { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } }, { ArnLike: { 'aws:PrincipalArn': roleArn(CONSUMER, 'Other') } },
    { StringEquals: { 'aws:SourceAccount': OWNER } }, { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  ];
  const principals: Readonly<Record<string, object>> = {
    'a group': { AWS: `arn:aws:iam::${CONSUMER}:group/Developers` }, 'a wildcard': { AWS: roleArn(CONSUMER, 'App*') },
    'a session': { AWS: `arn:aws:sts::${CONSUMER}:assumed-role/apps/App/s` },
    'IAM Identity Center': { AWS: engineer('0123456789abcdef') }, 'a service-linked role': { AWS: autoScaling },
    'an incomplete ARN': { AWS: `arn:aws::${CONSUMER}:root` },
    'a service under AWS': { AWS: 's3.amazonaws.com' }, 'a role under Service': { Service: roleArn(CONSUMER) },
  };
  for (const [name, principal] of Object.entries(principals)) {
    it(`on ${name} beside conditions for another caller`, () => {
      const workspaces = conditions.map((Condition) => ({ ...declared,
        'key.json': key(lets(principal, 'Bool' in Condition ? 'kms:CreateGrant' : 'kms:Decrypt', { Condition })) })
      );
      assert.deepEqual(unexpected(workspaces.flatMap(newFindingsAfterFixes)), []);
    });
  }
});
