import { reasonText } from '../access/explain-text';
import { pairsOf, type Pair } from '../access/meet';
import { decidePair, type PairVerdicts, type VerdictGroup } from '../access/pair';
import { requirementTexts } from '../access/say';
import type { Because, Half, Verdict } from '../access/verdict';
import { actionsIn } from '../aws/actions';
import { placeOf } from '../locate/located';
import type { Location } from '../text/span';
import type { World } from '../workspace/world';
import { identityName, keyName } from './names';
import type { Places } from './places';

/** Where an identity stands with a key: every action that either half speaks of, grouped by outcome. */
export interface MatrixRow {
  /** See `identityName`. */
  readonly identity: string;
  /** See `keyName`. */
  readonly key: string;
  /** What works first. */
  readonly outcomes: readonly MatrixOutcome[];
}

/** Actions that stand alike, for the same reason, by the same statements. */
export interface MatrixOutcome {
  readonly standing: Standing;
  readonly verdict: Verdict['outcome'];
  readonly reason: Verdict['reason'];
  readonly actions: readonly string[];
  /** What has to hold, for `conditional`. */
  readonly conditions: readonly string[];
  /** Why, as a sentence. */
  readonly says: string;
  readonly because: readonly DecidingStatement[];
}

export interface DecidingStatement {
  readonly half: Half;
  readonly file: string;
  readonly line: number;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny' | undefined;
  readonly at: Location;
}

/** A verdict, with the half that says no told apart. `blocked`: neither alone does, as between partitions, or where the halves contradict each other. */
export type Standing = 'works' | 'works-if' | 'blocked-by-key-policy' | 'blocked-by-identity-policy' | 'blocked' | 'unknown';

/** In the order that people read them in. */
export const STANDINGS: readonly Standing[] = ['works', 'works-if', 'blocked-by-key-policy', 'blocked-by-identity-policy', 'blocked', 'unknown'];

export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  'works': 'works',
  'works-if': 'works if',
  'blocked-by-key-policy': 'blocked by the key policy',
  'blocked-by-identity-policy': 'blocked by the IAM policy',
  'blocked': 'blocked',
  'unknown': 'unknown',
};

/** The verdicts on every identity and key that meet in either half. */
export function verdictsOf(world: World, wanted: (pair: Pair) => boolean = () => true): PairVerdicts[] {
  return pairsOf(world).filter(wanted).map(({ identity, key }) => ({ identity, key, verdicts: decidePair(identity, key, world.organizations) }));
}

/** One row for each pair of which there is anything to say. */
export function matrixRows(pairs: Iterable<PairVerdicts>, places: Places): MatrixRow[] {
  const rows: MatrixRow[] = [];
  for (const pair of pairs) if (pair.verdicts.length > 0) rows.push(matrixRow(pair, places));
  return rows;
}

export function matrixRow(pair: PairVerdicts, places: Places): MatrixRow {
  const outcomes = pair.verdicts.map((group) => outcomeOf(pair, group, places));
  return {
    identity: identityName(pair.identity, places.file),
    key: keyName(pair.key, places.file),
    outcomes: outcomes.sort((a, b) => STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing)),
  };
}

export function standingOf({ outcome, half }: Verdict): Standing {
  switch (outcome) {
    case 'allowed': return 'works';
    case 'conditional': return 'works-if';
    case 'unknown': return 'unknown';
    case 'denied': return half === undefined ? 'blocked' : half === 'key-policy' ? 'blocked-by-key-policy' : 'blocked-by-identity-policy';
  }
}

function outcomeOf({ identity, key }: Pair, { actions, verdict }: VerdictGroup, places: Places): MatrixOutcome {
  const names = actionsIn(actions).map(({ name }) => name);
  const because = verdict.because.map((one) => decidingStatement(one, places));
  return {
    standing: standingOf(verdict),
    verdict: verdict.outcome,
    reason: verdict.reason,
    actions: names,
    conditions: requirementTexts(verdict, { bit: actions }),
    says: reasonText(verdict, { identity, key, action: { name: listed(names), bit: actions, many: names.length > 1 } }, (at) => `${places.file(at.uri)}:${places.line(at)}`),
    because,
  };
}

function decidingStatement({ half, policy, statement }: Because, { file, line }: Places): DecidingStatement {
  const at = placeOf(policy, statement.node.span);
  return { half, file: file(at.uri), line: line(at), sid: statement.sid?.value, effect: statement.effect, at };
}

/** `kms:Decrypt, kms:Encrypt and kms:ReEncryptFrom`; of many only the first, since all stand beside the sentence. */
function listed(names: readonly string[]): string {
  const [first = '', ...others] = names;
  if (others.length > 2) return `${first} and ${others.length} more actions`;
  return others.length === 0 ? first : `${names.slice(0, -1).join(', ')} and ${others.at(-1) ?? ''}`;
}
