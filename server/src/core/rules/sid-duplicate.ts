import { uniqueSid } from '../generate/sid';
import { locationInFile } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import { fixValue } from './shared/fix';
import { isValidIdentityPolicySid, sidsOfOtherStatements, validSidFor } from './shared/sids';
import { statementsWithoutPlaceholders } from './shared/placeholder-statements';
import { isKmsPolicy } from './shared/kms-statements';
import type { Rule } from './rule';

/** A Sid that two statements have: IAM rejects it, and in a key policy it is ambiguous. */
export const sidDuplicate: Rule = {
  code: 'sid-duplicate',
  severity: 'error',
  summary: 'Two statements of a policy have the same Sid',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html',
  check: {
    *nonstandardPolicy({ policy: located }) {
      const { policy } = located;
      if (policy.isFragment || policy.statements.length < 2 || !isKmsPolicy(policy)) return;
      const seen = new Map<string, Statement>();
      for (const statement of statementsWithoutPlaceholders(policy)) {
        const { sid } = statement;
        if (!sid || sid.value === '' || sid.placeholders.length > 0) continue;
        const first = seen.get(sid.value);
        if (!first?.sid) {
          seen.set(sid.value, statement);
          continue;
        }
        // A template chooses one of these branches.
        if (first.index === statement.index) continue;
        yield {
          at: locationInFile(located, sid.node.span),
          severity: policy.kind === 'identity' ? 'error' : 'warning',
          message: policy.kind === 'identity'
            ? `Another statement of this policy has the Sid "${sid.value}" already. IAM allows each Sid only once and rejects the policy.`
            : `Another statement of this key policy has the Sid "${sid.value}" already, so neither people nor tools can tell which `
              + 'one is meant.',
          related: [{ at: locationInFile(located, first.sid.node.span), message: 'The first statement with this Sid.' }],
          fixes: () => {
            const unique = policy.kind === 'key' || isValidIdentityPolicySid(sid.value)
              ? uniqueSid(sid.value, sidsOfOtherStatements(statement, policy)) : validSidFor(sid.value, statement, policy);
            return fixValue(`Use the Sid "${unique}"`, located, sid, unique, { preferred: true, safe: true });
          },
        };
      }
    },
  },
};
