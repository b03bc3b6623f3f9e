import { NO_ACTIONS, type ActionSet } from '../aws/actions';
import { placeOf } from '../locate/located';
import type { Principal, Statement } from '../model/policy';
import type { Node } from '../parse/tree';
import type { Location } from '../text/span';
import type { Identity, Key } from '../workspace/world';
import { callerOf } from './caller';
import { matchPrincipals } from './match-principal';
import { missingPatterns } from './match-resource';
import type { Because, Verdict } from './verdict';

/** What a verdict is about. */
export interface Question {
  readonly identity: Identity;
  readonly key: Key;
  readonly action: AskedAction;
}

/** One action; or, with `many`, several on which the verdict is the same, by a name that lists them. */
export interface AskedAction {
  readonly name: string;
  readonly bit: ActionSet;
  readonly many?: boolean;
}

/** The smallest text of a statement that decided a verdict: the action, principal, resource or condition that matters. */
export function decidingPlace(because: Because, { reason, failing }: Pick<Verdict, 'reason' | 'failing'>, question: Question): Location {
  const { policy, statement } = because;
  const failed = failing.find((each) => each.because.statement === statement);
  const node = failed?.condition.keyMember
    ?? (reason === 'account' || reason === 'region' ? missingPatterns(statement, question.key)[0]?.text.node : undefined)
    ?? (reason === 'identity-not-named' && because.half === 'key-policy' ? neighbourOf(statement, question.identity)?.text.node : undefined)
    ?? actionNode(statement, question.action)
    ?? statement.node;
  return placeOf(policy, node.span);
}

/** The pattern for the action, or, where the statement is about others, all of its actions. */
export function actionNode({ action }: Statement, { bit }: AskedAction): Node | undefined {
  const pattern = action?.negated === false ? action.patterns.find(({ set }) => (set & bit) !== NO_ACTIONS) : undefined;
  return pattern?.text.node ?? action?.member.value ?? action?.member.key;
}

/** The value by which a key policy statement means the identity. */
export function principalMeant(statement: Statement, identity: Identity): Principal | undefined {
  return matchPrincipals(statement, callerOf(identity))?.principal;
}

/** Somebody else of the identity's account. */
export function neighbourOf(statement: Statement, identity: Identity): Principal | undefined {
  return statement.principal?.principals.find(({ account }) => account !== undefined && account === identity.account);
}
