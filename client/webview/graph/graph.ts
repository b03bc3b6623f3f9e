import type { HandshakeMap, MapHandshake, MapIdentity, MapKey,
  DisplayedHandshakeStatus } from '../../../server/src/lsp/protocol/handshakes';
import { matchWords, matchesAllWords, filterWords, type WordMatches } from '../text-filter';
import { t } from '../l10n';
import type { MapTarget } from '../messages';

/** What is to be drawn: keys and identities in their accounts, and the handshakes between them. */
export interface Graph {
  readonly accounts: readonly GraphAccount[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** What the drawing leaves out or puts together, in sentences. */
  readonly notes: readonly string[];
}

export interface GraphAccount {
  /** Empty for what nobody knows the account of. */
  readonly id: string;
  readonly label: string;
}

export interface GraphNode {
  readonly id: string;
  readonly kind: 'key' | 'identity' | 'identities';
  /** The `id` of one of the accounts. */
  readonly account: string;
  readonly label: string;
  /** A second line; may be empty. */
  readonly detail: string;
  /** All of it in words. */
  readonly says: string;
  /** What a click is about. */
  readonly target: MapTarget | undefined;
}

export interface GraphEdge {
  readonly id: string;
  /** Node ids: the key, and the identity or group of identities. */
  readonly from: string;
  readonly to: string;
  readonly state: EdgeState;
  /** How many actions are blocked although others work; 0 where that is not one number. */
  readonly blocked: number;
  readonly says: string;
  readonly target: MapTarget | undefined;
}

/** `several`: handshakes of a group that differ. */
export type EdgeState = DisplayedHandshakeStatus | 'several';

export interface GraphFilter {
  /** Words that all have to be in the names of identity or key, as in the matrix. */
  readonly text: string;
  /** Handshakes in one of these states; all when empty. */
  readonly states: readonly DisplayedHandshakeStatus[];
}

export const NO_GRAPH_FILTER: GraphFilter = { text: '', states: [] };

/** More than this nobody can read, and laying it out takes longer than anybody waits. */
export const MAX_NODES = 80;
const MAX_EDGES = 120;
const MAX_GROUPED_KEYS = 40;

/** The tree calls them the same (`stateWords`). */
export const EDGE_STATES: Readonly<Record<EdgeState, { readonly name: string; readonly sign: string }>> = {
  'both': { name: t('works'), sign: '✓' },
  'partly': { name: t('works, some actions blocked'), sign: '✓ ✕' },
  'conditional': { name: t('works under conditions'), sign: 'if' },
  'partly-if': { name: t('works under conditions, some actions blocked'), sign: 'if ✕' },
  'key-policy': { name: t('only the key policy\'s half'), sign: '◖' },
  'identity-policy': { name: t('only the IAM policy\'s half'), sign: '◗' },
  'none': { name: t('blocked'), sign: '✕' },
  'unknown': { name: t('unknown'), sign: '?' },
  'not-requested': { name: t('not asked for'), sign: '–' },
  'several': { name: t('handshakes that differ'), sign: '…' },
};

/** Whether some of it works and some is blocked. */
export function isPartialState(state: EdgeState): boolean {
  return state === 'partly' || state === 'partly-if';
}

/** A handshake with its two sides. */
interface HandshakeWithSides extends MapHandshake {
  readonly mapKey: MapKey;
  readonly mapIdentity: MapIdentity;
}

/** The part of the map that passes the filter, made small enough to be drawn. */
export function buildGraph(map: HandshakeMap, filter: GraphFilter): Graph {
  const { keys, identities, handshakes } = filterMap(map, filter);
  if (keys.length + identities.length <= MAX_NODES && handshakes.length <= MAX_EDGES)
    return graphWithNodes(map, keys, identities.map((identity) => identityNode(map, identity)), handshakes.map(handshakeEdge), []);
  return groupedGraph(map, keys, identities, handshakes);
}

/** The handshakes that pass the filter, in the form of a list: for those who do not see the drawing. */
export function handshakesByKey(map: HandshakeMap,
  filter: GraphFilter): readonly { readonly key: GraphNode; readonly handshakes: readonly GraphEdge[] }[] {
  const { keys, handshakes } = filterMap(map, filter);
  const byKey = groupBy(handshakes, ({ mapKey }) => mapKey);
  return keys.map((key) => ({ key: keyNode(map, key), handshakes: (byKey.get(key) ?? []).map(handshakeEdge) }));
}

interface FilteredMap {
  readonly keys: readonly MapKey[];
  readonly identities: readonly MapIdentity[];
  readonly handshakes: readonly HandshakeWithSides[];
}

function filterMap(map: HandshakeMap, { text, states }: GraphFilter): FilteredMap {
  const words = filterWords(text);
  const ofKeys = map.keys.map((key) => matchMapNames(map, key, words));
  const ofIdentities = map.identities.map((identity) => matchMapNames(map, identity, words));
  const handshakeWithSideses = map.handshakes.flatMap((handshake): HandshakeWithSides[] => {
    const ofKey = map.keys[handshake.key];
    const ofIdentity = map.identities[handshake.identity];
    if (!ofKey || !ofIdentity || states.length > 0 && !states.includes(handshake.shown)) return [];
    return matchesAllWords(ofKeys[handshake.key] ?? [], ofIdentities[handshake.identity])
      ? [{ ...handshake, mapKey: ofKey, mapIdentity: ofIdentity }]
      : [];
  });
  // With a state asked for, what has no such handshake says nothing.
  const alone = (found: WordMatches | undefined): boolean => states.length === 0 && found !== undefined && matchesAllWords(found);
  const keys = new Set(handshakeWithSideses.map(({ mapKey }) => mapKey));
  const identities = new Set(handshakeWithSideses.map(({ mapIdentity }) => mapIdentity));
  return {
    handshakes: handshakeWithSideses, keys: map.keys.filter((key, at) => keys.has(key) || alone(ofKeys[at])),
    identities: map.identities.filter((identity, at) => identities.has(identity) || alone(ofIdentities[at])),
  };
}

function matchMapNames({ accounts }: HandshakeMap, { id, arn, label, account }: MapKey | MapIdentity,
  words: readonly string[]): WordMatches {
  return matchWords({ name: arn ?? id, label, account, accountName: accounts.find((mapAccount) => mapAccount.id === account)?.name ?? '' },
    words);
}

function graphWithNodes(map: HandshakeMap, keys: readonly MapKey[], others: readonly GraphNode[], edges: readonly GraphEdge[],
  notes: readonly string[]): Graph {
  const nodes = [...keys.map((key) => keyNode(map, key)), ...others];
  const accounts = Array.from(new Set(nodes.map(({ account }) => account)), (id) => ({ id, label: accountLabel(map, id || undefined) }));
  return { accounts, nodes, edges, notes };
}

/** The identities of one account become one node; keys that are still too many are left out, those with nothing amiss first. */
function groupedGraph(map: HandshakeMap, keys: readonly MapKey[], identities: readonly MapIdentity[],
  handshakeWithSideses: readonly HandshakeWithSides[]): Graph {
  const groups = groupBy(identities, ({ account }) => account);
  const most = Math.max(1, Math.min(MAX_GROUPED_KEYS, Math.floor(MAX_EDGES / groups.size)));
  const amiss = new Set(handshakeWithSideses.filter(({ shown }) => shown !== 'both').map(({ mapKey }) => mapKey));
  const shownKeys = new Set(
    keys.length <= most ? keys : [...keys].sort((a, b) => Number(amiss.has(b)) - Number(amiss.has(a))).slice(0, most),
  );
  const edges = Array.from(
    groupBy(handshakeWithSideses.filter(({ mapKey: ofKey }) => shownKeys.has(ofKey)), ({ mapKey: ofKey, mapIdentity }) =>
      `${ofKey.id} ${mapIdentity.account ?? ''}`).values(),
    groupEdge,
  );
  const notes = [
    t('The {0} identities are drawn by account. Filter to see them one by one.', identities.length),
    ...shownKeys.size < keys.length
      ? [t('{0} of {1} keys are drawn, those with something amiss first. Filter to see the others.', shownKeys.size, keys.length)]
      : [],
  ];
  return graphWithNodes(map, keys.filter((key) => shownKeys.has(key)), Array.from(groups.values(), (own) => groupNode(map, own)), edges,
    notes);
}

function keyNode(map: HandshakeMap, { id, account, label, region, policy, link }: MapKey): GraphNode {
  const file = policy ? fileName(policy.uri) : t('no key policy here');
  const detail = [region, file, link?.certain === false ? t('assumed link') : undefined].filter((part) => part !== undefined).join(' · ');
  return {
    id: `key ${id}`, kind: 'key', account: account ?? '', label, detail, target: policy && { key: id },
    says: [t('Key {0} of {1}', label, accountLabel(map, account)), detail].filter((part) => part !== '').join(', '),
  };
}

function fileName(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}

function identityNode(map: HandshakeMap, { id, account, label, policies, link, unanswered }: MapIdentity): GraphNode {
  const detail = policies.length === 0
    ? t('no IAM policy here')
    : link.certain
    ? unanswered ? t('no matching key policy') : ''
    : t('assumed link');
  return {
    id: `identity ${id}`, kind: 'identity', account: account ?? '', label, detail,
    target: policies.length > 0 ? { identity: id } : undefined,
    says: [t('{0} of {1}', label, accountLabel(map, account)), detail].filter((part) => part !== '').join(', '),
  };
}

function groupNode(map: HandshakeMap, identities: readonly [MapIdentity, ...MapIdentity[]]): GraphNode {
  const [first] = identities;
  if (identities.length === 1) return { ...identityNode(map, first), id: groupId(first) };
  const label = t('{0} identities', identities.length);
  return { id: groupId(first), kind: 'identities', account: first.account ?? '', label, detail: '', target: undefined,
    says: t('{0} of {1}', label, accountLabel(map, first.account)) };
}

function groupId({ account }: MapIdentity): string {
  return `identities ${account ?? ''}`;
}

function handshakeEdge({ mapKey, mapIdentity, shown, blocked, says }: HandshakeWithSides): GraphEdge {
  return {
    id: `handshake ${mapKey.id} ${mapIdentity.id}`, from: `key ${mapKey.id}`, to: `identity ${mapIdentity.id}`, state: shown, blocked,
    says: t('{0} and key {1}: {2}', mapIdentity.label, mapKey.label, says), target: { key: mapKey.id, identity: mapIdentity.id },
  };
}

function groupEdge(shakes: readonly [HandshakeWithSides, ...HandshakeWithSides[]]): GraphEdge {
  const [first] = shakes;
  if (shakes.length === 1) return { ...handshakeEdge(first), to: groupId(first.mapIdentity) };
  const counts = groupBy(shakes, ({ shown }) => shown);
  const says = Array.from(counts, ([state, { length }]) => `${length} ${EDGE_STATES[state].name}`).join('; ');
  return {
    id: `handshakes ${first.mapKey.id} ${first.mapIdentity.account ?? ''}`, from: `key ${first.mapKey.id}`, to: groupId(first.mapIdentity),
    state: counts.size === 1 ? first.shown : 'several', blocked: 0,
    says: t('{0} handshakes of key {1}: {2}', shakes.length, first.mapKey.label, says), target: { key: first.mapKey.id },
  };
}

/** `workloads (444455556666)` */
function accountLabel({ accounts }: HandshakeMap, account: string | undefined): string {
  if (account === undefined) return t('an account that is not known');
  const name = accounts.find(({ id }) => id === account)?.name ?? '';
  return name === '' ? t('account {0}', account) : `${name} (${account})`;
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, [T, ...T[]]> {
  const groups = new Map<K, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
