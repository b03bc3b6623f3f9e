import { locationInFile } from '../discovery/discovery-result';
import { fixBySuggestion } from './shared/fix';
import { aliasFault } from './shared/condition-values';
import { requiresValues, effectOfImpossibleValue, literalValues } from './shared/kms-conditions';
import { ALIAS_CONDITION_KEYS } from './shared/aws-managed-keys';
import type { Rule } from './rule';

export const aliasConditionValue: Rule = {
  code: 'alias-condition-value',
  severity: 'error',
  summary: 'An alias in a condition is not written as a name that starts with "alias/"',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-request-alias',
  check: {
    *condition(conditionInStatement, { policy: located }) {
      const { condition } = conditionInStatement;
      if (!ALIAS_CONDITION_KEYS.has(condition.keyLower) || condition.operatorName?.startsWith('String') !== true) return;
      for (const policyString of literalValues(condition)) {
        const fault = aliasFault(policyString.value);
        if (fault === undefined) continue;
        yield {
          at: locationInFile(located, policyString.node.span),
          severity: requiresValues(condition) ? 'error' : 'warning',
          message: `${condition.key} ${fault}, ${effectOfImpossibleValue(conditionInStatement)}. `
            + 'It contains the name of an alias, which starts with "alias/".',
          fixes: () => fixBySuggestion(located, policyString, aliasName(policyString.value)),
        };
      }
    },
  },
};

/** The name that is meant: the end of the ARN, or the text with `alias/` before it where it looks like a name. */
function aliasName(value: string): string | undefined {
  // In two steps: one expression for both would read a text of many "alias/" again from each of them.
  const start = value.search(/(?<![^:])alias\//i);
  const name = start < 0 ? '' : value.slice(start + 'alias/'.length);
  if (/^[A-Za-z0-9:/_*?-]+$/.test(name)) return `alias/${name}`;
  return /^[A-Za-z0-9/_*?-]+$/.test(value) ? `alias/${value.replace(/^\/+/, '')}` : undefined;
}
