/**
 * Policies of AWS that roles often have, and that contain no action of KMS, so that it does not matter to access to keys whether the
 * workspace has them. A test compares them with the documents.
 *
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const POLICIES_WITHOUT_KMS: ReadonlySet<string> = new Set([
  'AmazonEC2ContainerRegistryPullOnly', 'AmazonEC2ContainerRegistryReadOnly', 'AmazonEKS_CNI_Policy', 'AmazonEKSWorkerNodePolicy',
  'AmazonS3FullAccess', 'AmazonS3ReadOnlyAccess', 'AmazonSNSFullAccess', 'AmazonSSMManagedInstanceCore', 'AWSXRayDaemonWriteAccess',
  'AWSXrayWriteOnlyAccess', 'CloudWatchAgentServerPolicy', 'CloudWatchLogsFullAccess', 'AmazonAPIGatewayPushToCloudWatchLogs',
  'AmazonECSTaskExecutionRolePolicy', 'AWSLambdaBasicExecutionRole', 'AWSLambdaDynamoDBExecutionRole',
  'AWSLambdaKinesisExecutionRole', 'AWSLambdaSQSQueueExecutionRole',
  'AWSLambdaVPCAccessExecutionRole',
]);

/** @param arn of a managed policy; its partition and path do not matter */
export function isManagedPolicyWithoutKms(arn: string): boolean {
  return arn.includes(':iam::aws:policy/') && POLICIES_WITHOUT_KMS.has(arn.slice(arn.lastIndexOf('/') + 1));
}

export function managedPoliciesWithoutKms(): readonly string[] {
  return [...POLICIES_WITHOUT_KMS];
}
