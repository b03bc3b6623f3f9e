/** Random pairs of a key policy and an IAM policy, as JSON text. */
import fc from 'fast-check';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn, userArn } from '../../../support/fixtures';

type StatementElements = Readonly<Record<string, unknown>>;

export interface PolicyPair {
  /** The ARN, or the id of an account for somebody in it. */
  readonly identity: string;
  readonly keyPolicy: string;
  readonly identityPolicies: readonly string[];
}

export const REFERENCE_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:CreateGrant', 'kms:DescribeKey', 'kms:ListGrants',
  'kms:PutKeyPolicy', 'kms:CreateAlias', 'kms:DeleteAlias'];

const S3 = 's3.us-west-2.amazonaws.com';
const SQS = 'sqs.us-west-2.amazonaws.com';
const sessionArnOf = (account: string, session: string): string => `arn:aws:sts::${account}:assumed-role/App/${session}`;

const subset = (values: readonly string[], maxLength = 3): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength });
const elementWith = (name: string, values: readonly string[]): fc.Arbitrary<StatementElements> =>
  subset(values).map((chosen) => ({ [name]: chosen.length === 1 ? chosen[0] : chosen }));

const ACTION_PATTERNS = ['*', 'kms:*', 'kms:Decrypt', 'KMS:decrypt', 'kms:GenerateDataKey*', 'kms:?ecrypt', 'kms:Describe*', 'kms:List*',
  'kms:CreateGrant', 'kms:PutKeyPolicy', 'kms:*Alias', 'kms:CreateAlias', 's3:GetObject'];
const action = fc.oneof({ weight: 4, arbitrary: fc.constant<StatementElements>({ Action: 'kms:*' }) }, { weight: 6,
  arbitrary: elementWith('Action', ACTION_PATTERNS) }, { weight: 1, arbitrary: elementWith('NotAction', ACTION_PATTERNS.slice(2)) });

const TEXT_OPERATORS = ['StringEquals', 'StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase'];
const ARN_OPERATORS = ['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals', 'StringLike', 'StringEquals'];
const SINGLE_VALUED: Readonly<Record<string, readonly string[]>> = {
  'kms:ViaService': [S3, SQS, 's3.*', '*', 's3.eu-west-1.amazonaws.com', S3.toUpperCase()],
  'kms:CallerAccount': [OWNER, CONSUMER, '4444*', '${aws:PrincipalAccount}'],
  'aws:PrincipalAccount': [OWNER, CONSUMER],
  'aws:PrincipalTag/team': ['a', 'b', 'A', '?', '${aws:PrincipalTag/group}'],
  'aws:PrincipalTag/account': ['a', '${aws:PrincipalAccount}'],
  'aws:PrincipalTag/group': ['a', '${aws:username}'],
  'aws:PrincipalOrgID': ['o-exampleorgid', 'o-anotherorgid', 'o-*'],
  'aws:PrincipalType': ['User', 'AssumedRole', 'Account'],
  'aws:username': ['Bob', 'B*', 'Zed'],
  'aws:RequestedRegion': ['us-west-2', 'eu-west-1', 'us-*'],
  'aws:ResourceAccount': [OWNER, CONSUMER],
  'aws:SourceAccount': [OWNER],
  'kms:EncryptionContext:app': ['x', 'y', '*'],
  'KMS:EncryptionContext:APP': ['x', 'z'],
  'kms:RequestAlias': ['alias/app', 'alias/*'],
};
const MULTI_VALUED: Readonly<Record<string, readonly string[]>> = {
  'kms:EncryptionContextKeys': ['app', 'env', 'a*'], 'aws:CalledVia': ['athena.amazonaws.com', 'cloudformation.amazonaws.com'],
  'kms:GrantOperations': ['Decrypt', 'Encrypt', 'Sign'],
};
const BOOLEAN = ['aws:ViaAWSService', 'kms:GrantIsForAWSResource', 'aws:PrincipalIsAWSService'];

