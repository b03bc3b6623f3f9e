import type { ActionInfo } from '../aws/actions';
import { actionsIn, countActions, KEY_ACTIONS } from '../aws/actions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { isRefusal } from '../generate/counterpart';
import type { Statement } from '../policy/policy';
import type { Node } from '../syntax/tree';
import { spanContains, type Span } from '../text/span';
import { mayCoverKey } from '../access/resource-matching';
import { resolveIdentity, resolveKey } from './name-resolution';
import type { World } from '../workspace/world';

/** What a place in a policy is about, as far as it says one thing: names that `explain` takes. */
export interface SuggestedQuestion {
  readonly identity: string | undefined;
  readonly key: string | undefined;
  readonly action: string | undefined;
}

/** A question about one identity and one key; the action may be open. */
export interface SuggestedPair extends SuggestedQuestion {
  readonly identity: string;
  readonly key: string;
}

/** The suggested question where `explain` can answer it; undefined where identity or key are open, or a pattern stands for several. */
export function suggestedPairAt(world: World, policy: DiscoveredPolicy, offset: number): SuggestedPair | undefined {
  const { identity, key, action } = suggestedQuestionAt(world, policy, offset);
  if (identity === undefined || key === undefined || isArnPattern(identity)) return undefined;
  return isRefusal(resolveIdentity(world, identity)) || isRefusal(resolveKey(world, key)) ? undefined : { identity, key, action };
}

function isArnPattern(identity: string): boolean {
  return identity.startsWith('arn:') && /[*?]/.test(identity);
}

/** The question that a statement suggests: the value at the place, or the only one that the statement has. */
export function suggestedQuestionAt(world: World, policy: DiscoveredPolicy, offset: number): SuggestedQuestion {
  const at: Span = { start: offset, end: offset };
  const isAt = (node: Node): boolean => spanContains(locationInFile(policy, node.span).span, at);
  const statement = policy.policy.statements.find(({ node }) => isAt(node));
  return policy.policy.kind === 'key'
    ? questionInKeyPolicy(world, policy, statement, isAt)
    : questionInIdentityPolicy(world, policy, statement, isAt);
}

function questionInKeyPolicy(world: World, policy: DiscoveredPolicy, statement: Statement | undefined,
  isAt: (node: Node) => boolean): SuggestedQuestion {
  const key = world.keyByPolicy.get(policy);
  const principals = statement?.principal?.principals.filter(({ account, form, text: policyString }) => (
    form === 'service' ? policyString.placeholders.length === 0 : account !== undefined && (form !== 'account' || account !== key?.account)
  )) ?? [];
  const principal = principals.find(({ text }) => isAt(text.node)) ?? onlyItem(principals);
  return { key: key?.arn ?? key?.id, identity: principal?.text.value, action: actionAt(statement, isAt) };
}

function questionInIdentityPolicy(world: World, policy: DiscoveredPolicy, statement: Statement | undefined,
  isAt: (node: Node) => boolean): SuggestedQuestion {
  const identity = onlyItem(world.identitiesByPolicy.get(policy) ?? []);
  const patterns = statement?.resource?.patterns ?? [];
  const pattern = patterns.find(({ text: policyString }) => isAt(policyString.node)) ?? onlyItem(patterns);
  const reached = pattern === undefined ? [] : world.keys.filter((key) => mayCoverKey(pattern, key));
  const key = reached.find(({ arn }) => arn === pattern?.text.value) ?? onlyItem(reached);
  return { identity: identity?.arn ?? identity?.id, key: key?.arn ?? key?.id, action: actionAt(statement, isAt) };
}

function actionAt(statement: Statement | undefined, isAt: (node: Node) => boolean): string | undefined {
  if (!statement?.action || statement.action.negated) return undefined;
  const { patterns } = statement.action;
  const pattern = patterns.find(({ text: policyString }) => isAt(policyString.node)) ?? onlyItem(patterns);
  const set = (pattern?.actionSet ?? 0n) & KEY_ACTIONS;
  const [action]: readonly (ActionInfo | undefined)[] = countActions(set) === 1 ? actionsIn(set) : [];
  return action?.name;
}

function onlyItem<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}
