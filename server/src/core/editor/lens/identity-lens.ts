import { matchResources, misses } from '../../access/match-resource';
import type { PairVerdicts, VerdictGroup } from '../../access/pair';
import { counted } from '../../access/say';
import type { Verdict } from '../../access/verdict';
import { applicableActionsOf } from '../../access/suppositions';
import { ALL_ACTIONS, countActions, NO_ACTIONS, STAR_ONLY_ACTIONS, type ActionSet } from '../../aws/actions';
import { isMultiRegionId, shortKeyId } from '../../aws/key-arn';
import { placeOf, type LocatedPolicy } from '../../locate/located';
import type { Statement } from '../../model/policy';
import type { Location } from '../../text/span';
import type { Key } from '../../workspace/world';
import { pairsOfIdentities } from '../verdicts';
import { allOf, placeOfStatement, type Lens, type LensGround } from './lens';

/** What the values spelled `kms:` ask of keys; nothing for NotAction. */
export function namedActions({ effect, action }: Statement): ActionSet {
  if (!effect || !action || action.negated) return NO_ACTIONS;
  return action.patterns.reduce((set, pattern) => (pattern.service === 'kms' ? set | pattern.set : set), NO_ACTIONS) & ~STAR_ONLY_ACTIONS;
}

/** `key alias/app: 3 of 4 actions work, 1 blocked by the key policy` */
export function identityStatementLens(policy: LocatedPolicy, statement: Statement, ground: LensGround): Lens {
  const pairs = withoutMisspelled(pairsOfIdentities(ground.verdicts, ground.world.identitiesOf.get(policy) ?? []).filter(({ key }) => reaches(policy, statement, key)));
  const asked = namedActions(statement) & applicableTo(policy, statement, pairs);
  const meeting: Meeting = { asked, pairs, keys: new Set(pairs.map(({ key }) => key)), identities: new Set(pairs.map(({ identity }) => identity)).size };
  const head = headOf(meeting.keys);
  const places = placesOf(meeting);
  if (statement.effect === 'Deny') {
    return { title: `${head === undefined ? '' : `${head}: `}denies ${counted(countActions(asked), 'action')}${statement.conditions.length > 0 ? ' under conditions' : ''}`, places };
  }
  return { title: head === undefined ? namesKeys(statement) ? 'reaches no key that the workspace knows' : 'names no key' : `${head}: ${textOf(meeting)}`, places };
}

/** What its conditions keep from all of them the statement does not ask for, unless it is all. */
function applicableTo(policy: LocatedPolicy, statement: Statement, pairs: readonly PairVerdicts[]): ActionSet {
  const because = { half: 'identity-policy' as const, policy, statement };
  const actions = pairs.reduce((set, { identity, key }) => set | applicableActionsOf(because, identity, key), NO_ACTIONS);
  return (actions & namedActions(statement)) === NO_ACTIONS ? ALL_ACTIONS : actions;
}

function reaches({ policy }: LocatedPolicy, statement: Statement, key: Key): boolean {
  return matchResources(statement, key, policy.variables ? () => undefined : undefined) !== 'no' || misses(statement, key) !== undefined;
}

/** An alias ARN is none: it covers no key. */
function namesKeys({ resource }: Statement): boolean {
  return resource !== undefined && (resource.negated || resource.patterns.some(({ form }) => form === 'any' || form === 'key' || form === 'kms' || form === 'unknown'));
}

/** A wrong Region or account in an ARN makes a key of its own, of which nothing is known: the one of that id is meant. */
function withoutMisspelled(pairs: readonly PairVerdicts[]): readonly PairVerdicts[] {
  const known = new Set(pairs.flatMap(({ key }) => (key.policy && key.keyId !== undefined && !isMultiRegionId(key.keyId) ? key.keyId : [])));
  return pairs.filter(({ key }) => key.policy !== undefined || !known.has(key.keyId ?? ''));
}

/** The actions of a statement, and everybody and every key that they are for. */
interface Meeting {
  readonly asked: ActionSet;
  readonly pairs: readonly PairVerdicts[];
  readonly keys: ReadonlySet<Key>;
  readonly identities: number;
}

function headOf(keys: ReadonlySet<Key>): string | undefined {
  const [key, ...others] = keys;
  if (others.length > 0) return `${keys.size} keys`;
  if (key === undefined) return undefined;
  const [alias] = key.aliases;
  if (alias !== undefined) return `key ${alias}`;
  return key.keyId === undefined ? `a key of ${key.account ?? 'an account that is not known'}` : `key ${shortKeyId(key.keyId)}`;
}

/** How the actions fare, over all that the statement is for. */
interface Fate {
  /** Work for everybody with every key. */
  readonly works: ActionSet;
  /** The part of these that hangs on conditions somewhere. */
  readonly conditional: ActionSet;
  /** Work for somebody with some key. */
  readonly someWork: ActionSet;
  readonly blocked: ActionSet;
  readonly unknown: ActionSet;
}