interface RandomCondition {
  readonly operator: string;
  readonly key: string;
  readonly value: unknown;
}

const suffix = fc.constantFrom('', '', '', 'IfExists');
const oneOrMany = (values: readonly string[]): fc.Arbitrary<string | string[]> =>
  subset(values, 2).map((chosen) => (chosen.length === 1 ? chosen[0] ?? '' : chosen));
const singleValuedTest = fc.constantFrom(...Object.keys(SINGLE_VALUED)).chain((key): fc.Arbitrary<RandomCondition> =>
  fc.record({
    operator: fc.tuple(fc.constantFrom('', '', '', '', '', 'ForAnyValue:', 'ForAllValues:'), fc.constantFrom(...TEXT_OPERATORS), suffix)
      .map((parts) => parts.join('')),
    key: fc.constant(key),
    value: oneOrMany(SINGLE_VALUED[key] ?? []),
  })
);
const multiValuedTest = fc.constantFrom(...Object.keys(MULTI_VALUED)).chain((key): fc.Arbitrary<RandomCondition> =>
  fc.record({
    operator: fc.tuple(fc.constantFrom('ForAnyValue:', 'ForAllValues:'), fc.constantFrom(...TEXT_OPERATORS), suffix).map((parts) =>
      parts.join('')
    ),
    key: fc.constant(key),
    value: oneOrMany(MULTI_VALUED[key] ?? []),
  })
);
const arnTest = fc.record({
  operator: fc.tuple(fc.constantFrom(...ARN_OPERATORS), suffix).map((parts) => parts.join('')),
  key: fc.constant('aws:PrincipalArn'),
  value: oneOrMany([roleArn(CONSUMER), roleArn(OWNER), userArn(CONSUMER),
    `arn:aws:iam::${CONSUMER}:role/*`, 'arn:aws:iam::*:user/B?b', `arn:*:iam::${OWNER}:*`]),
});
const booleanTest = fc.record({ operator: fc.constantFrom('Bool', 'Bool', 'BoolIfExists'), key: fc.constantFrom(...BOOLEAN),
  value: fc.constantFrom('true', 'false', true, false) });
const nullTest = fc.record({
  operator: fc.constant('Null'),
  value: fc.constantFrom('true', 'false', true, false),
  key: fc.constantFrom('kms:ViaService', 'aws:PrincipalTag/team', 'kms:EncryptionContext:app', 'aws:SourceArn', 'kms:EncryptionContextKeys',
    'aws:PrincipalType', 'kms:CallerAccount'),
});
/** The keys that contradictions are made of are often drawn. */
const viaServiceTest = fc.record({
  operator: fc.constantFrom('StringEquals', 'StringEquals', 'StringNotEquals', 'StringLike', 'StringEqualsIfExists'),
  key: fc.constant('kms:ViaService'), value: oneOrMany([S3, SQS, 's3.*']),
});
const condition = fc.array(
  fc.oneof(singleValuedTest, singleValuedTest, viaServiceTest, viaServiceTest, multiValuedTest, arnTest, booleanTest, nullTest),
  { minLength: 1, maxLength: 2 },
).map((tests): StatementElements => {
  const block: Record<string, Record<string, unknown>> = {};
  for (const { operator, key, value } of tests) (block[operator] ??= {})[key] = value;
  return { Condition: block };
});
const maybeCondition = fc.oneof(fc.constant<StatementElements>({}), condition);

const PRINCIPALS = [OWNER, CONSUMER, rootArn(OWNER), rootArn(CONSUMER), roleArn(OWNER),
  roleArn(CONSUMER), roleArn(CONSUMER, 'Other'), userArn(CONSUMER), userArn(OWNER), '777788889999'];

