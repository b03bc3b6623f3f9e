import { freeSid } from '../generate/sid';
import { placeOf } from '../locate/located';
import type { Statement } from '../model/policy';
import { fixPolicy } from './fix';
import { isSoundSid, sidsOfOthers, soundSid } from './judgements/sids';
import { realStatements } from './judgements/skeleton';
import { isJudged } from './judgements/statements';
import type { PolicySubject, RuleFor } from './rule';

/** IAM takes each Sid once in a policy; KMS takes it twice, and nobody can tell which statement is meant. */
export const sidDuplicate: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'sid-duplicate',
    severity: 'error',
    summary: 'Two statements of a policy have the same Sid',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html',
    fixable: true,
  },
  needs: ['judged', 'unusualForm'],
  *check({ policy: located }) {
    const { policy } = located;
    if (policy.fragment || policy.statements.length < 2 || !isJudged(policy)) return;
    const seen = new Map<string, Statement>();
    for (const statement of realStatements(policy)) {
      const { sid } = statement;
      if (!sid || sid.value === '' || sid.holes.length > 0) continue;
      const first = seen.get(sid.value);
      if (!first?.sid) {
        seen.set(sid.value, statement);
        continue;
      }
      // Of the branches that a template chooses from only one is there.
      if (first.index === statement.index) continue;
      yield {
        at: placeOf(located, sid.node.span),
        severity: policy.kind === 'identity' ? 'error' : 'warning',
        message: policy.kind === 'identity'
          ? `Another statement of this policy has the Sid "${sid.value}" already. IAM allows each Sid only once and rejects the policy.`
          : `Another statement of this key policy has the Sid "${sid.value}" already, so neither people nor tools can tell which one is meant.`,
        related: [{ at: placeOf(located, first.sid.node.span), message: 'The first statement with this Sid.' }],
        fixes: () => {
          const free = policy.kind === 'key' || isSoundSid(sid.value) ? freeSid(sid.value, sidsOfOthers(statement, policy)) : soundSid(sid.value, statement, policy);
          return sid.value === sid.node.value ? [fixPolicy(`Use the Sid "${free}"`, located, [{ edit: 'replace', node: sid.node, value: free }], { preferred: true, safe: true })] : [];
        },
      };
    }
  },
};