function fateOf({ asked, pairs }: Meeting): Fate {
  let [works, anywhere, conditional, unknown] = [asked, NO_ACTIONS, NO_ACTIONS, NO_ACTIONS];
  for (const { verdicts } of pairs) {
    let here = NO_ACTIONS;
    for (const { actions, verdict: { outcome } } of verdicts) {
      if (outcome === 'allowed' || outcome === 'conditional') here |= actions;
      if (outcome === 'conditional') conditional |= actions;
      if (outcome === 'unknown') unknown |= actions;
    }
    works &= here;
    anywhere |= here;
  }
  anywhere &= asked;
  unknown &= asked & ~anywhere;
  return { works, conditional: conditional & works, someWork: anywhere & ~works, unknown, blocked: asked & ~anywhere & ~unknown };
}

function textOf(meeting: Meeting): string {
  const { asked, keys } = meeting;
  const fate = fateOf(meeting);
  if (fate.unknown === asked) return `is unknown${isWithoutKeyPolicy(meeting) ? `, ${keys.size === 1 ? 'its key policy is' : 'their key policies are'} not in the workspace` : ''}`;
  return countActions(asked) === 1 ? `the action ${oneText(meeting, fate)}` : severalText(meeting, fate);
}

/** `works`, `is blocked by the key policy` */
function oneText(meeting: Meeting, { works, conditional, someWork, blocked }: Fate): string {
  if (blocked !== NO_ACTIONS) return `is blocked${causeText(meeting, blocked)}`;
  if (someWork !== NO_ACTIONS) return meeting.identities === 1 ? 'works with some of them' : 'works for some';
  return works === NO_ACTIONS ? 'is unknown' : `works${everywhereText(meeting)}${conditional === NO_ACTIONS ? '' : ' under conditions'}`;
}

/** `3 of 4 actions work, 1 blocked by the key policy` */
function severalText(meeting: Meeting, { works, conditional, someWork, blocked, unknown }: Fate): string {
  const [all, working, some, stopped] = [meeting.asked, works, someWork, blocked].map(countActions) as [number, number, number, number];
  const share = working === all ? `${allOf(all, 'action')} work` : working === 0 ? `none of ${all} actions works` : `${working} of ${all} actions ${working === 1 ? 'works' : 'work'}`;
  if (stopped === all) return `${allOf(all, 'action')} blocked${causeText(meeting, blocked)}`;
  return [
    `${share}${working === 0 ? '' : everywhereText(meeting)}${conditionsText(countActions(conditional), working)}`,
    ...some === 0 ? [] : [`${some} ${meeting.identities === 1 ? 'with some' : 'for some'}`],
    ...stopped === 0 ? [] : [`${stopped} blocked${causeText(meeting, blocked)}`],
    ...unknown === NO_ACTIONS ? [] : [`${countActions(unknown)} unknown`],
  ].join(', ');
}

function conditionsText(conditional: number, working: number): string {
  if (conditional === 0) return '';
  return conditional === working ? ' under conditions' : `, ${conditional} of them under conditions`;
}

/** For more than one identity and key: that all of them are meant. */
function everywhereText({ pairs, keys, identities }: Meeting): string {
  if (pairs.length === 1) return '';
  if (identities === 1) return ' with all of them';
  return keys.size === 1 ? ` for ${identities === 2 ? 'both' : `all ${identities}`} identities` : ' for all';
}

/** Who blocks, where it is the same for all of it. */
function causeText({ pairs, keys }: Meeting, blocked: ActionSet): string {
  const refusals = groupsWith(pairs, blocked).map(({ verdict }) => verdict).filter(({ outcome }) => outcome === 'denied');
  const all = (test: (verdict: Verdict) => boolean): boolean => refusals.length > 0 && refusals.every(test);
  if (all(({ half }) => half === 'key-policy')) return keys.size === 1 ? ' by the key policy' : ' by the key policies';
  if (all(({ reason }) => reason === 'region')) return ', the ARN has another Region';
  if (all(({ reason }) => reason === 'account')) return ', the ARN has another account';
  if (all(({ reason }) => reason === 'not-cross-account')) return ', not possible across accounts';
  if (all(({ reason }) => reason === 'needs-grant')) return ', only a grant can give it';
  if (all(({ half }) => half === 'identity-policy')) return ' by an IAM policy';
  return '';
}

function isWithoutKeyPolicy({ asked, pairs }: Meeting): boolean {
  return groupsWith(pairs, asked).every(({ verdict }) => verdict.reason === 'key-policy-missing');
}

function groupsWith(pairs: readonly PairVerdicts[], set: ActionSet): VerdictGroup[] {
  return pairs.flatMap(({ verdicts }) => verdicts.filter(({ actions }) => (actions & set) !== NO_ACTIONS));
}

/** The key policy statements behind the verdicts; of key policies without one the policy. */
function placesOf({ asked, pairs, keys }: Meeting): Location[] {
  const places = new Map<Statement, Location>();
  const silent = new Set([...keys].map(({ policy }) => policy));
  for (const { verdict: { because } } of groupsWith(pairs, asked)) {
    for (const { half, policy, statement } of because) {
      if (half !== 'key-policy') continue;
      places.set(statement, placeOfStatement(policy, statement));
      silent.delete(policy);
    }
  }
  const whole = [...silent].flatMap((policy) => (policy ? placeOf(policy, (policy.policy.statementMember?.key ?? policy.policy.node).span) : []));
  return [...places.values(), ...whole];
}
