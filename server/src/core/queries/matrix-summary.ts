import { countActions } from '../aws/actions';
import { arnResource } from '../aws/arn';
import type { PairVerdicts } from '../access/pair-verdicts';
import type { Identity, Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { ACCESS_STANDINGS, matrixIdentityName, matrixKeyName, standingOf, type AccessStanding } from './matrix';
import { describeSymbolsInSentence } from '../text/symbols-in-sentence';
import type { LocationLabels } from './location-labels';
import { requestGroupsOf, type RequestGroup } from './requested-actions';

/** The matrix at a glance: how many actions stand how, for every identity and key. Small enough to be sent as a whole. */
export interface MatrixSummary {
  /** By account, then by label. */
  readonly identities: readonly MatrixHeading[];
  readonly keys: readonly MatrixHeading[];
  /** Each occurs once, however many cells have it. */
  readonly tallies: readonly ActionCountsByStanding[];
  /** For each identity the keys that it meets: position in `keys`, position in `tallies`. */
  readonly cells: readonly (readonly (readonly [key: number, tally: number])[])[];
}

/** An identity or a key of the matrix. */
export interface MatrixHeading {
  /** Tells it from all others, and stays while the same files say the same of it. */
  readonly id: string;
  /** The ARN, or what else it is known by. */
  readonly name: string;
  /** The ARN, where it is known. */
  readonly arn: string | undefined;
  /** `role/App`, `alias/app`: as short as people call it. */
  readonly label: string;
  readonly account: string | undefined;
  /** Declared name of the account; empty without. */
  readonly accountName: string;
}

/** Number of actions by how they stand. */
export type ActionCountsByStanding = Readonly<Record<AccessStanding, number>>;

/** @param others keys and identities that are to be shown although no cell is about them */
export function matrixSummaryOf(pairs: readonly PairVerdicts[], world: Pick<World, 'accounts' | 'memoize'>, file: LocationLabels['file'],
  others: Pick<World, 'keys' | 'identities'> = { keys: [], identities: [] }): MatrixSummary {
  const { accounts } = world;
  const pairsWithVerdicts = pairs.filter(({ verdicts }) => verdicts.length > 0);
  const shownIdentities = [...others.identities, ...pairsWithVerdicts.map(({ identity }) => identity)];
  const identities = sortedHeadings(new Map(shownIdentities.map((identity) => [identity.id, identity])),
    (id, identity) => identityHeading(id, identity, accounts, file));
  const keys = sortedHeadings(keysById([...pairsWithVerdicts.map(({ key }) => key), ...others.keys]),
    (id, key) => keyHeading(id, key, accounts, file));
  const rows = new Map(identities.map(({ heading }): [string, [number, number][]] => [heading.id, []]));
  const columns = new Map(keys.map(({ record }, column) => [record, column]));
  const tallies = new Map<string, { readonly index: number; readonly tally: ActionCountsByStanding }>();
  for (const pair of pairsWithVerdicts) {
    const { identity, key } = pair;
    const tally = countByStanding(requestGroupsOf(pair, world));
    const id = ACCESS_STANDINGS.map((standing) => tally[standing]).join(' ');
    const entry = tallies.get(id) ?? { index: tallies.size, tally };
    tallies.set(id, entry);
    const column = columns.get(key);
    if (column !== undefined) rows.get(identity.id)?.push([column, entry.index]);
  }
  return {
    identities: identities.map(({ heading }) => heading), keys: keys.map(({ heading }) => heading),
    tallies: Array.from(tallies.values(), ({ tally }) => tally), cells: [...rows.values()],
  };
}

/** The pair that a cell of the overview stands for; undefined when it no longer exists. */
export function pairOfCell(pairs: readonly PairVerdicts[], identity: string, key: string): PairVerdicts | undefined {
  const record = keysById(pairs.map((pair) => pair.key)).get(key);
  return pairs.find((pair) => pair.key === record && pair.identity.id === identity);
}

/** The pairs that these cells stand for, those that no longer exist left out. */
export function pairsOfCells(pairs: readonly PairVerdicts[],
  cells: readonly { readonly identity: string; readonly key: string }[]): PairVerdicts[] {
  const keys = keysById(pairs.map((pair) => pair.key));
  const identitiesByKey = new Map<Key | undefined, Set<string>>();
  for (const cell of cells) {
    const key = keys.get(cell.key);
    identitiesByKey.set(key, (identitiesByKey.get(key) ?? new Set()).add(cell.identity));
  }
  return pairs.filter(({ identity, key }) => identitiesByKey.get(key)?.has(identity.id) === true);
}

/** Keys by their id; of several with one id, which contradict each other, the later ones get a number. */
function keysById(keys: readonly Key[]): ReadonlyMap<string, Key> {
  const ids = new Map<string, Key>();
  for (const key of new Set(keys)) {
    let id = key.id;
    for (let n = 2; ids.has(id); n++) id = `${key.id} (${n})`;
    ids.set(id, key);
  }
  return ids;
}

function countByStanding(groups: readonly RequestGroup[]): ActionCountsByStanding {
  const tally: Record<AccessStanding, number> = { 'works': 0, 'works-if': 0, 'blocked-by-key-policy': 0, 'blocked-by-identity-policy': 0,
    'blocked': 0, 'unknown': 0, 'not-requested': 0 };
  for (const group of groups) tally[standingOf(group)] += countActions(group.actions);
  return tally;
}

function sortedHeadings<T>(records: ReadonlyMap<string, T>,
  headingOf: (id: string, record: T) => MatrixHeading): { readonly record: T; readonly heading: MatrixHeading }[] {
  const sortKey = ({ account, label, name }: MatrixHeading): string => `${account ?? '~'} ${label} ${name}`;
  return Array.from(records, ([id, record]) => ({ record, heading: headingOf(id, record) }))
    .sort((a, b) => NATURAL_COLLATOR.compare(sortKey(a.heading), sortKey(b.heading)));
}

/** As people count: Role9 before Role10. */
const NATURAL_COLLATOR = new Intl.Collator('en', { numeric: true });

function identityHeading(id: string, identity: Identity, accounts: World['accounts'], file: LocationLabels['file']): MatrixHeading {
  const { arn, account } = identity;
  const name = matrixIdentityName(identity, file);
  const label = (arn && arnResource(arn)) ?? (account === undefined ? name.replace(/^unattached:/, '') : `any identity of ${account}`);
  return { id, name, arn, label: describeSymbolsInSentence(label), account, accountName: accounts.get(account ?? '') ?? '' };
}

function keyHeading(id: string, key: Key, accounts: World['accounts'], file: LocationLabels['file']): MatrixHeading {
  const { arn, account, aliases: [alias], keyId } = key;
  const name = matrixKeyName(key, file);
  const label = alias ?? keyId ?? name.replace(/^unlinked:/, '');
  return { id, name, arn, label: describeSymbolsInSentence(label), account, accountName: accounts.get(account ?? '') ?? '' };
}
