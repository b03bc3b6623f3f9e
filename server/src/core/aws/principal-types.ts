/**
 * The values of `aws:PrincipalType` in requests to KMS, each with who calls then. `Anonymous` exists for Amazon SNS, SQS and S3 only.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html, principal key values
 */
export const PRINCIPAL_TYPES: ReadonlyMap<string, string> = new Map([
  ['Account', 'the root user of an account'],
  ['User', 'an IAM user'],
  ['AssumedRole', 'a role in one of its sessions, also one for an identity of SAML or OIDC'],
  ['FederatedUser', 'a federated user, whom an IAM user or the root user made credentials for (GetFederationToken)'],
]);
