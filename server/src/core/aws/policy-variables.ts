import { conditionKeyNamed } from './condition-keys';

/** `prefix:key`, as in `aws:username`, perhaps with a default: `aws:PrincipalTag/team, 'none'`. */
const KEY = /^([A-Za-z][\w.-]*):([\w/][\w:/.+=@-]*)\s*(?:,\s*'[^']*'\s*)?$/;

/**
 * Prefixes of condition keys of single services (Service Authorization Reference). `ssm` is left out: its keys are not usual as variables,
 * and `${ssm:/path}` is a variable of the Serverless Framework.
 */
const SERVICE_PREFIXES: ReadonlySet<string> = new Set([
  'acm', 'acm-pca', 'apigateway', 'appconfig', 'appstream', 'athena', 'autoscaling', 'backup', 'bedrock', 'chime', 'cloudformation',
  'cloudfront', 'cloudwatch',
  'codebuild', 'codecommit', 'codepipeline', 'codestar-connections', 'cognito-idp', 'dax', 'dynamodb', 'ec2', 'ecr', 'ecs', 'eks',
  'elasticache',
  'elasticbeanstalk', 'elasticfilesystem', 'elasticloadbalancing', 'elasticmapreduce', 'es', 'events', 'execute-api', 'firehose', 'fsx',
  'glue', 'iam',
  'identitystore', 'iot', 'kafka', 'kinesis', 'kms', 'lakeformation', 'lambda', 'ldap', 'logs', 'neptune-db', 'organizations', 'quicksight',
  'ram', 'rds', 'redshift',
  'redshift-data', 'redshift-serverless', 'route53', 's3-object-lambda', 's3-outposts', 's3express', 'sagemaker', 'saml', 'scheduler',
  'secretsmanager',
  'servicecatalog', 'ses', 'sns', 'sqs', 'sso', 'states', 'sts', 'transfer', 'vpc-lattice', 'vpce', 'wafv2', 'workspaces',
]);

/** Names with a slash after `s3:` are objects in buckets of the Serverless Framework, but for the keys about tags. */
const S3_KEY = /^(?:[\w-]+|(?:Existing|Request)Object(?:Tag|TagKeys)\/.+)$/i;

/** The name of an identity provider: `cognito-identity.amazonaws.com`, not `cf.us-west-2`. */
const PROVIDER = /^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}$/i;

/**
 * Whether AWS fills in `${name}` in a policy: the name is that of a condition key, or one of the characters `*`, `?` and `$`. Names that
 * AWS does not have, such as `self:custom.account`, `env:STAGE` or `aws:accountId`, are variables of templates.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function isPolicyVariable(name: string): boolean {
  const trimmed = name.trim();
  if (/^[*?$]$/.test(trimmed)) return true;
  const [, prefix, key] = KEY.exec(trimmed) ?? [];
  if (prefix === undefined || key === undefined) return false;
  const lower = prefix.toLowerCase();
  if (lower === 'aws') return conditionKeyNamed(`aws:${key}`) !== undefined;
  if (lower === 's3') return S3_KEY.test(key);
  return SERVICE_PREFIXES.has(lower) || PROVIDER.test(lower);
}
