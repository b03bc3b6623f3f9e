import type { MatrixCell, MatrixSummary, MatrixHeading, AccessStanding } from '../../../server/src/lsp/protocol/matrix';

export const NO_STANDINGS: Readonly<Record<AccessStanding, number>> = { 'works': 0, 'works-if': 0, 'blocked-by-key-policy': 0,
  'blocked-by-identity-policy': 0, 'blocked': 0, 'unknown': 0, 'not-requested': 0 };

export function matrixPartyOf(label: string, account: string, accountName = ''): MatrixHeading {
  const name = label.startsWith('role/') ? `arn:aws:iam::${account}:${label}` : `arn:aws:kms:us-west-2:${account}:key/${label}`;
  return { id: name, name, arn: name, label, account, accountName };
}

/** So many identities and keys, of which all meet; in every second cell the key policy says no. */
export function fullMatrixOverview(identities: number, keys: number): MatrixSummary {
  return {
    identities: Array.from({ length: identities }, (_, i) => matrixPartyOf(`role/Role${i}`, '444455556666', 'analytics')),
    keys: Array.from({ length: keys }, (_, i) => matrixPartyOf(`key-${i}`, '111122223333')),
    tallies: [{ ...NO_STANDINGS, works: 3 }, { ...NO_STANDINGS, 'works': 1, 'blocked-by-key-policy': 2 }],
    cells: Array.from({ length: identities }, (_, r) => Array.from({ length: keys }, (__, k) => [k, (r + k) % 2] as const)),
  };
}

export const OUTCOMES: Omit<MatrixCell, 'identity' | 'key'> = {
  outcomes: [{
    standing: 'blocked-by-key-policy',
    actions: ['kms:Encrypt'],
    conditions: [],
    says: 'the key policy does not allow it.',
    statements: [{ uri: 'file:///w/producer/key.json', range: { start: { line: 11, character: 4 }, end: { line: 15, character: 5 } },
      half: 'key-policy', label: 'producer/key.json:12', effect: 'Allow', sid: 'Consumer' }],
  }],
};
