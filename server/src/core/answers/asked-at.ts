import type { ActionInfo } from '../aws/actions';
import { actionsIn, countActions, KEY_ACTIONS } from '../aws/actions';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Statement } from '../model/policy';
import type { Node } from '../parse/tree';
import { contains, type Span } from '../text/span';
import { reachesKey } from '../access/match-resource';
import type { World } from '../workspace/world';

/** What a place in a policy is about, as far as it says one thing: names that `explain` takes. */
export interface AskedAt {
  readonly identity: string | undefined;
  readonly key: string | undefined;
  readonly action: string | undefined;
}

/** The question that a statement suggests: the value at the place, or the only one that the statement has. */
export function askedAt(world: World, policy: LocatedPolicy, offset: number): AskedAt {
  const at: Span = { start: offset, end: offset };
  const isAt = (node: Node): boolean => contains(placeOf(policy, node.span).span, at);
  const statement = policy.policy.statements.find(({ node }) => isAt(node));
  return policy.policy.kind === 'key' ? inKeyPolicy(world, policy, statement, isAt) : inIdentityPolicy(world, policy, statement, isAt);
}

function inKeyPolicy(world: World, policy: LocatedPolicy, statement: Statement | undefined, isAt: (node: Node) => boolean): AskedAt {
  const key = world.keyOf.get(policy);
  const principals = statement?.principal?.principals.filter(({ account, form, text }) => (
    form === 'service' ? text.holes.length === 0 : account !== undefined && (form !== 'account' || account !== key?.account))) ?? [];
  const chosen = principals.find(({ text }) => isAt(text.node)) ?? only(principals);
  return { key: key?.arn ?? key?.id, identity: chosen?.text.value, action: actionAt(statement, isAt) };
}

function inIdentityPolicy(world: World, policy: LocatedPolicy, statement: Statement | undefined, isAt: (node: Node) => boolean): AskedAt {
  const identity = only(world.identitiesOf.get(policy) ?? []);
  const patterns = statement?.resource?.patterns ?? [];
  const pattern = patterns.find(({ text }) => isAt(text.node)) ?? only(patterns);
  const reached = pattern === undefined ? [] : world.keys.filter((key) => reachesKey(pattern, key));
  const key = reached.find(({ arn }) => arn === pattern?.text.value) ?? only(reached);
  return { identity: identity?.arn ?? identity?.id, key: key?.arn ?? key?.id, action: actionAt(statement, isAt) };
}

function actionAt(statement: Statement | undefined, isAt: (node: Node) => boolean): string | undefined {
  if (!statement?.action || statement.action.negated) return undefined;
  const { patterns } = statement.action;
  const pattern = patterns.find(({ text }) => isAt(text.node)) ?? only(patterns);
  const set = (pattern?.set ?? 0n) & KEY_ACTIONS;
  const [action]: readonly (ActionInfo | undefined)[] = countActions(set) === 1 ? actionsIn(set) : [];
  return action?.name;
}

function only<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}
