import { enumerate } from '../access/say';
import { KEY_ACTIONS } from '../aws/actions';
import { wordActions } from '../generate/action-wording';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { ActionElement, Policy, Statement } from '../model/policy';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { isJudged } from './judgements/statements';
import type { PolicySubject, RuleFor } from './rule';

/** Allow with NotAction: everything but the named, now and in future. */
export const notActionAllow: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'not-action-allow',
    severity: 'warning',
    summary: 'Allow with NotAction gives every action that is not named',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html',
    fixable: true,
  },
  needs: ['judged', 'negation'],
  *check({ policy: located }) {
    const { policy } = located;
    if (!isJudged(policy)) return;
    for (const statement of policy.statements) {
      const { action, effect } = statement;
      if (effect !== 'Allow' || !action?.negated || action.patterns.length === 0 || !isAboutKms(statement, policy)) continue;
      yield {
        at: placeOf(located, action.member.key.span),
        message: `NotAction allows everything but ${enumerate(action.patterns.map(({ text }) => text.value))}: ${scopeOf(policy)}, and every action that AWS adds later. List the actions under Action.`,
        fixes: () => fixesFor(located, action),
      };
    }
  },
};

function scopeOf({ kind }: Policy): string {
  return kind === 'key'
    ? 'here also kms:PutKeyPolicy, kms:CreateGrant or kms:ScheduleKeyDeletion, as far as they are not named'
    : 'all other actions of AWS KMS and, on "*", of every other service';
}

/** `NotAction` of other services on every resource, as in PowerUserAccess, is not written with keys in mind. */
function isAboutKms({ action, resource, conditions }: Statement, { kind }: Policy): boolean {
  return kind === 'key' || action?.patterns.some(({ service }) => service === 'kms') === true
    || resource?.patterns.some(({ form }) => form === 'key' || form === 'alias' || form === 'kms') === true
    || conditions.some(({ keyLower }) => keyLower.startsWith('kms:'));
}

/** In a key policy the list is what is allowed today; in an identity policy nobody knows the actions of all services. */
function fixesFor(located: LocatedPolicy, { member, set, unknown }: ActionElement): readonly Fix[] {
  if (located.policy.kind !== 'key' || unknown || !member.value) return [];
  const names = wordActions(set & KEY_ACTIONS, []);
  return [fixPolicy('List the actions that are allowed today', located, [
    { edit: 'rename-member', member, name: 'Action' },
    { edit: 'replace', node: member.value, value: names },
  ])];
}
