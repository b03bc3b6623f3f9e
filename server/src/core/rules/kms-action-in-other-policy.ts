import { locationInFile } from '../discovery/discovery-result';
import type { Policy, Statement } from '../policy/policy';
import { removeAction } from './shared/action-fixes';
import type { Rule } from './rule';

/** Policies of buckets, queues and roles are about these; access to a key is given by its key policy and by IAM policies. */
export const kmsActionInOtherPolicy: Rule = {
  code: 'kms-action-in-other-policy',
  severity: 'error',
  summary: 'The policy of another resource, or a trust policy, names a KMS action',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html',
  check: {
    *otherPolicy({ policy: located }) {
      const { policy } = located;
      if (policy.kind !== 'trust' && policy.kind !== 'other-resource') return;
      for (const statement of policy.statements) {
        const { action } = statement;
        if (!action || action.negated || !action.patterns.some(({ service }) => service === 'kms') || mayLimitKeys(statement, policy))
          continue;
        for (const pattern of action.patterns) {
          if (pattern.service !== 'kms' || pattern.text.placeholders.length > 0) continue;
          yield {
            at: locationInFile(located, pattern.text.node.span),
            message: policy.kind === 'trust'
              ? `${pattern.text.value} has no place in a trust policy, which only says who may assume the role: AWS rejects it. `
                + 'It belongs in an IAM policy of the role, and for a key of another account in the key policy too.'
              : `${pattern.text.value} has no place in the policy of another resource, which is about that resource only: `
                + 'AWS rejects it, or it has no effect. '
                + 'It belongs in the policy of the key, and for another account in an IAM policy there too.',
            fixes: () => removeAction(located, statement, pattern),
          };
        }
      }
    },
  },
};

/**
 * Resource control policies and policies of VPC endpoints may name KMS actions, and look much alike: they are for everyone, and on
 * every resource. What names no resource of another service may be one.
 */
function mayLimitKeys({ principal, effect }: Statement, { kind, statements }: Policy): boolean {
  if (kind === 'trust') return false;
  const isForAll = principal?.principals.every(({ form }) => form === 'anyone') ?? true;
  return isForAll
    && (effect !== 'Allow' || !statements.some(({ resource }) => resource?.patterns.some(({ form }) => form === 'other') ?? false));
}
