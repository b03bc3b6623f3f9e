import { explainReason } from '../access/text/explain-verdict';
import { relevantPairsOf, type Pair } from '../access/graph/access-graph';
import { decidePair, type PairVerdicts, type VerdictGroup } from '../access/pair-verdicts';
import { describeVerdictRequirements } from '../access/text/describe-access';
import type { StatementRef, PolicyGate, Verdict } from '../access/verdict';
import { actionsIn } from '../aws/actions';
import { locationInFile } from '../discovery/discovery-result';
import type { Location } from '../text/span';
import type { World } from '../workspace/world';
import { matrixIdentityName, matrixKeyName } from './matrix-names';
import type { LocationLabels } from './location-labels';

/** Where an identity stands with a key: every action that either half speaks of, grouped by outcome. */
export interface MatrixRow {
  /** See `identityName`. */
  readonly identity: string;
  /** See `keyName`. */
  readonly key: string;
  /** What works first. */
  readonly outcomes: readonly MatrixRowOutcome[];
}

/** Actions that stand alike, for the same reason, by the same statements. */
export interface MatrixRowOutcome {
  readonly standing: AccessStanding;
  readonly verdict: Verdict['outcome'];
  readonly reason: Verdict['reason'];
  readonly actions: readonly string[];
  /** What has to hold, for `conditional`. */
  readonly conditions: readonly string[];
  /** Why, as a sentence. */
  readonly says: string;
  readonly decidedBy: readonly DecidingStatement[];
}

export interface DecidingStatement {
  readonly half: PolicyGate;
  readonly file: string;
  readonly line: number;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny' | undefined;
  readonly at: Location;
}

/**
 * A verdict, with the half that says no told apart. `blocked`: neither alone does, as between partitions, or where the halves contradict
 * each other.
 */
export type AccessStanding = 'works' | 'works-if' | 'blocked-by-key-policy' | 'blocked-by-identity-policy' | 'blocked' | 'unknown';

/** In the order that people read them in. */
export const ACCESS_STANDINGS: readonly AccessStanding[] = ['works', 'works-if', 'blocked-by-key-policy', 'blocked-by-identity-policy',
  'blocked', 'unknown'];

export const STANDING_NAMES: Readonly<Record<AccessStanding, string>> = {
  'works': 'works',
  'works-if': 'works if',
  'blocked-by-key-policy': 'blocked by the key policy',
  'blocked-by-identity-policy': 'blocked by the IAM policy',
  'blocked': 'blocked',
  'unknown': 'unknown',
};

/** The verdicts on every identity and key that meet in either half. */
export function evaluatePairs(world: World, wanted: (pair: Pair) => boolean = () => true): PairVerdicts[] {
  return relevantPairsOf(world).filter(wanted).map(({ identity, key }) => ({ identity, key,
    verdicts: decidePair(identity, key, world.organizations) })
  );
}

/** One row for each pair of which there is anything to say. */
export function matrixRows(pairs: Iterable<PairVerdicts>, locationLabels: LocationLabels): MatrixRow[] {
  const rows: MatrixRow[] = [];
  for (const pair of pairs) if (pair.verdicts.length > 0) rows.push(matrixRow(pair, locationLabels));
  return rows;
}

export function matrixRow(pair: PairVerdicts, locationLabels: LocationLabels): MatrixRow {
  const outcomes = pair.verdicts.map((group) => toMatrixOutcome(pair, group, locationLabels));
  return {
    identity: matrixIdentityName(pair.identity, locationLabels.file),
    key: matrixKeyName(pair.key, locationLabels.file),
    outcomes: outcomes.sort((a, b) => ACCESS_STANDINGS.indexOf(a.standing) - ACCESS_STANDINGS.indexOf(b.standing)),
  };
}

export function standingOf({ outcome, decidingGate }: Verdict): AccessStanding {
  switch (outcome) {
    case 'allowed':
      return 'works';
    case 'conditional':
      return 'works-if';
    case 'unknown':
      return 'unknown';
    case 'denied':
      return decidingGate === undefined
        ? 'blocked'
        : decidingGate === 'key-policy'
        ? 'blocked-by-key-policy'
        : 'blocked-by-identity-policy';
  }
}

function toMatrixOutcome({ identity, key }: Pair, { actions, verdict }: VerdictGroup, locationLabels: LocationLabels): MatrixRowOutcome {
  const names = actionsIn(actions).map(({ name }) => name);
  const because = verdict.decidedBy.map((statementRef) => toDecidingStatement(statementRef, locationLabels));
  return {
    standing: standingOf(verdict),
    verdict: verdict.outcome,
    reason: verdict.reason,
    actions: names,
    conditions: describeVerdictRequirements(verdict, { bit: actions }),
    says: explainReason(verdict, { identity, key, action: { name: listActionNames(names), bit: actions, isPlural: names.length > 1 } },
      (at) => `${locationLabels.file(at.uri)}:${locationLabels.line(at)}`),
    decidedBy: because,
  };
}

function toDecidingStatement({ gate, policy, statement }: StatementRef, { file, line }: LocationLabels): DecidingStatement {
  const at = locationInFile(policy, statement.node.span);
  return { half: gate, file: file(at.uri), line: line(at), sid: statement.sid?.value, effect: statement.effect, at };
}

/** `kms:Decrypt, kms:Encrypt and kms:ReEncryptFrom`; of many only the first, since all stand beside the sentence. */
function listActionNames(names: readonly string[]): string {
  const [first = '', ...others] = names;
  if (others.length > 2) return `${first} and ${others.length} more actions`;
  return others.length === 0 ? first : `${names.slice(0, -1).join(', ')} and ${others.at(-1) ?? ''}`;
}
