import type { HandshakeMap, HandshakeStatus, DisplayedHandshakeStatus, MapIdentity,
  MapKey } from '../../../server/src/lsp/protocol/handshakes';
import { CONSUMER, OWNER } from '../../support/fixtures';

const RANGE = { start: { line: 0, character: 0 }, end: { line: 9, character: 1 } };

export function mapKeyOf(id: string, account = OWNER): MapKey {
  return {
    id, arn: `arn:aws:kms:us-west-2:${account}:key/${id}`, account, region: 'us-west-2', label: id,
    policy: { uri: `file:///w/producer/${id}.json`, pointer: '', label: `producer/${id}.json`, range: RANGE },
    link: { reason: 'declared', certain: true, says: 'declared', at: undefined },
  };
}

export function mapIdentityOf(id: string, account = CONSUMER): MapIdentity {
  return { id, arn: undefined, account, kind: 'role', label: id, policies: [],
    link: { reason: 'text', certain: true, says: 'named', at: undefined }, unanswered: false };
}

export type HandshakeTuple = readonly [key: string, identity: string, shown: DisplayedHandshakeStatus, blocked?: number];

export function handshakeMapOf(keys: readonly MapKey[], identities: readonly MapIdentity[],
  handshakeTuples: readonly HandshakeTuple[]): HandshakeMap {
  const accounts = new Set([...keys, ...identities].flatMap(({ account }) => account ?? []));
  return {
    accounts: Array.from(accounts, (id) => ({ id, name: id === OWNER ? 'security' : '' })), keys, identities,
    handshakes: handshakeTuples.map(([ofKey, ofIdentity, shown, blocked = 0]) => ({
      key: keys.findIndex(({ id }) => id === ofKey), identity: identities.findIndex(({ id }) => id === ofIdentity),
      state: stateShownAs(shown), shown, blocked,
      says: `it is ${shown}${blocked > 0 ? `, ${blocked} blocked` : ''}`,
    })),
  };
}

/** Each identity uses three keys. */
export function largeHandshakeMap(count: number): HandshakeMap {
  const numbers = Array.from({ length: count }, (_, i) => i);
  return handshakeMapOf(numbers.map((i) => mapKeyOf(`key-${i}`)), numbers.map((i) => mapIdentityOf(`role/${i}`)),
    numbers.flatMap((i) =>
      [0, 7, 14].map((step): HandshakeTuple => [`key-${(i + step) % count}`, `role/${i}`, i === 5 ? 'none' : 'both'])
    ));
}

function stateShownAs(shown: DisplayedHandshakeStatus): HandshakeStatus {
  switch (shown) {
    case 'partly': return 'both';
    case 'partly-if': return 'conditional';
    case 'not-requested': return 'none';
    default: return shown;
  }
}
