import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { operatorNamed } from '../aws/operators';
import type { Fix } from './shared/finding';
import { fixCondition } from './shared/condition-edits';
import { resolvedConditions, type ResolvedCondition } from './shared/kms-conditions';
import type { PolicySubject, RuleFor } from './rule';

/** A key with several values in one request, and nothing that says whether one of them or all have to match. */
export const setOperatorMissing: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'set-operator-missing',
    severity: 'error',
    summary: 'A key with several values is compared without ForAnyValue or ForAllValues',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html',
    fixable: true,
  },
  needs: ['conditions'],
  *check({ policy: located }) {
    for (const placed of resolvedConditions(located.policy)) {
      const { condition, key, base } = placed;
      if (!key.multiValued || condition.setOperator !== undefined || base === 'Null') continue;
      yield {
        at: locationInFile(located, condition.operatorNode.span),
        message: `${key.name} can have several values in one request, so AWS requires ForAnyValue (one of them matches) or ForAllValues `
          + `(none is another) in front of ${condition.operator}. Without it the condition does not work as written.`,
        related: [{ at: locationInFile(located, condition.keyMember.key.span), message: 'This key has several values.' }],
        fixes: () => fixesFor(located, placed),
      };
    }
  },
};

/** Lists of what is asked for are limited as a whole; of lists that describe the caller or the key one value is looked for. */
const REQUEST_MULTIVALUED_KEY = /^(kms:grantoperations|kms:encryptioncontextkeys|aws:tagkeys)$/;

function fixesFor(located: DiscoveredPolicy, placed: ResolvedCondition): Fix[] {
  const { condition } = placed;
  const ofRequest = REQUEST_MULTIVALUED_KEY.test(condition.keyLower);
  const [first, second] = ofRequest ? ['ForAllValues', 'ForAnyValue'] as const : ['ForAnyValue', 'ForAllValues'] as const;
  const fix = (set: string, preferred: boolean): Fix[] => (
    fixCondition(`Use ${set}:${condition.operator}`, located, placed, { operator: `${set}:${condition.operator}` }, { preferred })
  );
  // "None of them" and "not all of them" are both in use under a negated operator.
  const clear = operatorNamed(placed.base)?.negated === false && condition.keyLower !== 'kms:encryptioncontextkeys';
  return [...fix(first, clear), ...fix(second, false)];
}
