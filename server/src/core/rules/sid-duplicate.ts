import { locationInFile } from '../discovery/discovery-result';
import { uniqueSid } from '../generate/statement-additions';
import { fixValue } from './shared/fix';
import { isValidIdentityPolicySid, sidsOfOtherStatements, validSidFor } from './shared/sids';
import type { Rule } from './rule';

export const sidDuplicate: Rule = {
  code: 'sid-duplicate',
  severity: 'error',
  summary: 'Two statements of a policy have the same Sid',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html',
  check: {
    *malformedInKmsPolicy(element, { policy: located }) {
      if (element.kind !== 'duplicate-sid') return;
      const { policy } = located;
      const { statement, statement: { sid }, firstStatement } = element;
      if (!sid || !firstStatement.sid) return;
      yield {
        at: locationInFile(located, sid.node.span),
        severity: policy.kind === 'identity' ? 'error' : 'warning',
        message: policy.kind === 'identity'
          ? `The Sid "${sid.value}" is not unique in this policy: IAM allows each Sid only once and rejects the policy.`
          : `The Sid "${sid.value}" is not unique in this key policy, so neither people nor tools can tell which statement is meant.`,
        related: [{ at: locationInFile(located, firstStatement.sid.node.span), message: 'The first statement with this Sid.' }],
        fixes: () => {
          const unique = policy.kind === 'key' || isValidIdentityPolicySid(sid.value)
            ? uniqueSid(sid.value, sidsOfOtherStatements(statement, policy)) : validSidFor(sid.value, statement, policy);
          return fixValue(`Use the Sid "${unique}"`, located, sid, unique, { preferred: true, safe: true });
        },
      };
    },
  },
};
