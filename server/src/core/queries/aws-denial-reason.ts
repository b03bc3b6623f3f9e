import type { Outcome } from '../access/verdict';

/**
 * AWS's own reason for a denial: a Deny, or the lack of an Allow, in one kind of policy.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export interface AwsDenialReason {
  readonly effect: 'explicit-deny' | 'implicit-deny';
  readonly policyType: AwsPolicyType;
}

export type AwsPolicyType = 'identity-based-policy' | 'resource-based-policy' | 'service-control-policy' | 'resource-control-policy'
  | 'permissions-boundary' | 'session-policy' | 'vpc-endpoint-policy';

interface AwsPolicyTypeInfo {
  readonly type: AwsPolicyType;
  /** As AWS calls it in messages, without article and in the singular. */
  readonly name: string;
  /** Who can change one; undefined for the policies that the two halves are. */
  readonly advice?: string;
}

const POLICY_TYPES: readonly AwsPolicyTypeInfo[] = [
  { type: 'identity-based-policy', name: 'identity-based policy' },
  { type: 'resource-based-policy', name: 'resource-based policy' },
  { type: 'service-control-policy', name: 'service control policy', advice: 'Service control policies are attached to the account of the '
    + 'caller, or above it, in AWS Organizations: the management account or a delegated administrator can change them.' },
  { type: 'resource-control-policy', name: 'resource control policy', advice: 'Resource control policies are attached to the account of '
    + 'the key, or above it, in AWS Organizations: the management account or a delegated administrator can change them.' },
  { type: 'permissions-boundary', name: 'permissions boundary', advice: 'The permissions boundary is set on the user or role: '
    + 'aws iam get-role, or get-user, names the policy.' },
  { type: 'session-policy', name: 'session policy', advice: 'Session policies are passed when the session begins, by AssumeRole or '
    + 'GetFederationToken: whoever starts it can change them.' },
  { type: 'vpc-endpoint-policy', name: 'VPC endpoint policy', advice: 'The endpoint policy is on the VPC endpoint for AWS KMS that the '
    + 'call goes through: aws ec2 describe-vpc-endpoints shows it.' },
];

/** The reason in AWS's words; undefined where it names no kind of policy, or one that is not documented. */
export function parseAwsDenialReason(text: string): AwsDenialReason | undefined {
  const words = text.toLowerCase().replaceAll('policies', 'policy');
  const effect = words.startsWith('explicit deny in ') ? 'explicit-deny' : words.startsWith('no ') ? 'implicit-deny' : undefined;
  const info = effect && POLICY_TYPES.find(({ name }) => words.includes(`${effect === 'explicit-deny' ? '' : 'no '}${name.toLowerCase()}`));
  return effect && info && { effect, policyType: info.type };
}

/** Who can change policies of that type; undefined for the policies that the two halves are. */
export function adviceForPolicyType(policyType: AwsPolicyType): string | undefined {
  return POLICY_TYPES.find(({ type }) => type === policyType)?.advice;
}

/** AWS's denial first, then the verdict on the two halves: `sentence`, which begins with its outcome and a colon. */
export function describeDenialByOtherPolicy({ effect, policyType }: AwsDenialReason, outcome: Outcome,
  sentence: string): string {
  const name = POLICY_TYPES.find(({ type }) => type === policyType)?.name ?? policyType;
  const denial = effect === 'explicit-deny' ? `Denied by a ${name}, AWS says.` : `Denied because no ${name} allows it, AWS says.`;
  return `${denial} ${HANDSHAKE_OUTCOME_TEXTS[outcome]}: ${sentence.slice(sentence.indexOf(': ') + 2)}`;
}

const HANDSHAKE_OUTCOME_TEXTS: Readonly<Record<Outcome, string>> = {
  allowed: 'Both halves allow it', conditional: 'Both halves allow it under conditions', denied: 'The halves deny it too',
  unknown: 'Whether the halves allow it is unknown',
};
