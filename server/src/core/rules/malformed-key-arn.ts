import { containsSymbol, withSampleValues } from '../aws/identifier-comparison';
import { locationInFile } from '../discovery/discovery-result';
import { malformedArn } from './shared/malformed-key-arns';
import { fixesUsingKey, keysMatchingValue } from './shared/workspace-keys';
import type { Rule } from './rule';

/** An ARN in an identity policy that cannot be the ARN of a key. In key policies such a value is `key-policy-resource-not-star`. */
export const malformedKeyArn: Rule = {
  code: 'malformed-key-arn',
  severity: 'error',
  summary: 'The Resource is not a well-formed ARN of a KMS key',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html',
  check: {
    *faultyValue({ fault, text, arn }, { policy: located }) {
      if (fault !== 'malformed') return;
      const malformed = malformedArn(withSampleValues(text.value));
      yield {
        at: locationInFile(located, text.node.span),
        ...(malformed?.fault === 'empty' ? { severity: 'warning' as const } : {}),
        message: malformed
          ? `${malformed.message}. As it is, this value matches no key.`
          : `No KMS action works on a resource of the service "${arn?.service ?? ''}", and this statement has only KMS actions.`,
        fixes: (world) => {
          // The values of symbols are well-formed: what is wrong is beside them, and no correction of a sample is one of the text.
          if (containsSymbol(text.value)) return [];
          const { correctedArn } = malformed ?? {};
          return fixesUsingKey(located, text, correctedArn === undefined ? keysMatchingValue(world, text.value) : [{ arn: correctedArn }]);
        },
      };
    },
  },
};
