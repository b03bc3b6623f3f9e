import { locationInFile } from '../discovery/discovery-result';
import { fixCondition } from './shared/condition-edits';
import type { Rule } from './rule';

export const deprecatedConditionKey: Rule = {
  code: 'deprecated-condition-key',
  severity: 'info',
  summary: 'The condition key is deprecated in favour of another one',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-key-spec',
  check: {
    *resolvedCondition(resolved, { policy: located }) {
      const { key: { name, replacement }, condition } = resolved;
      if (replacement === undefined) return;
      yield {
        at: locationInFile(located, condition.keyMember.key.span),
        message: `${name} is deprecated: AWS recommends ${replacement}, which has the same value.`,
        fixes: () => fixCondition(`Replace ${condition.key} with ${replacement}`, located, resolved, { key: replacement },
          { preferred: true, safe: true }),
      };
    },
  },
};
