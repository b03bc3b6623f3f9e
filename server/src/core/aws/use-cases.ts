import type { ActionName } from './actions';

/** What an AWS service, or a direct caller, needs of a key of another account (docs/aws-rules.md 7.3). */
export interface UseCase {
  /** Stable name for the command line and settings. */
  readonly id: string;
  /** For a list to pick from. */
  readonly title: string;
  /** What the consumer's identity policy allows on the key. Empty when the service calls as itself. */
  readonly consumerActions: readonly ActionPatternName[];
  /** What the key policy allows the account, role or service. */
  readonly keyPolicyActions: readonly ActionPatternName[];
  /** Names for `kms:ViaService`; empty where the condition does not fit. */
  readonly viaServices: readonly string[];
  /** A second statement for grants, limited by `kms:GrantIsForAWSResource`, belongs on both sides. */
  readonly grants: boolean;
  /** Where a person makes the grant by hand: the role of the consumer's account that it is for, as the end of a pattern of ARNs. */
  readonly grantee: string | undefined;
  /** The service principal that the key policy lets in, in place of an identity; `REGION` stands for the key's Region. */
  readonly servicePrincipal: string | undefined;
  /** The AWS page. */
  readonly source: string;
  /** What else has to be right, for the person who chooses it. */
  readonly note: string | undefined;
}

/** An action or a pattern of actions. */
export type ActionPatternName = ActionName;

/** What the console gives key users: always enough for cryptography without grants (KMS Developer Guide, key-policy-default). */
export const KEY_USER_ACTIONS: readonly ActionPatternName[] = [
  'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey',
];
/** What the console gives key administrators (same page). */
export const KEY_ADMINISTRATOR_ACTIONS: readonly ActionPatternName[] = [
  'kms:Create*', 'kms:Describe*', 'kms:Enable*', 'kms:List*', 'kms:Put*', 'kms:Update*', 'kms:Revoke*', 'kms:Disable*', 'kms:Get*',
  'kms:Delete*', 'kms:TagResource', 'kms:UntagResource', 'kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion', 'kms:RotateKeyOnDemand',
];
/** The console's statement for services that act through grants (same page). */
export const GRANT_ACTIONS: readonly ActionPatternName[] = ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'];

const USER_GUIDE = 'https://docs.aws.amazon.com/';

/** Uses in which caller and key policy need the same. */
function useCaseOfCaller(
  id: string, title: string, actions: readonly ActionPatternName[], viaServices: readonly string[], source: string,
  more: Partial<UseCase> = {},
): UseCase {
  return {
    id, title, consumerActions: actions, keyPolicyActions: actions, viaServices, grants: false, grantee: undefined,
    servicePrincipal: undefined,
    source: USER_GUIDE + source, note: undefined, ...more,
  };
}

/** Uses in which a service calls KMS as itself: the key policy alone decides. */
function useCaseOfService(
  id: string, title: string, servicePrincipal: string, actions: readonly ActionPatternName[], source: string, note: string,
  consumerActions: readonly ActionPatternName[] = [],
): UseCase {
  return {
    id, title, consumerActions, keyPolicyActions: actions, viaServices: [], grants: false, grantee: undefined, servicePrincipal,
    source: USER_GUIDE + source, note,
  };
}

/**
 * The service-linked roles of EC2 Auto Scaling; those that a person makes have a suffix (EC2 Auto Scaling User Guide, service-linked
 * roles).
 */
export const AUTO_SCALING_ROLES = 'role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling*';

const EBS_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncrypt*'] as const;

