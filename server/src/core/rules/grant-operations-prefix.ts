import { enumerate } from '../access/text/describe-access';
import { conditionKeyNamed } from '../aws/condition-keys';
import { locationInFile } from '../discovery/discovery-result';
import { nearestWord } from '../text/nearest-word';
import type { PolicyString } from '../policy/policy-string';
import { fixPolicy } from './shared/fix';
import { matchesAnyValue } from './shared/condition-values';
import { requiresValues, effectOfImpossibleValue, hasPolicyVariable, kmsConditions, literalValues } from './shared/kms-conditions';
import type { PolicySubject, RuleFor } from './rule';

const GRANT_OPERATIONS_KEY = 'kms:grantoperations';
const GRANT_OPERATIONS: readonly string[] = conditionKeyNamed(GRANT_OPERATIONS_KEY)?.values ?? [];

/** The operations of a grant are named as in the API: `Decrypt`, without `kms:`. */
export const grantOperationsPrefix: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'grant-operations-prefix',
    severity: 'error',
    summary: 'kms:GrantOperations names something that no grant can give, or writes "kms:" before it',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-operations',
    fixable: true,
  },
  needs: ['conditions'],
  *check({ policy: located }) {
    for (const placed of kmsConditions(located.policy)) {
      const { condition } = placed;
      if (condition.keyLower !== GRANT_OPERATIONS_KEY || condition.operatorName?.startsWith('String') !== true) continue;
      for (const text of literalValues(condition)) {
        if (hasPolicyVariable(text.value) || matchesAnyValue(text.value, condition, GRANT_OPERATIONS)) continue;
        // A wildcard that the operator does not know is a finding of its own.
        if (/[*?]/.test(text.value) && !/^kms:/i.test(text.value)) continue;
        const better = suggestedOperation(text);
        yield {
          at: locationInFile(located, text.node.span),
          severity: requiresValues(condition) ? 'error' : 'warning',
          message: /^kms:/i.test(text.value)
            ? `kms:GrantOperations contains the names of operations without "kms:", but "${text.value}" is not one, ${effectOfImpossibleValue(placed)}.`
            : `${text.value} is not an operation that a grant can give, ${effectOfImpossibleValue(placed)}. ${operationChoices(text.value, better)}`,
          fixes: () => better === undefined || text.value !== text.node.value ? [] : [
            fixPolicy(`Replace with ${better}`, located, [{ edit: 'replace', node: text.node, value: better }], { preferred: true }),
          ],
        };
      }
    }
  },
};

function suggestedOperation({ value }: PolicyString): string | undefined {
  const bare = value.replace(/^kms:\s*/i, '');
  if (/[*?]/.test(bare)) return bare;
  if (operationsStartingWith(bare).length > 1) return undefined;
  return nearestWord(bare, GRANT_OPERATIONS) ?? operationsStartingWith(bare)[0];
}

function operationChoices(value: string, better: string | undefined): string {
  if (better !== undefined) return `Did you mean ${better}?`;
  const near = operationsStartingWith(value);
  return near.length > 0 ? `There are ${enumerate(near)}.` : '';
}

/** `ReEncrypt` stands for two operations. The full name of one is not the start of others. */
function operationsStartingWith(value: string): readonly string[] {
  const lower = value.toLowerCase();
  if (value.length < 4 || GRANT_OPERATIONS.some((name) => name.toLowerCase() === lower)) return [];
  return GRANT_OPERATIONS.filter((name) => name.toLowerCase().startsWith(lower));
}
