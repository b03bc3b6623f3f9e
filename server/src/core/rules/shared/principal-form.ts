import { compareIdentifiers } from '../../aws/identifier-comparison';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Identity } from '../../linking/entities';
import type { Policy, Principal, PrincipalElement, Statement } from '../../policy/policy';
import { principalFault } from './value-faults';

/**
 * Why KMS rejects a principal, the first cause that applies. Each is a rule of its own, so that no value is reported twice. `key`: neither
 * AWS nor Service; `wildcard`: `*` or `?` inside the value; `session`: a malformed ARN of an assumed role; `service`: a malformed service
 * principal; `other`: everything else that does not identify an account, user, role or session.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export type PrincipalProblem = 'key' | 'group' | 'wildcard' | 'unique-id' | 'session' | 'service' | 'other';

/** Undefined for valid principals, for unknown ones, and for those with a fault in the value itself (`principalFault`). */
export function principalProblem(principal: Principal): PrincipalProblem | undefined {
  const { form, key, text } = principal;
  if (form !== 'invalid' && form !== 'unique-id' && form !== 'service' || principalFault(principal)) return undefined;
  if (form === 'unique-id') return form;
  // `value-type` reports a value that is not a string, except where the principal object is missing.
  if (key && text.node.type !== 'string') return undefined;
  if (key?.value === 'Service') return servicePrincipalProblem(text.value);
  return key?.value === 'AWS' ? awsPrincipalProblem(principal) : 'key';
}

function servicePrincipalProblem(value: string): PrincipalProblem | undefined {
  if (value !== '*' && !value.startsWith('arn:') && /[*?]/.test(value)) return 'wildcard';
  // Service principals are lower-case host names: s3.amazonaws.com, logs.us-west-2.amazonaws.com.
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(value) ? undefined : 'service';
}

function awsPrincipalProblem({ text: { value }, arn }: Principal): PrincipalProblem {
  if (!arn) return /[*?]/.test(value) ? 'wildcard' : 'other';
  const { service, resource } = arn;
  if (service !== 'iam' && service !== 'sts' && !/[*?]/.test(service)) return 'other';
  if (resource.startsWith('group/')) return 'group';
  if (/^(instance-profile|policy|mfa|server-certificate|saml-provider|oidc-provider)(\/|$)/.test(resource)) return 'other';
  const isSession = /^assumed-role(\/|$)/.test(resource);
  const beforeSession = isSession ? value.slice(0, value.lastIndexOf('/')) : value;
  if (/[*?]/.test(beforeSession)) return 'wildcard';
  return isSession ? 'session' : 'other';
}

export interface PrincipalInStatement {
  readonly statement: Statement;
  readonly element: PrincipalElement;
  readonly principal: Principal;
}

export interface RejectedPrincipal extends PrincipalInStatement {
  readonly problem: PrincipalProblem;
}

export function* principalsOf(policy: Policy): Iterable<PrincipalInStatement> {
  if (policy.kind !== 'key') return;
  for (const statement of policy.statements) {
    const element = statement.principal;
    for (const principal of element?.principals ?? []) if (element) yield { statement, element, principal };
  }
}

/** Whether a principal that KMS does not accept may be meant for the identity or its account. */
export function hasUnrecognizedPrincipalFor({ policy }: DiscoveredPolicy, { account }: Identity): boolean {
  return policy.statements.some(({ effect, principal }) => effect === 'Allow' && principal?.principals.some((candidate) => (
    isUnrecognizedPrincipal(candidate) && (candidate.account === undefined || compareIdentifiers(candidate.account, account) === 'same'))));
}

/** Whether the principal cannot be identified, because it is misspelled or of a form that KMS rejects. */
export function isUnrecognizedPrincipal(principal: Principal): boolean {
  const fault = principalFault(principal);
  return fault !== undefined && fault !== 'unknown' || principal.form === 'invalid' || principal.form === 'unique-id';
}