/** By service; each names the page of AWS that it comes from (docs/aws-rules.md 7.3). */
export const USE_CASES: readonly UseCase[] = [
  useCaseOfCaller('direct', 'Encrypt and decrypt with the KMS API', KEY_USER_ACTIONS, [],
    'kms/latest/developerguide/key-policy-modifying-external-accounts.html'),
  useCaseOfCaller('s3-put', 'Amazon S3: write objects', ['kms:GenerateDataKey'], ['s3'],
    'AmazonS3/latest/userguide/UsingKMSEncryption.html', { note: 'Large files are uploaded in parts, which needs kms:Decrypt too.' }),
  useCaseOfCaller('s3-multipart', 'Amazon S3: write large objects', ['kms:GenerateDataKey', 'kms:Decrypt'], ['s3'],
    'AmazonS3/latest/userguide/UsingKMSEncryption.html'),
  useCaseOfCaller('s3-get', 'Amazon S3: read objects', ['kms:Decrypt'], ['s3'], 'AmazonS3/latest/userguide/UsingKMSEncryption.html', {
    note: 'Give the key by its ARN: an alias is looked up in the account of the caller.',
  }),
  useCaseOfCaller('secretsmanager-read', 'AWS Secrets Manager: read secrets', ['kms:Decrypt', 'kms:DescribeKey'], ['secretsmanager'],
    'secretsmanager/latest/userguide/auth-and-access_examples_cross.html', { note: 'The secret needs a resource policy too.',
    consumerActions: ['kms:Decrypt'] }),
  useCaseOfCaller('secretsmanager-write', 'AWS Secrets Manager: write secrets', ['kms:Decrypt', 'kms:GenerateDataKey'], ['secretsmanager'],
    'secretsmanager/latest/userguide/security-encryption.html'),
  useCaseOfCaller('ebs', 'Amazon EBS: volumes and instances', EBS_ACTIONS, ['ec2'],
    'ebs/latest/userguide/ebs-encryption-requirements.html', { grants: true }),
  useCaseOfCaller('ebs-snapshot', 'Amazon EBS: shared snapshots and encrypted AMIs', KEY_USER_ACTIONS, ['ec2'],
    'ebs/latest/userguide/share-kms-key.html', { grants: true, consumerActions: [...EBS_ACTIONS, 'kms:GenerateDataKey'] }),
  useCaseOfCaller('autoscaling-foreign-key', 'EC2 Auto Scaling: key of another account', [...KEY_USER_ACTIONS, 'kms:CreateGrant'], [],
    'autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html', {
      consumerActions: ['kms:CreateGrant'], grantee: AUTO_SCALING_ROLES,
      note: 'Someone in the consumer account then runs "aws kms create-grant" for its Auto Scaling service-linked role, whose policies '
        + 'cannot be edited.',
    }),
  useCaseOfCaller('rds', 'Amazon RDS and Aurora', ['kms:CreateGrant', 'kms:DescribeKey'], ['rds'],
    'AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html', { grants: true }),
  useCaseOfCaller('rds-snapshot', 'Amazon RDS: share or copy snapshots', [...KEY_USER_ACTIONS, 'kms:CreateGrant'], ['rds'],
    'AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html', { grants: true,
    consumerActions: [...KEY_USER_ACTIONS, 'kms:CreateGrant', 'kms:RetireGrant'] }),
  useCaseOfCaller('sqs-send', 'Amazon SQS: send messages', ['kms:GenerateDataKey', 'kms:Decrypt'], ['sqs'],
    'AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html'),
  useCaseOfCaller('sqs-receive', 'Amazon SQS: receive messages', ['kms:Decrypt'], ['sqs'],
    'AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html'),
  useCaseOfService('sqs-from-sns', 'Amazon SQS queue fed by Amazon SNS', 'sns.amazonaws.com', ['kms:GenerateDataKey*', 'kms:Decrypt'],
    'AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html', 'Limit it with aws:SourceArn or aws:SourceAccount.'),
  useCaseOfService('sqs-from-s3', 'Amazon SQS queue fed by Amazon S3', 's3.amazonaws.com', ['kms:GenerateDataKey*', 'kms:Decrypt'],
    'AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html', 'Limit it with aws:SourceArn or aws:SourceAccount.'),
  useCaseOfService('sqs-from-eventbridge', 'Amazon SQS queue fed by Amazon EventBridge', 'events.amazonaws.com', ['kms:GenerateDataKey*',
    'kms:Decrypt'], 'AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html',
    'Limit it with aws:SourceArn or aws:SourceAccount.'),
  useCaseOfService('sns-from-eventbridge', 'Amazon SNS topic fed by Amazon EventBridge', 'events.amazonaws.com', ['kms:GenerateDataKey*',
    'kms:Decrypt'], 'sns/latest/dg/sns-key-management.html', 'EventBridge supports no source condition for encrypted topics: '
    + 'limit it with kms:EncryptionContext:aws:sns:topicArn.'),
  useCaseOfCaller('sns-publish', 'Amazon SNS: publish', ['kms:GenerateDataKey*', 'kms:Decrypt'], ['sns'],
    'sns/latest/dg/sns-key-management.html'),
  useCaseOfCaller('lambda', 'AWS Lambda: environment variables', ['kms:CreateGrant', 'kms:Encrypt', 'kms:Decrypt'], ['lambda'],
    'lambda/latest/dg/configuration-envvars-encryption.html', { grants: true }),
  useCaseOfCaller('dynamodb', 'Amazon DynamoDB: tables', [...KEY_USER_ACTIONS, 'kms:CreateGrant'], ['dynamodb'],
    'amazondynamodb/latest/developerguide/encryption.usagenotes.html', { grants: true }),
  useCaseOfService('cloudwatch-logs', 'Amazon CloudWatch Logs: log groups', 'logs.REGION.amazonaws.com', ['kms:Encrypt', 'kms:Decrypt',
    'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'], 'AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
    'Limit it with ArnLike kms:EncryptionContext:aws:logs:arn.', KEY_USER_ACTIONS),
  useCaseOfCaller('ssm-write', 'Parameter Store: write parameters', ['kms:Encrypt', 'kms:GenerateDataKey'], ['ssm'],
    'kms/latest/developerguide/services-parameter-store.html', {
    note: 'Standard parameters use kms:Encrypt, advanced ones kms:GenerateDataKey.',
  }),
  useCaseOfCaller('ssm-read', 'Parameter Store: read parameters', ['kms:Decrypt'], ['ssm'],
    'kms/latest/developerguide/services-parameter-store.html'),
  useCaseOfService('cloudtrail', 'AWS CloudTrail: trails', 'cloudtrail.amazonaws.com', ['kms:GenerateDataKey*', 'kms:DescribeKey'],
    'awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html',
    'Limit it with aws:SourceArn and kms:EncryptionContext:aws:cloudtrail:arn. Readers of the log files need kms:Decrypt.', [
    'kms:Decrypt',
  ]),
  useCaseOfCaller('backup', 'AWS Backup: copy to another account', KEY_USER_ACTIONS, ['backup'],
    'aws-backup/latest/devguide/create-cross-account-backup.html', { grants: true }),
  useCaseOfCaller('glue-catalog', 'AWS Glue: Data Catalog', ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey'], ['glue'],
    'glue/latest/dg/encrypt-glue-data-catalog.html'),
  useCaseOfCaller('redshift-snapshot', 'Amazon Redshift: restore a shared snapshot', ['kms:Decrypt'], ['redshift'],
    'redshift/latest/mgmt/managing-snapshots-console.html'),
];

export function useCaseNamed(id: string): UseCase | undefined {
  return USE_CASES.find((useCase) => useCase.id === id);
}
