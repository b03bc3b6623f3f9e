import { matchResources, nearMissField } from '../../access/resource-matching';
import type { PairVerdicts, VerdictGroup } from '../../access/pair-verdicts';
import { describeCount } from '../../access/text/describe-access';
import { applicableActionsForIdentity } from '../../access/candidate-callers';
import { ALL_ACTIONS, countActions, NO_ACTIONS, STAR_ONLY_ACTIONS, type ActionSet } from '../../aws/actions';
import { isMultiRegionId, shortKeyId } from '../../aws/key-arn';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Statement } from '../../policy/policy';
import type { Location } from '../../text/span';
import type { Key } from '../../linking/entities';
import { pairsOfIdentities } from '../verdict-provider';
import { actionsWith, allCountText, statementLabelLocation, type Lens, type LensContext } from './lens';

/** What the values spelled `kms:` ask of keys; nothing for NotAction. */
export function kmsActionsOfStatement({ effect, action }: Statement): ActionSet {
  if (!effect || !action || action.negated) return NO_ACTIONS;
  return action.patterns.reduce((set, pattern) => (pattern.service === 'kms' ? set | pattern.actionSet : set), NO_ACTIONS)
    & ~STAR_ONLY_ACTIONS;
}

/** `key alias/app: 3 of 4 actions work, 1 blocked by the key policy` */
export function identityStatementLens(policy: DiscoveredPolicy, statement: Statement, context: LensContext): Lens {
  const identities = context.world.identitiesByPolicy.get(policy) ?? [];
  const pairs = withoutUnknownKeys(statement, withoutWrongKeyArns(
    pairsOfIdentities(context.verdicts, identities).filter(({ key }) => concernsKey(policy, statement, key))));
  const actions = kmsActionsOfStatement(statement) & applicableTo(policy, statement, pairs);
  const statementPairs: StatementPairs = { actions, pairs, keys: new Set(pairs.map(({ key }) => key)),
    identities: new Set(pairs.map(({ identity }) => identity)).size };
  return { title: lensTitle(statement, statementPairs), locations: keyPolicyLocations(statementPairs) };
}

function lensTitle(statement: Statement, statementPairs: StatementPairs): string {
  const keysText = keysTitle(statementPairs.keys);
  if (statement.effect === 'Deny') {
    const conditions = statement.conditions.length > 0 ? ' under conditions' : '';
    const count = describeCount(countActions(statementPairs.actions), 'action');
    return `${keysText === undefined ? '' : `${keysText}: `}denies ${count}${conditions}`;
  }
  if (keysText !== undefined) return `${keysText}: ${statementOutcomeText(statementPairs)}`;
  return hasKeyResource(statement) ? 'reaches no key that the workspace knows' : 'no key in Resource';
}

/** What its conditions keep from all of them the statement does not ask for, unless it is all. */
function applicableTo(policy: DiscoveredPolicy, statement: Statement, pairs: readonly PairVerdicts[]): ActionSet {
  const statementRef = { gate: 'identity-policy' as const, policy, statement };
  const actions = pairs.reduce((set, { identity, key }) => set | applicableActionsForIdentity(statementRef, identity, key), NO_ACTIONS);
  return (actions & kmsActionsOfStatement(statement)) === NO_ACTIONS ? ALL_ACTIONS : actions;
}

function concernsKey({ policy }: DiscoveredPolicy, statement: Statement, key: Key): boolean {
  return matchResources(statement, key, policy.hasPolicyVariables ? () => undefined : undefined) !== 'no'
    || nearMissField(statement, key) !== undefined;
}

/** An alias ARN is none: it covers no key. */
function hasKeyResource({ resource }: Statement): boolean {
  return resource !== undefined
    && (resource.negated || resource.patterns.some(({ form }) => form === 'any' || form === 'key' || form === 'kms' || form === 'unknown'));
}

