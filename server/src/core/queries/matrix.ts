import { relevantPairsOf, type Pair } from '../access/graph/access-graph';
import { decidePair, type PairVerdicts } from '../access/pair-verdicts';
import { describeVerdictRequirements } from '../access/text/describe-access';
import { explainReason } from '../access/text/explain-verdict';
import type { PolicyGate, StatementRef, Verdict } from '../access/verdict';
import { actionsIn } from '../aws/actions';
import { arnResource } from '../aws/arn';
import { containsSymbol } from '../aws/identifier-comparison';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { addressFragment } from '../discovery/policy-address';
import { joinWithAnd } from '../generate/action-patterns';
import type { Identity, Key } from '../linking/entities';
import type { Location } from '../text/span';
import type { World } from '../workspace/world';
import { describeSymbolsInSentence } from '../text/symbols-in-sentence';
import type { LocationLabels } from './location-labels';
import { requestGroupsOf, type RequestGroup } from './requested-actions';

/** The access of an identity to a key: every action that either half mentions, grouped by outcome. */
export interface MatrixRow {
  /** See `matrixIdentityName`. */
  readonly identity: string;
  /** See `matrixKeyName`. */
  readonly key: string;
  /** What works first. */
  readonly outcomes: readonly MatrixRowOutcome[];
}

/** Actions with the same outcome, for the same reason, by the same statements. */
export interface MatrixRowOutcome {
  readonly standing: AccessStanding;
  /** The half that denies, also of actions that nobody requests. */
  readonly decidingGate: PolicyGate | undefined;
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
 * An outcome, with the half that denies. `blocked`: neither does alone, as between partitions, or where they contradict each other.
 * `not-requested`: denied, and no IAM policy of the identity allows it by name, so that nobody misses it.
 */
export type AccessStanding = 'works' | 'works-if' | 'blocked-by-key-policy' | 'blocked-by-identity-policy' | 'blocked' | 'unknown'
  | 'not-requested';

/** In the order that people read them in. */
export const ACCESS_STANDINGS: readonly AccessStanding[] = ['works', 'works-if', 'blocked-by-key-policy', 'blocked-by-identity-policy',
  'blocked', 'unknown', 'not-requested'];

export const STANDING_NAMES: Readonly<Record<AccessStanding, string>> = {
  'works': 'works',
  'works-if': 'works if',
  'blocked-by-key-policy': 'blocked by the key policy',
  'blocked-by-identity-policy': 'blocked by the IAM policy',
  'blocked': 'blocked',
  'unknown': 'unknown',
  'not-requested': 'not asked for',
};

/** The verdicts on all related identities and keys. */
export function evaluatePairs(world: World, isIncluded: (pair: Pair) => boolean = () => true): PairVerdicts[] {
  return relevantPairsOf(world).filter(isIncluded)
    .map(({ identity, key }) => ({ identity, key, verdicts: decidePair(identity, key, world) }));
}

/** One row for each pair with a verdict. */
export function matrixRows(pairs: readonly PairVerdicts[], world: Pick<World, 'memoize'>, labels: LocationLabels): MatrixRow[] {
  return pairs.filter(({ verdicts }) => verdicts.length > 0).map((pair) => matrixRow(pair, world, labels));
}

export function matrixRow(pair: PairVerdicts, world: Pick<World, 'memoize'>, labels: LocationLabels): MatrixRow {
  return {
    identity: matrixIdentityName(pair.identity, labels.file),
    key: matrixKeyName(pair.key, labels.file),
    outcomes: requestGroupsOf(pair, world).map((group) => toMatrixOutcome(pair, group, labels))
      .sort((a, b) => ACCESS_STANDINGS.indexOf(a.standing) - ACCESS_STANDINGS.indexOf(b.standing)),
  };
}

/**
 * The ARN, or what is known of it; `template.yaml#Worker` where a template makes the identity and its ARN is not known; where only the
 * account is known its root ARN, where nothing is known the policy: `unattached:consumer/app.json`.
 */
export function matrixIdentityName({ arn, account, partition, policies, template }: Identity, file: LocationLabels['file']): string {
  if (arn !== undefined && !containsSymbol(arn)) return arn;
  if (template) return `${file(template.uri)}#${template.logicalId}`;
  if (arn !== undefined) return nameOfUnknownArn(arn, account);
  if (account !== undefined && !containsSymbol(account))
    return `arn:${partition === undefined || containsSymbol(partition) ? 'aws' : partition}:iam::${account}:root`;
  const [policy] = policies;
  return policy ? `unattached:${policyPathWithPointer(policy, file)}` : 'unattached';
}

/** The ARN, or `template.yaml#DataKey`, or, where the key is not known, its policy: `unlinked:dump.json#/Keys/0/Policy`. */
export function matrixKeyName({ arn, policy, account, template }: Key, file: LocationLabels['file']): string {
  if (arn !== undefined && !containsSymbol(arn)) return arn;
  if (template) return `${file(template.uri)}#${template.logicalId}`;
  if (arn !== undefined) return nameOfUnknownArn(arn, account);
  return policy ? `unlinked:${policyPathWithPointer(policy, file)}` : `unknown key of ${account ?? 'an unknown account'}`;
}

/** `role/KeyAdmin of the account of template.yaml` */
function nameOfUnknownArn(arn: string, account = ''): string {
  return describeSymbolsInSentence(`${arnResource(arn)} of account ${account}`);
}

function policyPathWithPointer({ uri, address }: DiscoveredPolicy, file: LocationLabels['file']): string {
  return file(uri) + addressFragment(address);
}

export function standingOf({ isRequested, verdict: { outcome, decidingGate } }: RequestGroup): AccessStanding {
  if (!isRequested) return 'not-requested';
  switch (outcome) {
    case 'allowed': return 'works';
    case 'conditional': return 'works-if';
    case 'unknown': return 'unknown';
    case 'denied': return decidingGate === undefined ? 'blocked' : `blocked-by-${decidingGate}`;
  }
}

function toMatrixOutcome({ identity, key }: Pair, group: RequestGroup, labels: LocationLabels): MatrixRowOutcome {
  const { actions, verdict } = group;
  const names = actionsIn(actions).map(({ name }) => name);
  return {
    standing: standingOf(group),
    decidingGate: verdict.decidingGate,
    verdict: verdict.outcome,
    reason: verdict.reason,
    actions: names,
    conditions: describeVerdictRequirements(verdict, { bit: actions }),
    says: explainReason(verdict, { identity, key, action: { name: listActionNames(names), bit: actions, isPlural: names.length > 1 } },
      (at) => `${labels.file(at.uri)}:${labels.line(at)}`),
    decidedBy: verdict.decidedBy.map((statementRef) => toDecidingStatement(statementRef, labels)),
  };
}

function toDecidingStatement({ gate, policy, statement }: StatementRef, { file, line }: LocationLabels): DecidingStatement {
  const at = locationInFile(policy, statement.node.span);
  return { half: gate, file: file(at.uri), line: line(at), sid: statement.sid?.value, effect: statement.effect, at };
}

/** `kms:Decrypt, kms:Encrypt and kms:ReEncryptFrom`; of many only the first, since all stand beside the sentence. */
function listActionNames(names: readonly string[]): string {
  return names.length > 3 ? `${names[0] ?? ''} and ${names.length - 1} more actions` : joinWithAnd(names);
}
