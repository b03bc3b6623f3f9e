import { parseArn, formatArn } from './arn';

/** A role that AWS makes, named without the path that it has in AWS: no role has such an ARN. */
export interface ReservedRoleWithoutPath {
  readonly createdBy: 'identity-center' | 'service';
  /** The pattern of ARNs that covers the role. */
  readonly pattern: string;
}

/**
 * The role of an ARN, or pattern of ARNs,
 that leaves out the path. Roles of IAM Identity Center lie in `aws-reserved/sso.amazonaws.com/REGION/`,
 * without the Region where it is in us-east-1; their names end in a suffix of its own (IAM Identity Center User Guide,
 * referencingpermissionsets). Service-linked roles lie in `aws-service-role/SERVICE/` (IAM User Guide, service-linked roles).
 */
export function reservedRoleWithoutPath(text: string): ReservedRoleWithoutPath | undefined {
  const arn = parseArn(text);
  if (arn?.service !== 'iam') return undefined;
  const [, name, type] = /^role\/((AWSReservedSSO_|AWSServiceRoleFor)[^/]+)$/.exec(arn.resource) ?? [];
  if (name === undefined) return undefined;
  return type === 'AWSReservedSSO_'
    ? { createdBy: 'identity-center', pattern: formatArn({ ...arn, resource: `role/${IDENTITY_CENTER_PATH}*${withWildcardSuffix(name)}` }) }
    : { createdBy: 'service', pattern: formatArn({ ...arn, resource: `role/aws-service-role/*/${name}` }) };
}

export const IDENTITY_CENTER_PATH = 'aws-reserved/sso.amazonaws.com/';

/** The pattern of ARNs for a role of IAM Identity Center, whose name ends in a suffix that does not last; undefined for all other ARNs. */
export function identityCenterPattern(arn: string): string | undefined {
  const pathless = reservedRoleWithoutPath(arn);
  if (pathless) return pathless.createdBy === 'identity-center' ? pathless.pattern : undefined;
  return parseArn(arn)?.resource.startsWith(`role/${IDENTITY_CENTER_PATH}`) ? arn.replace(/_[0-9a-f]+$/, '_*') : undefined;
}

/** `AWSReservedSSO_Engineer_*` for every role of the permission set. */
function withWildcardSuffix(name: string): string {
  if (/_[0-9a-f]{16}$/.test(name)) return name.replace(/[0-9a-f]{16}$/, '*');
  return /[*?]$/.test(name) ? name : `${name}_*`;
}
