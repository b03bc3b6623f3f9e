import { locationInFile } from '../discovery/discovery-result';
import type { ActionPattern, Statement } from '../policy/policy';
import { suggestAction } from './shared/action-faults';
import { replaceAction } from './shared/action-fixes';
import type { Rule } from './rule';

export const unknownAction: Rule = {
  code: 'unknown-action',
  severity: 'error',
  summary: 'AWS KMS has no action of this name',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html',
  check: {
    *faultyValue(faultyValue, { policy: located }) {
      if (faultyValue.element !== 'action' || faultyValue.fault !== 'unknown-action' || faultyValue.statement.isSkeleton)
        return;
      const { statement, pattern } = faultyValue;
      yield {
        at: locationInFile(located, pattern.text.node.span),
        message: messageOf(pattern, statement),
        fixes: () => replaceAction(located, statement, pattern, suggestAction(pattern.text.value), { preferred: true }),
      };
    },
  },
};

function messageOf({ text: { value } }: ActionPattern, statement: Statement): string {
  const suggestion = suggestAction(value);
  if (suggestion === 'kms:ReEncrypt*' && !value.includes('*')) {
    return `AWS KMS has no action "${value}", so this ${effectOfUnknownAction(statement)}: `
      + 'the operation ReEncrypt needs kms:ReEncryptFrom on the key that decrypts and kms:ReEncryptTo on the key that encrypts. '
      + 'kms:ReEncrypt* is both.';
  }
  const problem = /[*?]/.test(value) ? `No action of AWS KMS matches "${value}"` : `AWS KMS has no action "${value}"`;
  return `${problem}. AWS accepts the policy, but this `
    + `${effectOfUnknownAction(statement)}.${suggestion === undefined ? '' : ` Did you mean ${suggestion}?`}`;
}

/** "allows nothing", and the same for NotAction and Deny. */
function effectOfUnknownAction({ effect, action }: Statement): string {
  if (action?.negated) return 'excludes nothing';
  return effect === 'Deny' ? 'denies nothing' : 'allows nothing';
}
