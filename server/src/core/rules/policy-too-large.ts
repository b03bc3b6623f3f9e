import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Severity } from './finding';
import { bytesOf, charactersOf } from './judgements/policy-size';
import { isJudged } from './judgements/statements';
import type { PolicySubject, RuleFor } from './rule';

/** What KMS takes as a key policy, in bytes (KMS Developer Guide, resource quotas). */
const KEY_POLICY = 32_768;
const NEARLY = KEY_POLICY * 0.9;
/** What IAM takes as a managed policy, and as all inline policies of a role, in characters (IAM User Guide, IAM and AWS STS quotas). */
const MANAGED = 6_144;
const INLINE = 10_240;

/** Quotas for the size of policies that cannot be raised. */
export const policyTooLarge: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'policy-too-large',
    severity: 'error',
    summary: 'The policy is larger than AWS accepts, or nearly so',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html',
    fixable: false,
  },
  *check({ policy: located }) {
    const { policy } = located;
    const { start, end } = policy.node.span;
    // Nearly every policy is far from any of them: a character has three bytes of UTF-8 at most.
    const isFar = policy.kind === 'key' ? (end - start) * 3 <= NEARLY : end - start <= MANAGED;
    if (isFar || policy.fragment || !policy.node.closed || !isJudged(policy)) return;
    const size = policy.kind === 'key' ? sizeOfKeyPolicy(located) : sizeOfIdentityPolicy(located);
    if (size) yield { at: placeOf(located, policy.statementMember?.key.span ?? { start, end: start + 1 }), ...size };
  },
};

interface Size {
  readonly severity: Severity;
  readonly message: string;
  readonly href?: string;
}

function sizeOfKeyPolicy(located: LocatedPolicy): Size | undefined {
  const bytes = bytesOf(located);
  if (bytes <= NEARLY) return undefined;
  const rest = 'Several principals can share a statement, and grants give access without the key policy.';
  return bytes > KEY_POLICY
    ? { severity: 'error', message: `This key policy has ${counted(bytes)} bytes, and KMS accepts ${counted(KEY_POLICY)} at most, white space included. The quota cannot be raised. ${rest}` }
    : { severity: 'warning', message: `This key policy has ${counted(bytes)} of the ${counted(KEY_POLICY)} bytes that KMS accepts at most, white space included. The quota cannot be raised. ${rest}` };
}

/** Whether it is a managed or an inline policy, and of whom, is seldom known; AWS's own managed policies have no such limit. */
function sizeOfIdentityPolicy(located: LocatedPolicy): Size | undefined {
  if (located.wrapper.account === 'aws') return undefined;
  const characters = charactersOf(located);
  if (characters <= MANAGED) return undefined;
  const start = `This policy has ${counted(characters)} characters without white space.`;
  const href = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';
  return characters > INLINE
    ? { severity: 'warning', href, message: `${start} IAM accepts ${counted(MANAGED)} in a managed policy, and in the inline policies of a role ${counted(INLINE)} together. Split it into several managed policies.` }
    : { severity: 'info', href, message: `${start} IAM accepts ${counted(MANAGED)} in a managed policy, so it can only be an inline policy of a role, which may have ${counted(INLINE)} in all its inline policies.` };
}

/** `32,768` */
function counted(number: number): string {
  return number.toLocaleString('en-US');
}
