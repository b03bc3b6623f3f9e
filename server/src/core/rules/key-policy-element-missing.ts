import { fixPolicy } from './shared/fix';
import { hasMisspelledElement, isIncompleteStatement, locationOfStatement } from './shared/kms-statements';
import { statementsWithoutPlaceholders } from './shared/placeholder-statements';
import type { Rule } from './rule';

/** A statement of a key policy without `Resource` or without `Action`: it has no effect, and KMS rejects it since August 2025. */
export const keyPolicyElementMissing: Rule = {
  code: 'key-policy-element-missing',
  severity: 'error',
  summary: 'A statement of a key policy lacks Resource or Action',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
  check: {
    *nonstandardPolicy({ policy: located }) {
      if (located.policy.kind !== 'key') return;
      for (const statement of statementsWithoutPlaceholders(located.policy)) {
        if (isIncompleteStatement(statement)) continue;
        const missing = ['Action', 'Resource'].filter((name) =>
          !(name === 'Action' ? statement.action : statement.resource) && !hasMisspelledElement(statement, name)
        );
        if (missing.length === 0) continue;
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
      }
    },
  },
};
