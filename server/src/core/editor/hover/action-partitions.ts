import { accountLimitOf } from '../../access/account-limit';
import type { AccessQuestion } from '../../access/text/deciding-location';
import { explainVerdict } from '../../access/text/explain-verdict';
import { serviceIdentity } from '../../access/caller';
import { principalMatchesOf } from '../../access/principal-matching';
import { matchResources } from '../../access/resource-matching';
import { decidePair, verdictGroupOf, type PairVerdicts, type VerdictGroup } from '../../access/pair-verdicts';
import { callersFor } from '../../access/candidate-callers';
import {
  actionsIn, ALL_ACTIONS, CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, STAR_ONLY_ACTIONS, type ActionInfo, type ActionSet,
} from '../../aws/actions';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Principal, Statement } from '../../policy/policy';
import type { Location } from '../../text/span';
import type { Identity, Key } from '../../linking/entities';
import { identityLabel, keyLabel } from './cards';
import { pairsOfIdentities, pairsOfKey } from '../verdict-provider';
import { locationLink, type HoverContext } from './hover-context';
import { line, type Inline, type Line } from './rich-text';

/** The identities and keys that an Allow statement is about; none for a Deny, and where nobody is known. */
export function pairsOfStatement(context: HoverContext, policy: DiscoveredPolicy, statement: Statement): readonly PairVerdicts[] {
  if (statement.effect !== 'Allow') return [];
  if (policy.policy.kind === 'key') {
    const key = context.world.keyByPolicy.get(policy);
    if (key === undefined) return [];
    const pairs = pairsOfKey(context.verdicts, key).filter(({ identity }) =>
      callersFor(identity, key).some((caller) => principalMatchesOf(statement, caller).some(({ match, principal }) =>
        match === 'yes' && (principal === undefined || mayIncludeIdentity(identity, principal, statement)))));
    const principals = statement.principal?.negated === false ? statement.principal.principals : [];
    return [...pairs, ...principals.flatMap((principal) => verdictsForService(context, key, principal) ?? [])];
  }
  const identities = context.world.identitiesByPolicy.get(policy) ?? [];
  return pairsOfIdentities(context.verdicts, identities).filter(({ key }) => matchResources(statement, key, () => undefined) === 'yes');
}

/** What the key policy gives a service that it names; undefined for other principals. */
export function verdictsForService({ world }: HoverContext, key: Key, { form, text: policyString }: Principal): PairVerdicts | undefined {
  if (form !== 'service' || policyString.placeholders.length > 0) return undefined;
  const identity = serviceIdentity(policyString.value);
  return { identity, key, verdicts: decidePair(identity, key, world) };
}

/** Everybody (`*`) may be limited to some accounts by a condition. */
export function mayIncludeIdentity({ account }: Identity, { form }: Principal, statement: Statement): boolean {
  const limit = form === 'anyone' ? accountLimitOf(statement) : undefined;
  return limit?.isExhaustive !== true || account === undefined || limit.accounts.some((limitAccount) => limitAccount.account === account);
}

/** Actions that come to the same in a statement. */
export interface ActionPartition {
  readonly actions: ActionSet;
  /** `Work`, `Do not work across accounts` */
  readonly title: string;
}

/**
 * What of these actions, which an Allow statement gives, works here: by the kind of the policy, across accounts, and by the other half as
 * far as the workspace has it. Nothing is left out, and what nobody can tell is the last part. Empty where there is nothing to divide by.
 */
export function partitionByEffect(context: HoverContext, policy: DiscoveredPolicy, statement: Statement,
  actions: ActionSet): readonly ActionPartition[] {
  if (statement.effect !== 'Allow' || actions === NO_ACTIONS) return [];
  const pairs = pairsOfStatement(context, policy, statement);
  return policy.policy.kind === 'key'
    ? partitionInKeyPolicy(context.world.keyByPolicy.get(policy), statement, pairs, actions)
    : partitionInIdentityPolicy(statement, pairs, actions);
}

function partitionInKeyPolicy(key: Key | undefined, statement: Statement, pairs: readonly PairVerdicts[],
  actions: ActionSet): ActionPartition[] {
  const notForKeyPolicies = actions & ~KEY_ACTIONS;
  const notCrossAccount = hasOnlyExternalPrincipals(key, statement) ? actions & KEY_ACTIONS & ~CROSS_ACCOUNT_ACTIONS : NO_ACTIONS;
  const possible = actions & ~notForKeyPolicies & ~notCrossAccount;
  const { works, conditional, grantOnly, deniedByIdentityPolicy, undecided } = actionsByOutcome(pairs, possible);
  const hasPairs = pairs.length > 0;
  return nonEmptyPartitions([
    [works, 'Work now'],
    [conditional, 'Work under conditions'],
    [grantOnly, 'Only a grant gives it'],
    [hasPairs ? deniedByIdentityPolicy : NO_ACTIONS, 'Given by no IAM policy in the workspace, and they need one too'],
    [hasPairs ? undecided : possible, hasPairs ? 'Unknown' : unknownPrincipalsTitle(statement)],
    [notCrossAccount, 'Do not work across accounts'],
    [notForKeyPolicies, 'Without effect in a key policy, which is about one key'],
  ]);
}

/** Nobody is known whom the statement lets in. */
function unknownPrincipalsTitle({ principal }: Statement): string {
  const accounts = principal?.negated === false && principal.principals.every(({ form }) => form === 'account');
  return accounts ? 'Left to IAM policies, of which the workspace has none for this' : 'Allowed by this statement';
}

