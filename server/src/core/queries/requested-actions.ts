import type { EvaluationWorld } from '../access/evaluation-context';
import { callerOf, isServiceLinkedRole } from '../access/caller';
import type { PairVerdicts, VerdictGroup } from '../access/pair-verdicts';
import type { Verdict } from '../access/verdict';
import { ALL_ACTIONS, NO_ACTIONS, unionOfActions, unionOfSets, type ActionSet } from '../aws/actions';
import { actionsWithKey } from '../aws/condition-keys';
import { explicitKmsActions } from '../generate/statement-permissions';
import type { Identity, Key } from '../linking/entities';
import { hasNoKmsResource, isIntendedForKey } from '../rules/shared/intended-access';
import { requestsForKey } from '../rules/shared/key-access-requests';

/** Actions with one verdict that are all requested, or all not. */
export interface RequestGroup extends VerdictGroup {
  /**
   * Whether an IAM policy of the identity allows them by name (`kms:Decrypt`, `kms:*`; not `*`), also where its statement misses the key:
   * by an alias, by a wrong ARN, or without any ARN of KMS. True unless they are denied.
   */
  readonly isRequested: boolean;
}

/** The verdicts on a pair, what is denied without being requested apart: nobody misses that. */
export function requestGroupsOf(pair: PairVerdicts, world: Pick<EvaluationWorld, 'memoize'>): RequestGroup[] {
  if (pair.verdicts.every(({ verdict }) => verdict.outcome !== 'denied'))
    return pair.verdicts.map((group) => ({ ...group, isRequested: true }));
  const requested = requestedActionsOf(pair, world);
  return pair.verdicts.flatMap(({ actions, verdict }): RequestGroup[] => {
    if (verdict.outcome !== 'denied') return [{ actions, verdict, isRequested: true }];
    return [{ actions: actions & requested, verdict, isRequested: true }, { actions: actions & ~requested, verdict, isRequested: false }]
      .filter((group) => group.actions !== NO_ACTIONS);
  });
}

/** Whether the identity policy names the key by an ARN of another account or Region. */
export function isKeyArnWrong({ outcome, reason }: Verdict): boolean {
  return outcome === 'denied' && (reason === 'account' || reason === 'region');
}

function requestedActionsOf({ identity, key, verdicts }: PairVerdicts, { memoize }: Pick<EvaluationWorld, 'memoize'>): ActionSet {
  // AWS writes the policies of service-linked roles, and the workspace does not contain them.
  if (isServiceLinkedRole(memoize(callerOf, identity))) return ALL_ACTIONS;
  return unionOfActions(verdicts.filter((group) => isKeyArnWrong(group.verdict) || isConditionFalse(group)))
    | unionOfSets(requestsForKey(identity, key, memoize).map(({ actions }) => actions))
    | actionsRequestedInVain(identity, key, verdicts);
}

/** Actions that the key policy allows, and that an IAM policy allows in a statement which is meant for the key and does not cover it. */
function actionsRequestedInVain({ policies }: Identity, key: Key, verdicts: readonly VerdictGroup[]): ActionSet {
  const missing = unionOfActions(verdicts.filter(({ verdict }) => verdict.reason === 'identity-policy-missing'));
  if (missing === NO_ACTIONS) return NO_ACTIONS;
  const statements = policies.flatMap(({ policy }) => policy.statements).filter((statement) =>
    statement.effect === 'Allow' && (explicitKmsActions(statement) & missing) !== NO_ACTIONS
    && (isIntendedForKey(statement, key) || hasNoKmsResource(statement)));
  return missing & unionOfSets(statements.map(explicitKmsActions));
}

/** An IAM policy would allow it, under a condition that requests for it can meet, but not those of this identity for this key. */
function isConditionFalse({ actions, verdict: { reason, failedConditions } }: VerdictGroup): boolean {
  return reason === 'identity-policy-condition'
    && failedConditions.every(({ condition: { keyLower } }) => (actionsWithKey(keyLower) & actions) !== NO_ACTIONS);
}