/** A wrong Region or account in an ARN makes a key of its own, of which nothing is known: the one of that id is meant. */
function withoutWrongKeyArns(pairs: readonly PairVerdicts[]): readonly PairVerdicts[] {
  const keyIdsWithPolicy = new Set(
    pairs.flatMap(({ key }) => (key.policy && key.keyId !== undefined && !isMultiRegionId(key.keyId) ? key.keyId : [])),
  );
  return pairs.filter(({ key }) => key.policy !== undefined || !keyIdsWithPolicy.has(key.keyId ?? ''));
}

/** A statement that names single keys, each with its own key policy for certain, is not about a key policy of an unknown key. */
function withoutUnknownKeys({ resource }: Statement, pairs: readonly PairVerdicts[]): readonly PairVerdicts[] {
  const certainArns = new Set(pairs.flatMap(({ key }) => (key.policy && key.link?.certain === true ? key.arn ?? [] : [])));
  const isCertain = resource?.negated === false && resource.patterns.every(({ text }) => certainArns.has(text.value));
  return isCertain ? pairs.filter(({ key }) => key.arn !== undefined) : pairs;
}

/** The actions of a statement, and everybody and every key that they are for. */
interface StatementPairs {
  readonly actions: ActionSet;
  readonly pairs: readonly PairVerdicts[];
  readonly keys: ReadonlySet<Key>;
  readonly identities: number;
}

function keysTitle(keys: ReadonlySet<Key>): string | undefined {
  const [key, ...furtherKeys] = keys;
  if (furtherKeys.length > 0) return `${keys.size} keys`;
  if (key === undefined) return undefined;
  const [alias] = key.aliases;
  if (alias !== undefined) return `key ${alias}`;
  return key.keyId === undefined ? `a key of ${key.account ?? 'an account that is not known'}` : `key ${shortKeyId(key.keyId)}`;
}

/** How the actions fare, over all that the statement is for. */
interface ActionOutcomes {
  /** Work for everybody with every key. */
  readonly works: ActionSet;
  /** The part of these that hangs on conditions somewhere. */
  readonly conditional: ActionSet;
  /** Work for somebody with some key. */
  readonly partlyWorks: ActionSet;
  readonly blocked: ActionSet;
  readonly unknown: ActionSet;
}

function actionOutcomesOf({ actions, pairs }: StatementPairs): ActionOutcomes {
  let [works, anywhere, conditional, undecided] = [actions, NO_ACTIONS, NO_ACTIONS, NO_ACTIONS];
  for (const { verdicts } of pairs) {
    const conditionalForPair = actionsWith(verdicts, 'conditional');
    const allowedForPair = actionsWith(verdicts, 'allowed') | conditionalForPair;
    conditional |= conditionalForPair;
    undecided |= actionsWith(verdicts, 'unknown');
    works &= allowedForPair;
    anywhere |= allowedForPair & actions;
  }
  const unknown = undecided & actions & ~anywhere;
  return { works, conditional: conditional & works, partlyWorks: anywhere & ~works, unknown, blocked: actions & ~anywhere & ~unknown };
}

function statementOutcomeText(statementPairs: StatementPairs): string {
  const { actions } = statementPairs;
  const outcomes = actionOutcomesOf(statementPairs);
  if (outcomes.unknown !== actions)
    return countActions(actions) === 1
      ? `the action ${singleActionText(statementPairs, outcomes)}`
      : multipleActionsText(statementPairs, outcomes);
  return isWithoutKeyPolicy(statementPairs) ? 'unknown (no key policy here)' : 'unknown';
}

/** `works`, `is blocked by the key policy` */
function singleActionText(statementPairs: StatementPairs, { works, conditional, partlyWorks, blocked }: ActionOutcomes): string {
  if (blocked !== NO_ACTIONS) return `is blocked${causeText(statementPairs, blocked)}`;
  if (partlyWorks !== NO_ACTIONS) return statementPairs.identities === 1 ? 'works with some of them' : 'works for some';
  return works === NO_ACTIONS
    ? 'is unknown'
    : `works${allPairsText(statementPairs)}${conditional === NO_ACTIONS ? '' : ' under conditions'}`;
}

