import { locationInFile } from '../discovery/discovery-result';
import { fixCondition } from './shared/condition-edits';
import type { Rule } from './rule';

/** A condition key that AWS documents for IAM policies only; today that is `kms:ResourceAliases`. */
export const resourceAliasesInKeyPolicy: Rule = {
  code: 'resource-aliases-in-key-policy',
  severity: 'warning',
  summary: 'A key policy uses kms:ResourceAliases, which is for IAM policies',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases',
  check: {
    *resolvedCondition(resolved, { policy: located }) {
      if (located.policy.kind !== 'key') return;
      const { condition, key, base } = resolved;
      if (key.policyTypes.includes('key-policy')) return;
      const replacement = key.name === 'kms:ResourceAliases' && base.startsWith('String') ? 'kms:RequestAlias' : undefined;
      const operator = condition.operator.replace(/^For(Any|All)Values?:/, '');
      yield {
        at: locationInFile(located, condition.keyMember.key.span),
        message: `${key.name} is not for key policies: AWS documents it for IAM policies only. A key policy is about one key, and its `
          + 'aliases say nothing about the request.'
          + (replacement === undefined ? '' : ` ${replacement} checks the alias that the request names.`),
        fixes: () => replacement === undefined ? []
          : fixCondition(`Require ${replacement} instead`, located, resolved, { key: replacement, operator }),
      };
    },
  },
};
