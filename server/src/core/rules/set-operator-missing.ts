import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Fix } from './shared/fix';
import { fixCondition } from './shared/condition-edits';
import { hasNegatedOperator, type ResolvedCondition } from './shared/kms-conditions';
import type { Rule } from './rule';

export const setOperatorMissing: Rule = {
  code: 'set-operator-missing',
  severity: 'error',
  summary: 'A key with several values is compared without ForAnyValue or ForAllValues',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html',
  check: {
    *resolvedCondition(resolved, { policy: located }) {
      const { condition, key, base } = resolved;
      if (!key.multiValued || condition.setOperator !== undefined || base === 'Null') return;
      yield {
        at: locationInFile(located, condition.operatorNode.span),
        message: `${condition.operator} does not work without ForAnyValue or ForAllValues: ${key.name} can have several values in one `
          + 'request. ForAnyValue means that one of them matches, ForAllValues that none is another.',
        related: [{ at: locationInFile(located, condition.keyMember.key.span), message: 'This key has several values.' }],
        fixes: () => fixesFor(located, resolved),
      };
    },
  },
};

/** Keys that list what is requested, which is limited as a whole. Of other lists usually one value has to match. */
const REQUEST_MULTIVALUED_KEY = /^(kms:grantoperations|kms:encryptioncontextkeys|aws:tagkeys)$/;

function fixesFor(located: DiscoveredPolicy, resolved: ResolvedCondition): Fix[] {
  const { condition } = resolved;
  const setOperators = REQUEST_MULTIVALUED_KEY.test(condition.keyLower) ? ['ForAllValues', 'ForAnyValue'] : ['ForAnyValue', 'ForAllValues'];
  // A negated operator can be meant as "none of them" or as "not all of them".
  const isClear = !hasNegatedOperator(condition) && condition.keyLower !== 'kms:encryptioncontextkeys';
  return setOperators.flatMap((setOperator, i) => {
    const operator = `${setOperator}:${condition.operator}`;
    return fixCondition(`Use ${operator}`, located, resolved, { operator }, { preferred: i === 0 && isClear });
  });
}