/** `3 of 4 actions work, 1 blocked by the key policy` */
function multipleActionsText(statementPairs: StatementPairs,
  { works, conditional, partlyWorks, blocked, unknown }: ActionOutcomes): string {
  const total = countActions(statementPairs.actions);
  const worksCount = countActions(works);
  const partlyCount = countActions(partlyWorks);
  const blockedCount = countActions(blocked);
  const worksText = worksCount === total
    ? `${allCountText(total, 'action')} work`
    : worksCount === 0
    ? `none of ${total} actions works`
    : `${worksCount} of ${total} actions ${worksCount === 1 ? 'works' : 'work'}`;
  if (blockedCount === total) return `${allCountText(total, 'action')} blocked${causeText(statementPairs, blocked)}`;
  return [
    `${worksText}${worksCount === 0 ? '' : allPairsText(statementPairs)}${conditionsText(countActions(conditional), worksCount)}`,
    ...partlyCount === 0 ? [] : [`${partlyCount} ${statementPairs.identities === 1 ? 'with some' : 'for some'}`],
    ...blockedCount === 0 ? [] : [`${blockedCount} blocked${causeText(statementPairs, blocked)}`],
    ...unknown === NO_ACTIONS ? [] : [`${countActions(unknown)} unknown`],
  ].join(', ');
}

function conditionsText(conditional: number, working: number): string {
  if (conditional === 0) return '';
  return conditional === working ? ' under conditions' : `, ${conditional} of them under conditions`;
}

/** For more than one identity and key: that all of them are meant. */
function allPairsText({ pairs, keys, identities }: StatementPairs): string {
  if (pairs.length === 1) return '';
  if (identities === 1) return ' with all of them';
  return keys.size === 1 ? ` for ${identities === 2 ? 'both' : `all ${identities}`} identities` : ' for all';
}

/** Who blocks, where it is the same for all of it. */
function causeText({ pairs, keys }: StatementPairs, blocked: ActionSet): string {
  const denials = verdictGroupsWithActions(pairs, blocked).map(({ verdict }) => verdict).filter(({ outcome }) => outcome === 'denied');
  const [first] = denials;
  const gate = denials.every(({ decidingGate }) => decidingGate === first?.decidingGate) ? first?.decidingGate : undefined;
  const reason = denials.every((verdict) => verdict.reason === first?.reason) ? first?.reason : undefined;
  if (gate === 'key-policy') return keys.size === 1 ? ' by the key policy' : ' by the key policies';
  switch (reason) {
    case 'region': return ', the ARN has another Region';
    case 'account': return ', the ARN has another account';
    case 'not-cross-account': return ', not possible across accounts';
    case 'needs-grant': return ', only a grant can give it';
    default: return gate === 'identity-policy' ? ' by an IAM policy' : '';
  }
}

function isWithoutKeyPolicy({ actions, pairs }: StatementPairs): boolean {
  return verdictGroupsWithActions(pairs, actions).every(({ verdict }) => verdict.reason === 'key-policy-missing');
}

function verdictGroupsWithActions(pairs: readonly PairVerdicts[], set: ActionSet): VerdictGroup[] {
  return pairs.flatMap(({ verdicts }) => verdicts.filter(({ actions }) => (actions & set) !== NO_ACTIONS));
}

/** The key policy statements behind the verdicts; of key policies without one the policy. */
function keyPolicyLocations({ actions, pairs, keys }: StatementPairs): Location[] {
  const statementLocations = new Map<Statement, Location>();
  const policiesWithoutStatement = new Set([...keys].map(({ policy }) => policy));
  for (const { verdict: { decidedBy } } of verdictGroupsWithActions(pairs, actions)) {
    for (const { gate, policy, statement } of decidedBy) {
      if (gate !== 'key-policy') continue;
      statementLocations.set(statement, statementLabelLocation(policy, statement));
      policiesWithoutStatement.delete(policy);
    }
  }
  const policyLocations = [...policiesWithoutStatement].flatMap((policy) =>
    (policy ? locationInFile(policy, (policy.policy.statementMember?.key ?? policy.policy.node).span) : []));
  return [...statementLocations.values(), ...policyLocations];
}