function partitionInIdentityPolicy(statement: Statement, pairs: readonly PairVerdicts[], actions: ActionSet): ActionPartition[] {
  const coversEveryResource = statement.resource?.patterns.some(({ form }) => form === 'any') === true && !statement.resource.negated;
  const keyless = actions & STAR_ONLY_ACTIONS;
  const onKeys = actions & ~STAR_ONLY_ACTIONS;
  const { works, conditional, notCrossAccount, grantOnly, deniedByKeyPolicy, deniedByIdentityPolicy, undecided }
    = actionsByOutcome(pairs, onKeys);
  if (pairs.length === 0 && keyless === NO_ACTIONS) return [];
  return nonEmptyPartitions([
    [works, 'Work now'],
    [conditional, 'Work under conditions'],
    [notCrossAccount, 'Do not work across accounts'],
    [grantOnly, 'Only a grant gives it'],
    [deniedByKeyPolicy, 'Not allowed by the key policy'],
    [deniedByIdentityPolicy, 'Not allowed by this identity\'s IAM policies'],
    [undecided, pairs.length > 0 ? 'Unknown' : 'On keys; the workspace has none that this reaches'],
    [keyless, coversEveryResource ? 'Work without a key' : 'Without effect here: they work without a key and need "Resource": "*"'],
  ]);
}

function nonEmptyPartitions(partitions: readonly (readonly [ActionSet, string])[]): ActionPartition[] {
  return partitions.filter(([actions]) => actions !== NO_ACTIONS).map(([actions, title]) => ({ actions, title }));
}

interface ActionsByOutcome {
  readonly works: ActionSet;
  readonly conditional: ActionSet;
  readonly notCrossAccount: ActionSet;
  readonly grantOnly: ActionSet;
  /** What that half denies for every pair. */
  readonly deniedByKeyPolicy: ActionSet;
  readonly deniedByIdentityPolicy: ActionSet;
  /** All others. */
  readonly undecided: ActionSet;
}

/** The best that any of the pairs makes of each action. */
function actionsByOutcome(pairs: readonly PairVerdicts[], actions: ActionSet): ActionsByOutcome {
  const groups = pairs.flatMap(({ verdicts }) => verdicts);
  const actionsWhere = (test: (group: VerdictGroup) => boolean): ActionSet =>
    groups.filter(test).reduce((set, group) => set | group.actions, NO_ACTIONS) & actions;
  const works = actionsWhere(({ verdict }) => verdict.outcome === 'allowed');
  const conditional = actionsWhere(({ verdict }) => verdict.outcome === 'conditional') & ~works;
  const grantOnly = actionsWhere(needsGrant) & ~works & ~conditional & ~actionsWhere((group) => !needsGrant(group));
  const unknown = actionsWhere(({ verdict }) => verdict.outcome === 'unknown');
  const denied = actionsWhere(() => true) & ~works & ~conditional & ~unknown;
  const notCrossAccount = denied & ~actionsWhere(({ verdict }) => verdict.reason !== 'not-cross-account');
  const deniedOnlyBy = (gate: 'key-policy' | 'identity-policy'): ActionSet =>
    denied & ~notCrossAccount & ~actionsWhere(({ verdict }) => verdict.decidingGate !== gate);
  const deniedByKeyPolicy = deniedOnlyBy('key-policy');
  const deniedByIdentityPolicy = deniedOnlyBy('identity-policy');
  const decided = works | conditional | notCrossAccount | grantOnly | deniedByKeyPolicy | deniedByIdentityPolicy;
  const undecided = actions & ALL_ACTIONS & ~decided;
  return { works, conditional, notCrossAccount, grantOnly, deniedByKeyPolicy, deniedByIdentityPolicy, undecided };
}

/** `kms:RetireGrant`, and everything for the service-linked role of another account. */
function needsGrant({ verdict }: VerdictGroup): boolean {
  return verdict.reason === 'needs-grant';
}

/** Every principal is of another account than the key. */
function hasOnlyExternalPrincipals(key: Key | undefined, { principal }: Statement): boolean {
  const owner = key?.account;
  return owner !== undefined && principal?.negated === false && principal.principals.length > 0
    && principal.principals.every(({ account }) => account !== undefined && account !== owner);
}

/** The verdict on one action for a pair, with the places in it as links; undefined where neither half speaks of it. */
export function actionVerdictLine(context: HoverContext, pair: PairVerdicts, action: ActionInfo): Line | undefined {
  const { identity, key, verdicts } = pair;
  const group = verdictGroupOf(verdicts, action);
  if (!group) return undefined;
  const sentence = verdictSentence(context, group.verdict, { identity, key, action: { name: action.name, bit: action.bit } });
  return line`${identityLabel(context, identity)} on ${keyLabel(key)}: ${sentence}`;
}

/** A verdict in a sentence, with the places in it as links. */
export function verdictSentence(context: HoverContext, verdict: VerdictGroup['verdict'], accessQuestion: AccessQuestion): Line {
  const locations: Location[] = [];
  const sentence = explainVerdict(verdict, accessQuestion, (location) => {
    const index = locations.findIndex(({ uri, span }) => uri === location.uri && span.start === location.span.start);
    // Stands for the place in the text of the sentence until it becomes a link.
    return `\u{E000}${index < 0 ? locations.push(location) - 1 : index}\u{E001}`;
  });
  return sentence.split(/\u{E000}(\d+)\u{E001}/u).map((part, i): Inline => {
    const location = i % 2 === 1 ? locations[Number(part)] : undefined;
    return location === undefined ? part : locationLink(context, location);
  });
}

/** Names without `kms:`, for lists. */
export function actionNamesWithoutPrefix(actions: ActionSet): string[] {
  return actionsIn(actions).map(({ name }) => name.slice('kms:'.length));
}
