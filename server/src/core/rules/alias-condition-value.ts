import { locationInFile } from '../discovery/discovery-result';
import type { PolicyString } from '../policy/policy-string';
import { fixPolicy } from './shared/fix';
import { aliasFault } from './shared/condition-values';
import { requiresValues, effectOfImpossibleValue, literalValues } from './shared/kms-conditions';
import { ALIAS_CONDITION_KEYS } from './shared/aws-managed-keys';
import type { Rule } from './rule';

/** `kms:RequestAlias` and `kms:ResourceAliases` hold names, `alias/app`, not ARNs. */
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
        const better = aliasName(policyString.value);
        yield {
          at: locationInFile(located, policyString.node.span),
          severity: requiresValues(condition) ? 'error' : 'warning',
          message: `${condition.key} contains the name of an alias, which starts with "alias/", but ${fault}, `
            + `${effectOfImpossibleValue(conditionInStatement)}.`,
          fixes: () =>
            better === undefined || policyString.value !== policyString.node.value ? [] : [
              fixPolicy(`Replace with ${better}`, located, [{ edit: 'replace', node: policyString.node, value: better }], {
                preferred: true,
              }),
            ],
        };
      }
    },
  },
};

/** The name that is meant: the end of the ARN, or the text with `alias/` before it where it looks like a name. */
function aliasName(value: PolicyString['value']): string | undefined {
  const at = value.search(/(?<![^:])alias\//i);
  const named = at < 0 ? '' : value.slice(at);
  if (/^alias\/[A-Za-z0-9:/_*?-]+$/i.test(named)) return `alias/${named.slice('alias/'.length)}`;
  return /^[A-Za-z0-9/_*?-]+$/.test(value) ? `alias/${value.replace(/^\/+/, '')}` : undefined;
}
