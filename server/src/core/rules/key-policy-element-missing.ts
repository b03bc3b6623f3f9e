import { fixPolicy } from './shared/fix';
import { locationOfStatement } from './shared/kms-statements';
import type { Rule } from './rule';

/** A statement of a key policy without `Resource` or without `Action`: it has no effect, and KMS rejects it since August 2025. */
export const keyPolicyElementMissing: Rule = {
  code: 'key-policy-element-missing',
  severity: 'error',
  summary: 'A statement of a key policy lacks Resource or Action',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
  check: {
    *malformedInKmsPolicy(element, { policy: located }) {
      if (element.kind !== 'missing-elements' || located.policy.kind !== 'key') return;
      const { statement } = element;
      const missing = element.elements.filter((name) => name === 'Action' || name === 'Resource');
      if (missing.length === 0) return;
      yield {
        at: locationOfStatement(located, statement),
        message: `This statement has no ${missing.join(' and no ')}. `
          + 'In a key policy it then has no effect, and KMS rejects such a policy.',
        fixes: () => (!missing.includes('Resource') ? [] : [
          fixPolicy('Insert "Resource": "*"', located, [
            { edit: 'set-member', object: statement.node, name: 'Resource', value: '*',
              after: statement.action?.member.key.value ?? 'Principal' },
          ], { preferred: true }),
        ]),
      };
    },
  },
};
