import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Text } from '../model/text';
import { nearestWord } from '../text/nearest';
import type { World } from '../workspace/world';
import { arnFieldSpan } from './judgements/arn-field';
import { fixPolicy } from './fix';
import { isJudged, kmsResources } from './judgements/statements';
import { conditionValueFault, principalFault, resourceFault } from './judgements/values';
import type { Arn } from '../aws/arn';
import type { Draft, PolicySubject, RuleFor } from './rule';

/** An account id has twelve digits; AWS rejects others in a principal, and matches nothing elsewhere. */
export const invalidAccountId: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'invalid-account-id',
    severity: 'error',
    summary: 'An account id does not have twelve digits',
    href: 'https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html',
    fixable: true,
  },
  *check({ policy: located }) {
    const { policy } = located;
    if (!isJudged(policy)) return;
    if (policy.kind === 'identity') {
      for (const { statement, pattern } of kmsResources(policy)) {
        if (resourceFault(pattern, statement) === 'account') yield draft(located, pattern.text, pattern.arn, 'no key matches it');
      }
    }
    for (const statement of policy.statements) {
      for (const principal of policy.kind === 'key' ? statement.principal?.principals ?? [] : []) {
        if (principalFault(principal) === 'account') yield draft(located, principal.text, principal.arn, 'KMS rejects a key policy with such a principal');
      }
      for (const condition of statement.conditions) {
        for (const text of condition.values) {
          if (conditionValueFault(text, condition) === 'account') yield draft(located, text, undefined, `${condition.key} never has this value`);
        }
      }
    }
  },
};

function draft(located: LocatedPolicy, text: Text, arn: Arn | undefined, effect: string): Draft {
  const written = arn ? arn.account : text.value;
  const span = arn && written !== '' ? arnFieldSpan(text, arn, 'account') : text.node.span;
  return {
    at: placeOf(located, span),
    message: `An AWS account id has exactly 12 digits, ${describe(written)}: ${effect}.`,
    fixes: (world) => {
      const better = meantAccount(written, world);
      if (better === undefined || text.node.value !== text.value) return [];
      const value = arn ? replaceAccount(text.value, arn, better) : better;
      return [fixPolicy(`Use account ${better}`, located, [{ edit: 'replace', node: text.node, value }], { preferred: true })];
    },
  };
}

function describe(written: string): string {
  if (written === '') return 'and this field is empty';
  return /^\d+$/.test(written) ? `"${written}" has ${written.length}` : `"${written}" is none`;
}

/** The id that is meant: without hyphens or blanks, else the nearest account that the workspace knows. */
function meantAccount(written: string, world: World): string | undefined {
  const digits = written.replace(/[-. ]/g, '');
  if (/^\d{12}$/.test(digits)) return digits;
  return nearestWord(written, world.accounts.keys());
}

function replaceAccount(value: string, arn: Arn, account: string): string {
  const start = ['arn', arn.partition, arn.service, arn.region, ''].join(':').length;
  return value.slice(0, start) + account + value.slice(start + arn.account.length);
}
