import type { HandshakeDetails, HandshakeMap, HandshakePart, MapHandshake, MapIdentity, MapKey, MapPolicy,
  DisplayedHandshakeStatus } from '../../../server/src/lsp/protocol/handshakes';

/** A line of the tree "KMS access". */
export type TreeNode = KeyNode | AccountNode | HandshakeNode | PartNode | LinkNode | UnmatchedIdentitiesNode | IdentityNode;

export interface KeyNode {
  readonly kind: 'key';
  readonly id: string;
  readonly key: MapKey;
  readonly account: string | undefined;
  readonly accountName: string;
  /** The keys of the workspace belong to several accounts. */
  readonly hasSeveralOwners: boolean;
  readonly handshakes: readonly MapHandshake[];
}

/** The identities of one account that a key meets. */
export interface AccountNode {
  readonly kind: 'account';
  readonly id: string;
  readonly key: MapKey;
  /** Undefined for identities of which nobody knows the account. */
  readonly account: string | undefined;
  readonly name: string;
  readonly isOwner: boolean;
  readonly handshakes: readonly MapHandshake[];
}

export interface HandshakeNode {
  readonly kind: 'handshake';
  readonly id: string;
  readonly key: MapKey;
  readonly identity: MapIdentity;
  readonly handshake: MapHandshake;
}

/** Actions of a handshake that have one verdict. */
export interface PartNode extends Pick<HandshakeNode, 'key' | 'identity' | 'handshake'> {
  readonly kind: 'part';
  readonly id: string;
  readonly part: HandshakePart;
}

/** What ties a policy to its key or to an identity. */
export interface LinkNode {
  readonly kind: 'link';
  readonly id: string;
  readonly subject: { readonly key: MapKey } | { readonly identity: MapIdentity; readonly policy: MapPolicy };
}

/** The head of the identities that no key policy answers. */
export interface UnmatchedIdentitiesNode {
  readonly kind: 'unanswered';
  readonly id: string;
  readonly identities: readonly MapIdentity[];
}

export interface IdentityNode {
  readonly kind: 'identity';
  readonly id: string;
  readonly identity: MapIdentity;
  readonly accountName: string;
}

/** Keys by account, those whose policy is not here last; then the identities that no key policy answers. */
export function rootNodes(map: HandshakeMap): TreeNode[] {
  const byKey = groupBy(map.handshakes, ({ key }) => key);
  const hasSeveralOwners = new Set(map.keys.map(({ account }) => account)).size > 1;
  const keys = map.keys.map((key, at): KeyNode => ({
    kind: 'key', id: `key ${key.id}`, key, account: key.account, accountName: accountNameOf(map, key.account), hasSeveralOwners,
    handshakes: byKey.get(at) ?? [],
  }));
  const identities = map.identities.filter(({ unanswered }) => unanswered);
  return [
    ...keys.sort((a, b) => compare(keySortText(a), keySortText(b))),
    ...identities.length > 0 ? [{ kind: 'unanswered', id: 'unanswered', identities } satisfies UnmatchedIdentitiesNode] : [],
  ];
}

/** What stands below a line; the parts of a handshake are asked for when it is opened. */
export async function childNodes(map: HandshakeMap, node: TreeNode,
  details: (node: HandshakeNode) => Promise<HandshakeDetails | undefined>): Promise<TreeNode[]> {
  switch (node.kind) {
    case 'key':
      return [...keyLinkNodes(node.key), ...accountNodes(map, node)];
    case 'account':
      return handshakeNodes(map, node);
    case 'handshake':
      return [...partNodes(node, await details(node)), ...identityLinkNodes(node.id, node.identity)];
    case 'unanswered':
      return node.identities.map((identity) => ({ kind: 'identity', id: `unanswered ${identity.id}`, identity,
        accountName: accountNameOf(map, identity.account) })
      );
    case 'identity':
      return identityLinkNodes(node.id, node.identity);
    case 'part':
    case 'link': return [];
  }
}

/** Whether anything stands below; known without asking. */
export function hasChildren(node: TreeNode): boolean {
  return node.kind !== 'part' && node.kind !== 'link' && (node.kind !== 'key' || node.key.link !== undefined || node.handshakes.length > 0);
}

function keySortText({ key, account, accountName }: KeyNode): string {
  return [key.policy ? 0 : 1, accountName || account || '~', key.label].join(' ');
}

/** Other accounts first: they are what the key policy is about. */
function accountNodes(map: HandshakeMap, { id, key, handshakes }: KeyNode): AccountNode[] {
  const byAccount = groupBy(handshakes, ({ identity }) => map.identities[identity]?.account);
  return Array.from(byAccount, ([account, accountHandshakes]): AccountNode => ({
    kind: 'account', id: `${id}, account ${account ?? ''}`, key, account, name: accountNameOf(map, account),
    isOwner: account !== undefined && account === key.account, handshakes: accountHandshakes,
  })).sort((a, b) => Number(a.isOwner) - Number(b.isOwner) || compare(a.name || (a.account ?? '~'), b.name || (b.account ?? '~')));
}

function handshakeNodes(map: HandshakeMap, { id, key, handshakes }: AccountNode): HandshakeNode[] {
  return handshakes.flatMap((handshake): HandshakeNode[] => {
    const identity = map.identities[handshake.identity];
    return identity ? [{ kind: 'handshake', id: `${id}, identity ${identity.id}`, key, identity, handshake }] : [];
  }).sort((a, b) => compare(a.identity.label, b.identity.label));
}

function partNodes({ id, key, identity, handshake }: HandshakeNode, details: HandshakeDetails | undefined): PartNode[] {
  return details?.parts.map((part, at) => ({ kind: 'part', id: `${id}, part ${at}`, key, identity, handshake, part })) ?? [];
}

function keyLinkNodes(key: MapKey): LinkNode[] {
  return key.link ? [{ kind: 'link', id: `key ${key.id}, link`, subject: { key } }] : [];
}

function identityLinkNodes(id: string, identity: MapIdentity): LinkNode[] {
  return identity.policies.map((policy) => ({ kind: 'link', id: `${id}, link ${policy.uri}#${policy.pointer}`,
    subject: { identity, policy } })
  );
}

/** How many handshakes are in each state, those that occur. */
export function countByState(handshakes: readonly MapHandshake[]): ReadonlyMap<DisplayedHandshakeStatus, number> {
  const counts = new Map<DisplayedHandshakeStatus, number>();
  for (const { shown } of handshakes) counts.set(shown, (counts.get(shown) ?? 0) + 1);
  return counts;
}

/** The states of handshakes that do not, or not wholly, work, the worst first. */
const BROKEN_STATES: readonly DisplayedHandshakeStatus[] = ['none', 'identity-policy', 'partly', 'partly-if', 'key-policy'];

/** The worst of the states, if any of them is broken. */
export function worstBrokenState(states: Iterable<DisplayedHandshakeStatus>): DisplayedHandshakeStatus | undefined {
  const occurring = new Set(states);
  return BROKEN_STATES.find((state) => occurring.has(state));
}

/** Of the counts of states those that are broken, the worst first. */
export function brokenCounts(counts: ReadonlyMap<DisplayedHandshakeStatus, number>): ReadonlyMap<DisplayedHandshakeStatus, number> {
  return new Map(BROKEN_STATES.flatMap((state) => {
    const count = counts.get(state) ?? 0;
    return count > 0 ? [[state, count] as const] : [];
  }));
}

function accountNameOf({ accounts }: HandshakeMap, account: string | undefined): string {
  return accounts.find(({ id }) => id === account)?.name ?? '';
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
