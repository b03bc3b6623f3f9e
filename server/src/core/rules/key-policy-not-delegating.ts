import { NO_ACTIONS } from '../aws/actions';
import { placeOf, type LocatedPolicy } from '../locate/located';
import { generateKeyPolicy } from '../generate/key-policy';
import { counterpartFix } from './counterpart-fix';
import { actionsOf, asksOf, groupsWith, namedActions } from './judgements/asks';
import { levelOfAbsence } from './judgements/key-halves';
import { namingOf } from './judgements/key-naming';
import { resourceFault } from './judgements/values';
import type { PairSubject, RuleFor } from './rule';
import { nameOfIdentity, nameOfKey } from './wording';

/** Inside one account: without the account principal in the key policy, IAM policies have no effect on the key. */
export const keyPolicyNotDelegating: RuleFor<'pair', PairSubject> = {
  scope: 'pair',
  meta: {
    code: 'key-policy-not-delegating',
    severity: 'error',
    summary: 'The key policy neither names this identity nor lets the account use IAM policies',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam',
    fixable: true,
  },
  *check({ identity, key, verdicts }) {
    const groups = groupsWith(verdicts, ['not-delegating']);
    const denied = actionsOf(groups);
    const policy = key.policy;
    if (denied === NO_ACTIONS || !policy) return;
    const judged = new Set<LocatedPolicy>();
    for (const ask of asksOf(identity, key)) {
      if (ask.naming !== 'key' || judged.has(ask.policy) || (namedActions(ask.statement) & denied) === NO_ACTIONS) continue;
      const resource = ask.resources.find((pattern) => namingOf(pattern) === 'key' && !resourceFault(pattern, ask.statement));
      if (!resource) continue;
      judged.add(ask.policy);
      const certain = ask.certain && groups.every(({ verdict }) => verdict.outcome === 'denied');
      yield {
        at: placeOf(ask.policy, resource.text.node.span),
        severity: levelOfAbsence(policy, certain ? 'error' : 'info'),
        message: `The policy of ${nameOfKey(key)} neither names ${nameOfIdentity(identity)} nor lets its own account use IAM policies, so this statement has no effect. Only a statement for the account's root ARN in the key policy, or a grant, changes that.`,
        related: [{ at: placeOf(policy, policy.policy.statementMember?.key.span ?? policy.policy.node.span), message: 'The key policy: no statement of it is for the account.' }],
        fixes: (world) => key.arn === undefined || key.account === undefined ? [] : counterpartFix('Add the statement "Enable IAM User Permissions" to the key policy',
          generateKeyPolicy({ world, policy: ask.policy, keyArn: key.arn, target: { account: key.account } })),
      };
    }
  },
};
