import { isAccountId } from '../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { PolicyString } from '../policy/policy-string';
import { nearestWord } from '../text/nearest-word';
import type { World } from '../workspace/world';
import { arnFieldSpan } from './shared/arn-fields';
import { fixPolicy } from './shared/fix';
import { effectIfNegated } from './shared/kms-conditions';
import type { FaultyValue } from './shared/faulty-values';
import type { Arn } from '../aws/arn';
import type { FindingDraft, Rule } from './rule';

/** An account id has twelve digits; AWS rejects others in a principal, and matches nothing elsewhere. */
export const invalidAccountId: Rule = {
  code: 'invalid-account-id',
  severity: 'error',
  summary: 'An account id does not have twelve digits',
  href: 'https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html',
  check: {
    *faultyValue(value, { policy: located }) {
      if (value.fault === 'account')
        yield draftOfAccount(located, value.text, value.element === 'condition' ? undefined : value.arn, effectOf(value));
    },
  },
};

function effectOf(value: FaultyValue): string {
  if (value.element === 'condition') return `${value.condition.key} never has this value${effectIfNegated(value)}`;
  return value.element === 'principal' ? 'KMS rejects a key policy with such a principal' : 'no key matches it';
}

function draftOfAccount(located: DiscoveredPolicy, policyString: PolicyString, arn: Arn | undefined, effect: string): FindingDraft {
  const written = arn ? arn.account : policyString.value;
  const span = arn && written !== '' ? arnFieldSpan(policyString, arn, 'account') : policyString.node.span;
  return {
    at: locationInFile(located, span),
    message: `An AWS account id has exactly 12 digits, ${describeAccountFault(written)}: ${effect}.`,
    fixes: (world) => {
      const better = suggestAccount(written, world);
      if (better === undefined || policyString.node.value !== policyString.value) return [];
      const value = arn ? replaceAccount(policyString.value, arn, better) : better;
      return [fixPolicy(`Use account ${better}`, located, [{ edit: 'replace', node: policyString.node, value }], { preferred: true })];
    },
  };
}

function describeAccountFault(written: string): string {
  if (written === '') return 'and this field is empty';
  return /^\d+$/.test(written) ? `"${written}" has ${written.length}` : `"${written}" is not an account id`;
}

/** The id that is meant: without hyphens or blanks, else the nearest account that the workspace knows. */
function suggestAccount(written: string, world: World): string | undefined {
  const digits = written.replace(/[-. ]/g, '');
  if (isAccountId(digits)) return digits;
  return nearestWord(written, world.accounts.keys());
}

function replaceAccount(value: string, arn: Arn, account: string): string {
  const start = ['arn', arn.partition, arn.service, arn.region, ''].join(':').length;
  return value.slice(0, start) + account + value.slice(start + arn.account.length);
}
