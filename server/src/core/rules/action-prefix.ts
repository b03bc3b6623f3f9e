import { expandAction, NO_ACTIONS } from '../aws/actions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionPattern, Statement } from '../policy/policy';
import type { Fix } from './shared/fix';
import { suggestAction } from './shared/action-faults';
import { replaceAction } from './shared/action-fixes';
import type { Rule } from './rule';

/** `Decrypt`, `kms.Decrypt`, `kms: Decrypt`: an action is written `service:Name`, and AWS rejects everything else but `*`. */
export const actionPrefix: Rule = {
  code: 'action-prefix',
  severity: 'error',
  summary: 'An action is not written as service:Name',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html',
  check: {
    *faultyValue(faultyValue, { policy: located }) {
      if (faultyValue.element !== 'action' || faultyValue.fault !== 'prefix' || faultyValue.statement.isSkeleton) return;
      const { statement, pattern } = faultyValue;
      const { value } = pattern.text;
      const meant = suggestedAction(value);
      yield {
        at: locationInFile(located, pattern.text.node.span),
        message: `${value.includes(':') ? 'There is a space between prefix and name' : `"${value}" has no service prefix`}: `
          + `an action is written "service:Name"${meant === undefined ? '' : `, here "${meant}"`}. AWS rejects the policy.`,
        fixes: () => meant === undefined ? [] : fixesFor(located, statement, pattern, meant),
      };
    },
  },
};

/** Of another service's action only the blank goes. */
function suggestedAction(value: string): string | undefined {
  return value.includes(':') && !/^kms:/i.test(value) ? value.replace(/\s+/g, '') : suggestAction(value);
}

/** Only with `kms` and another separator there is one way to read the value: other services have actions of the same names. */
function fixesFor(located: DiscoveredPolicy, statement: Statement, pattern: ActionPattern, meant: string): readonly Fix[] {
  const { value } = pattern.text;
  const safe = /^kms[^\w*?]/i.test(value) && expandAction(`kms:${value.replace(/^kms[^\w*?]+/i, '')}`) !== NO_ACTIONS;
  return replaceAction(located, statement, pattern, meant, { preferred: true, safe });
}
