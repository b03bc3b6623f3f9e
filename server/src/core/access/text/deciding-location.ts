import { NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { compareIdentifiers } from '../../aws/identifier-comparison';
import { locationInFile } from '../../discovery/discovery-result';
import type { Principal, Statement } from '../../policy/policy';
import type { Node } from '../../syntax/tree';
import type { Location } from '../../text/span';
import type { Identity, Key } from '../../linking/entities';
import { callerOf } from '../caller';
import { bestPrincipalMatch } from '../principal-matching';
import { nearMissPatterns } from '../resource-matching';
import type { StatementRef, Verdict } from '../verdict';

/** What a verdict is about. */
export interface AccessQuestion {
  readonly identity: Identity;
  readonly key: Key;
  readonly action: NamedActions;
}

/** One action; or, with `many`, several on which the verdict is the same, by a name that lists them. */
export interface NamedActions {
  readonly name: string;
  readonly bit: ActionSet;
  readonly isPlural?: boolean;
}

/** The smallest text of a statement that decided a verdict: the action, principal, resource or condition that matters. */
export function decidingLocation(statementRef: StatementRef, { reason, failedConditions }: Pick<Verdict, 'reason' | 'failedConditions'>,
  accessQuestion: AccessQuestion): Location {
  const { policy, statement } = statementRef;
  const failed = failedConditions.find((failedCondition) => failedCondition.statementRef.statement === statement);
  const node = failed?.condition.keyMember
    ?? (reason === 'account' || reason === 'region' ? nearMissPatterns(statement, accessQuestion.key)[0]?.text.node : undefined)
    ?? (reason === 'identity-not-named' && statementRef.gate === 'key-policy'
      ? otherPrincipalOfAccount(statement, accessQuestion.identity)?.text.node
      : undefined)
    ?? actionNode(statement, accessQuestion.action)
    ?? statement.node;
  return locationInFile(policy, node.span);
}

/** The pattern for the action, or, where the statement is about others, all of its actions. */
export function actionNode({ action }: Statement, { bit }: NamedActions): Node | undefined {
  const pattern = action?.negated === false ? action.patterns.find(({ actionSet }) => (actionSet & bit) !== NO_ACTIONS) : undefined;
  return pattern?.text.node ?? action?.member.value ?? action?.member.key;
}

/** The value by which a key policy statement means the identity. */
export function matchedPrincipalOf(statement: Statement, identity: Identity): Principal | undefined {
  return bestPrincipalMatch(statement, callerOf(identity))?.principal;
}

/** Somebody else of the identity's account. */
export function otherPrincipalOfAccount(statement: Statement, identity: Identity): Principal | undefined {
  return statement.principal?.principals.find(({ account }) => compareIdentifiers(account, identity.account) === 'same');
}
