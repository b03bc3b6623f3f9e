import { isAccountId } from '../aws/arn';
import { locationInFile } from '../discovery/discovery-result';
import { nearestWord } from '../text/nearest-word';
import type { World } from '../workspace/world';
import { arnFieldSpan, fixArnField } from './shared/arn-fields';
import { fixValue } from './shared/fix';
import { effectIfNegated } from './shared/kms-conditions';
import type { FaultyValue } from './shared/faulty-values';
import type { Rule } from './rule';

export const invalidAccountId: Rule = {
  code: 'invalid-account-id',
  severity: 'error',
  summary: 'An account id does not have twelve digits',
  href: 'https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html',
  check: {
    *faultyValue(value, { policy: located }) {
      if (value.fault !== 'account') return;
      const { text } = value;
      const arn = value.element === 'condition' ? undefined : value.arn;
      const account = arn ? arn.account : text.value;
      yield {
        at: locationInFile(located, arn && account !== '' ? arnFieldSpan(text, arn, 'account') : text.node.span),
        message: `${describeAccountFault(account)}: ${effectOf(value)}.`,
        fixes: (world) => {
          const suggestion = suggestAccount(account, world);
          if (suggestion === undefined) return [];
          const title = `Use account ${suggestion}`;
          return arn
            ? fixArnField(title, located, text, arn, 'account', suggestion, { preferred: true })
            : fixValue(title, located, text, suggestion, { preferred: true });
        },
      };
    },
  },
};

function effectOf(value: FaultyValue): string {
  if (value.element === 'condition') return `${value.condition.key} never has this value${effectIfNegated(value)}`;
  return value.element === 'principal' ? 'KMS rejects a key policy with such a principal' : 'no key matches it';
}

function describeAccountFault(accountText: string): string {
  if (accountText === '') return 'The account id is missing here, and it has exactly 12 digits';
  const digits = /^\d+$/.test(accountText) ? ` and not ${accountText.length}` : '';
  return `"${accountText}" is not an AWS account id, which has exactly 12 digits${digits}`;
}

/** The id that is meant: without hyphens or blanks, else the nearest account of the workspace. */
function suggestAccount(accountText: string, world: World): string | undefined {
  const digits = accountText.replace(/[-. ]/g, '');
  if (isAccountId(digits)) return digits;
  return nearestWord(accountText, world.accounts.keys());
}