const SESSIONS = [sessionArnOf(OWNER, 's1'), sessionArnOf(CONSUMER, 's1'), sessionArnOf(CONSUMER, 's2')];
const principals = fc.oneof(subset([...PRINCIPALS, ...SESSIONS, '*']), subset(SESSIONS),
  fc.constantFrom<string[]>(['*'], [rootArn(CONSUMER)], [rootArn(OWNER)]));

function keyStatement(): fc.Arbitrary<StatementElements> {
  const named = principals.map((chosen): StatementElements => ({
    Principal: chosen[0] === '*' ? '*' : { AWS: chosen.length === 1 ? chosen[0] : chosen },
  }));
  const allow = fc.tuple(named, action, maybeCondition).map(([who, what, when]) => ({ Effect: 'Allow', ...who, ...what, ...when,
    Resource: '*' })
  );
  const spared = subset([...PRINCIPALS, sessionArnOf(CONSUMER, 's1')], 3).map((chosen): StatementElements => ({
    NotPrincipal: { AWS: chosen },
  }));
  const deny = fc.tuple(fc.oneof({ weight: 5, arbitrary: named }, { weight: 1, arbitrary: spared }), action, maybeCondition)
    .map(([who, what, when]) => ({ Effect: 'Deny', ...who, ...what, ...when, Resource: '*' }));
  return fc.oneof({ weight: 4, arbitrary: allow }, { weight: 1, arbitrary: deny });
}

const RESOURCES = [
  '*', KEY_ARN, `arn:aws:kms:us-west-2:${OWNER}:key/*`, 'arn:aws:kms:*:*:key/*', KEY_ARN.replace('us-west-2', 'eu-west-1'),
  KEY_ARN.replace(OWNER, CONSUMER),
  'arn:aws:kms:us-west-2:${aws:PrincipalAccount}:key/*', `arn:aws:kms:us-west-2:${OWNER}:alias/*`,
  `arn:aws:kms:us-west-2:${OWNER}:alias/app`, `arn:aws:kms:*:${OWNER}:alias/o*`, 'arn:aws:s3:::bucket/*',
  KEY_ARN.replace('1234abcd', '1234????'),
];
const INCOMPLETE = ['arn:aws:kms', 'arn:aws:kms:*', `arn:aws:kms:us-west-2:${OWNER}`, 'arn:aws:kms:us-west-2',
  'arn:aws:kms:eu-west-1', `arn:aws:kms:*:${CONSUMER}`];

function identityStatement(): fc.Arbitrary<StatementElements> {
  const resource = fc.oneof(
    { weight: 4, arbitrary: fc.constant<StatementElements>({ Resource: KEY_ARN }) },
    { weight: 5, arbitrary: elementWith('Resource', [...RESOURCES, ...INCOMPLETE]) },
    // No page says what an incomplete ARN in NotResource is.
    { weight: 1, arbitrary: elementWith('NotResource', RESOURCES) },
  );
  return fc.tuple(fc.constantFrom('Allow', 'Allow', 'Allow', 'Allow', 'Deny'), action, resource, maybeCondition).map((
    [Effect, what, where, when],
  ) => ({ Effect, ...what, ...where, ...when }));
}

const document = (statement: fc.Arbitrary<StatementElements>, maxLength: number): fc.Arbitrary<string> => fc.tuple(
  fc.constantFrom('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17'), fc.array(statement, { minLength: 1, maxLength }),
).map(([Version, Statement]) => JSON.stringify({ Version, Statement }));

export const policyPairs: fc.Arbitrary<PolicyPair> = fc.record({
  identity: fc.constantFrom(roleArn(CONSUMER), roleArn(CONSUMER), roleArn(OWNER), roleArn(OWNER),
    userArn(CONSUMER), userArn(OWNER), sessionArnOf(CONSUMER, 's1'), sessionArnOf(OWNER, 's2'),
    CONSUMER, OWNER),
  keyPolicy: document(keyStatement(), 4),
  identityPolicies: fc.array(document(identityStatement(), 2), { minLength: 1, maxLength: 2 }),
});
