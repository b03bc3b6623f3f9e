import { expandAction, NO_ACTIONS } from '../aws/actions';
import { locationInFile } from '../discovery/discovery-result';
import { suggestAction } from './shared/action-faults';
import { replaceAction } from './shared/action-fixes';
import type { Rule } from './rule';

/** `Decrypt`, `kms.Decrypt`, `kms: Decrypt`: an action is written `service:Name`, and AWS rejects everything else but `*`. */
export const actionPrefix: Rule = {
  code: 'action-prefix',
  severity: 'error',
  summary: 'An action is not written as service:Name',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html',
  suppressible: false,
  check: {
    *faultyValue(faultyValue, { policy: located }) {
      if (faultyValue.element !== 'action' || faultyValue.fault !== 'prefix' || faultyValue.statement.isSkeleton) return;
      const { statement, pattern, text: { node, value } } = faultyValue;
      const suggestion = suggestedAction(value);
      yield {
        at: locationInFile(located, node.span),
        message: `${value.includes(':') ? 'There is a space between prefix and name' : `"${value}" has no service prefix`}: `
          + `an action is written "service:Name"${suggestion === undefined ? '' : `, here "${suggestion}"`}. AWS rejects the policy.`,
        fixes: () => replaceAction(located, statement, pattern, suggestion, { preferred: true, safe: isUnambiguous(value) }),
      };
    },
  },
};

/** Of an action of another service only the white space is removed. */
function suggestedAction(value: string): string | undefined {
  return value.includes(':') && !/^kms:/i.test(value) ? value.replace(/\s+/g, '') : suggestAction(value);
}

/** Only with `kms` and another separator there is one way to read the value: other services have actions of the same names. */
function isUnambiguous(value: string): boolean {
  return /^kms[^\w*?]/i.test(value) && expandAction(`kms:${value.replace(/^kms[^\w*?]+/i, '')}`) !== NO_ACTIONS;
}
