import { locationInFile } from '../discovery/discovery-result';
import { hasSubstitutedPlaceholder } from '../policy/policy-string';
import { fixPolicy } from './shared/fix';
import { faultyValues } from './shared/faulty-values';
import { malformedArn } from './shared/malformed-key-arns';
import { keysMatchingValue, MAX_CHOICES } from './shared/workspace-keys';
import type { PolicySubject, RuleFor } from './rule';

/** An ARN in an identity policy that looks like a key's and can be none. In key policies the value is `key-policy-resource-not-star` anyway. */
export const malformedKeyArn: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'malformed-key-arn',
    severity: 'error',
    summary: 'The Resource is not a well-formed ARN of a KMS key',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html',
    fixable: true,
  },
  needs: ['faultyValues'],
  *check({ policy: located }) {
    for (const { fault, text: policyString, arn: named } of faultyValues(located.policy)) {
      if (fault !== 'malformed') continue;
      const malformed = malformedArn(policyString.value);
      yield {
        at: locationInFile(located, policyString.node.span),
        ...(malformed?.fault === 'empty' ? { severity: 'warning' as const } : {}),
        message: malformed
          ? `${malformed.message}. As it stands, this value matches no key.`
          : `All actions of this statement are KMS actions, but this is a resource of the service "${named?.service ?? ''}", which no KMS action works on.`,
        fixes: (world) => {
          const written = !hasSubstitutedPlaceholder(policyString);
          const meant = malformed?.correctedArn !== undefined ? [malformed.correctedArn] : keysMatchingValue(world, policyString.value).map((key) => key.arn);
          return written ? meant.slice(0, MAX_CHOICES).map((arn) => fixPolicy(`Use ${arn}`, located, [{ edit: 'replace', node: policyString.node, value: arn }], { preferred: meant.length === 1 })) : [];
        },
      };
    }
  },
};
