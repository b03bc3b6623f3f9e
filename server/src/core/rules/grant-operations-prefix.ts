import { joinNames } from '../access/text/describe-access';
import { conditionKeyNamed } from '../aws/condition-keys';
import { locationInFile } from '../discovery/discovery-result';
import { nearestWord } from '../text/nearest-word';
import { fixBySuggestion } from './shared/fix';
import { matchesAnyValue } from './shared/condition-values';
import { requiresValues, effectOfImpossibleValue, hasPolicyVariable, literalValues } from './shared/kms-conditions';
import type { Rule } from './rule';

const GRANT_OPERATIONS_KEY = 'kms:grantoperations';
const GRANT_OPERATIONS: readonly string[] = conditionKeyNamed(GRANT_OPERATIONS_KEY)?.values ?? [];

export const grantOperationsPrefix: Rule = {
  code: 'grant-operations-prefix',
  severity: 'error',
  summary: 'kms:GrantOperations names something that no grant can give, or writes "kms:" before it',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-operations',
  check: {
    *condition(conditionInStatement, { policy: located }) {
      const { condition } = conditionInStatement;
      if (condition.keyLower !== GRANT_OPERATIONS_KEY || condition.operatorName?.startsWith('String') !== true) return;
      for (const policyString of literalValues(condition)) {
        if (hasPolicyVariable(policyString.value) || matchesAnyValue(policyString.value, condition, GRANT_OPERATIONS)) continue;
        // A wildcard that the operator does not know is a finding of its own.
        if (/[*?]/.test(policyString.value) && !/^kms:/i.test(policyString.value)) continue;
        const suggestion = suggestedOperation(policyString.value);
        yield {
          at: locationInFile(located, policyString.node.span),
          severity: requiresValues(condition) ? 'error' : 'warning',
          message: /^kms:/i.test(policyString.value)
            ? `"${policyString.value}" is not an operation of a grant, ${effectOfImpossibleValue(conditionInStatement)}. `
              + 'kms:GrantOperations contains the names of operations without "kms:".'
            : `${policyString.value} is not an operation that a grant can allow, ${effectOfImpossibleValue(conditionInStatement)}.`
              + operationChoices(policyString.value, suggestion),
          fixes: () => fixBySuggestion(located, policyString, suggestion),
        };
      }
    },
  },
};

function suggestedOperation(value: string): string | undefined {
  const bare = value.replace(/^kms:\s*/i, '');
  if (/[*?]/.test(bare)) return bare;
  if (operationsStartingWith(bare).length > 1) return undefined;
  return nearestWord(bare, GRANT_OPERATIONS) ?? operationsStartingWith(bare)[0];
}

function operationChoices(value: string, suggestion: string | undefined): string {
  if (suggestion !== undefined) return ` Did you mean ${suggestion}?`;
  const near = operationsStartingWith(value);
  return near.length > 0 ? ` There are ${joinNames(near)}.` : '';
}

/** `ReEncrypt` stands for two operations. The full name of one is not the start of others. */
function operationsStartingWith(value: string): readonly string[] {
  const lower = value.toLowerCase();
  if (value.length < 4 || GRANT_OPERATIONS.some((name) => name.toLowerCase() === lower)) return [];
  return GRANT_OPERATIONS.filter((name) => name.toLowerCase().startsWith(lower));
}
