import type { HandshakeRef } from '../../../server/src/lsp/protocol/handshakes';
import type { MatrixSummary, MatrixHeading, AccessStanding } from '../../../server/src/lsp/protocol/matrix';
import { matchWords, matchesAllWords, filterWords, type WordMatches } from '../text-filter';
import type { MatrixFilter } from '../panel-state';
import type { StandingCounts } from './standing-labels';

/** The part of the matrix that passes the filter. */
export interface FilteredMatrix {
  readonly identities: readonly MatrixHeading[];
  readonly keys: readonly MatrixHeading[];
  /** Undefined where the two do not meet, or their cell does not pass. */
  readonly countsAt: (row: number, column: number) => StandingCounts | undefined;
}

/**
 * A cell passes when each word of the text is in a name of its identity or its key, one of the two is of the account, and some
 * action stands as asked; of a cell that passes, only these actions are counted. Of the identities and keys without such a cell only those
 * pass that have all words and the account themselves, and none of them where a verdict is asked for: the map does the same.
 */
export function filterMatrix(matrix: MatrixSummary, matrixFilter: MatrixFilter): FilteredMatrix {
  const words = filterWords(matrixFilter.text);
  const identities = matrix.identities.map((party) => matchParty(party, words, matrixFilter.account));
  const keys = matrix.keys.map((party) => matchParty(party, words, matrixFilter.account));
  const tallies = matrix.tallies.map((tally) => onlyStandingCounts(tally, matrixFilter.standing));
  const isVisibleAlone = ({ wordMatches, matchesAccount }: PartyMatch): boolean =>
    matrixFilter.standing === undefined && matchesAccount && matchesAllWords(wordMatches);
  const rows: { readonly party: MatrixHeading; readonly cells: ReadonlyMap<number, number> }[] = [];
  const columns = new Set<number>();
  for (const [r, row] of matrix.cells.entries()) {
    const identity = identities[r];
    if (identity === undefined) continue;
    const cells = new Map(row.filter(([k, t]) => tallies[t] !== undefined && isCellVisible(identity, keys[k])));
    for (const k of cells.keys()) columns.add(k);
    if (cells.size > 0 || isVisibleAlone(identity)) rows.push({ party: identity.party, cells });
  }
  for (const [k, key] of keys.entries()) if (isVisibleAlone(key)) columns.add(k);
  const order = [...columns].sort((a, b) => a - b);
  return {
    identities: rows.map(({ party }) => party),
    keys: order.flatMap((k) => matrix.keys[k] ?? []),
    countsAt: (row, column) => {
      const t = rows[row]?.cells.get(order[column] ?? -1);
      return t === undefined ? undefined : tallies[t];
    },
  };
}

/** Where the selected cell is now; undefined when the filter hides it or it has gone. */
export function cellPositionOf({ identities, keys }: FilteredMatrix, selected: HandshakeRef | undefined): { readonly row: number;
  readonly column: number } | undefined {
  if (selected === undefined) return undefined;
  const row = identities.findIndex(({ id }) => id === selected.identity);
  const column = keys.findIndex(({ id }) => id === selected.key);
  return row < 0 || column < 0 ? undefined : { row, column };
}

/** All accounts of the matrix, by id, with their names. */
export function matrixAccountNames({ identities, keys }: MatrixSummary): ReadonlyMap<string, string> {
  const named = [...identities, ...keys].flatMap((
    { account, accountName },
  ) => (account === undefined ? [] : [[account, accountName] as const]));
  return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const NO_COUNTS: StandingCounts = { 'works': 0, 'works-if': 0, 'blocked-by-key-policy': 0, 'blocked-by-identity-policy': 0, 'blocked': 0,
  'unknown': 0, 'not-requested': 0 };

/** What stands as asked; undefined when nothing does. */
function onlyStandingCounts(tally: StandingCounts, standing: AccessStanding | undefined): StandingCounts | undefined {
  if (standing === undefined) return tally;
  return tally[standing] > 0 ? { ...NO_COUNTS, [standing]: tally[standing] } : undefined;
}

interface PartyMatch {
  readonly party: MatrixHeading;
  readonly wordMatches: WordMatches;
  readonly matchesAccount: boolean;
}

function matchParty(party: MatrixHeading, words: readonly string[], account: string | undefined): PartyMatch {
  return { party, wordMatches: matchWords(party, words), matchesAccount: account === undefined || party.account === account };
}

function isCellVisible(identity: PartyMatch, key: PartyMatch | undefined): boolean {
  return key !== undefined && (identity.matchesAccount || key.matchesAccount) && matchesAllWords(identity.wordMatches, key.wordMatches);
}
