import { actionNamed } from '../aws/actions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionPattern, Statement } from '../policy/policy';
import { splitAtColons } from '../text/template-expressions';
import { nearestWordWithin } from '../text/nearest-word';
import type { Fix } from './shared/fix';
import { actionFault } from './shared/action-faults';
import { removeAction, replaceAction } from './shared/action-fixes';
import type { Rule } from './rule';

/** A key policy is about its key: actions of other services have no effect in it, and `"*"` means `kms:*`. */
export const foreignActionInKeyPolicy: Rule = {
  code: 'foreign-action-in-key-policy',
  severity: 'error',
  summary: 'An action of a key policy is not a KMS action',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
  check: {
    *keyPolicyStatement(statement, { policy: located }) {
      for (const pattern of statement.action?.patterns ?? []) {
        if (pattern.service === 'kms' || actionFault(pattern)) continue;
        const { value, node } = pattern.text;
        const at = locationInFile(located, node.span);
        yield /^\*+(:\*+)?$/.test(value) ? {
          at,
          severity: 'warning',
          message: `"${value}" covers no more than "kms:*" in a key policy, every action on this key, though it looks like more. `
            + 'Write "kms:*", or name the actions that are used.',
          fixes: () => replaceAction(located, statement, pattern, 'kms:*', { preferred: true, safe: true }),
        } : {
          at,
          message: `"${value}" is not an action of AWS KMS. A key policy is only about the key it is attached to, so the action has no `
            + 'effect here; it belongs in an IAM policy or the policy of its own resource.',
          unnecessary: true,
          fixes: () => fixesFor(located, statement, pattern),
        };
      }
    },
  },
};

function fixesFor(located: DiscoveredPolicy, statement: Statement, pattern: ActionPattern): readonly Fix[] {
  const [service = '', name = ''] = splitAtColons(pattern.text.value);
  const suggestion = nearestWordWithin(service, ['kms'], 1) === undefined ? undefined : actionNamed(`kms:${name}`)?.name;
  return [
    ...replaceAction(located, statement, pattern, suggestion, { preferred: true }),
    ...removeAction(located, statement, pattern, { preferred: suggestion === undefined }),
  ];
}
