import { callerOf } from '../access/caller';
import { judgeCondition } from '../access/conditions';
import { decidePair } from '../access/pair';
import { reachesKey } from '../access/match-resource';
import { contradictionText } from '../access/say';
import { CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, setWhere, type ActionSet } from '../aws/actions';
import type { LocatedPolicy } from '../locate/located';
import type { Statement } from '../model/policy';
import type { Identity, Key, World } from '../workspace/world';
import { listed, wordActions } from './action-wording';
import { carriedConditions, isCarried, plainCondition, sayCondition, type CarriedCondition } from './carried-conditions';
import type { Need } from './need';
import type { Party } from './party';
import { ANY_RESOURCE, OPEN_IDENTITY_POLICY, OPEN_KEY_POLICY, openIdentityPolicy, openKeyPolicy } from './open-half';
import { hasPlaceholder } from './placeholder';

/** What one Allow statement gives, or asks for. */
export interface Share {
  readonly statement: Statement;
  readonly need: Need;
}

/** The actions that work across accounts and that a key policy can give. */
export const SHAREABLE_ACTIONS: ActionSet = CROSS_ACCOUNT_ACTIONS & KEY_ACTIONS;

/** `kms:RetireGrant`: no key policy gives it, only a grant, and the identity's own policy has to allow it besides. */
export const GIVEN_BY_GRANT: ActionSet = setWhere((action) => action.crossAccount && action.policyType === 'iam-policy' && action.resourceTypes.includes('key'));

/** Stands in for an account that is not known, so that the engine can judge the rest. */
const SOME_ACCOUNT = '000000000000';
const SOME_OTHER_ACCOUNT = '000000000001';

/**
 * What the key policy gives to the party, statement by statement: what the engine would let it do if its own account
 * allowed everything. For an account only what any of its identities gets counts.
 */
export function givenByKeyPolicy(key: Key, party: Party, organizations: World['organizations']): Share[] {
  const { policy } = key;
  if (!policy) return [];
  const wanted = { ...stand(party, key), policies: [OPEN_IDENTITY_POLICY] };
  const denies = policy.policy.statements.filter((statement) => statement.effect === 'Deny' && hits(statement, party));
  return policy.policy.statements.flatMap((statement) => {
    if (statement.effect !== 'Allow' || !hits(statement, party)) return [];
    const reduced = { ...whole(key, party), policy: withStatements(policy, [...denies, statement]) };
    return share(statement, possible(wanted, reduced, organizations) & SHAREABLE_ACTIONS);
  });
}

/** What the identity policy allows on the key, statement by statement, if the key policy let everybody in. */
export function allowedByIdentityPolicy(policy: LocatedPolicy, key: Key, party: Party, organizations: World['organizations']): Share[] {
  if (policy.policy.kind !== 'identity') return [];
  const opened = { ...whole(key, party), policy: OPEN_KEY_POLICY };
  const denies = policy.policy.statements.filter((statement) => statement.effect === 'Deny');
  return policy.policy.statements.flatMap((statement) => {
    if (statement.effect !== 'Allow') return [];
    const alone = namesExactly(statement, key.arn) ? { ...statement, resource: ANY_RESOURCE } : statement;
    const identity = { ...stand(party, key), policies: [withStatements(policy, [...denies, alone])] };
    const byGrant = dealsWithKey(statement, key) ? (statement.action?.set ?? NO_ACTIONS) & GIVEN_BY_GRANT : NO_ACTIONS;
    return share(statement, possible(identity, opened, organizations) & SHAREABLE_ACTIONS | byGrant);
  });
}

/**
 * What no Allow under these conditions would give the party in an identity policy: Deny statements of its own policies forbid it, or the key policy gives it
 * under other conditions only.
 */
export function deniedByIdentityPolicies(policies: readonly LocatedPolicy[], key: Key, party: Party, conditions: readonly CarriedCondition[], organizations: World['organizations']): ActionSet {
  const denying = policies.filter(({ policy }) => policy.kind === 'identity')
    .map((policy) => withStatements(policy, policy.policy.statements.filter((statement) => statement.effect === 'Deny')));
  const identity = { ...stand(party, key), policies: [...denying, openIdentityPolicy(conditions)] };
  const policy = key.policy ? withStatements(key.policy, key.policy.policy.statements.filter((statement) => hits(statement, party))) : OPEN_KEY_POLICY;
  return SHAREABLE_ACTIONS & ~possible(identity, { ...whole(key, party), policy }, organizations);
}

/**
 * The same for a statement of the key policy.
 *
 * @param policies the identity policies that are to use it
 */
export function deniedByKeyPolicy(policies: readonly LocatedPolicy[], key: Key, party: Party, conditions: readonly CarriedCondition[], organizations: World['organizations']): ActionSet {
  if (!key.policy) return NO_ACTIONS;
  const denies = key.policy.policy.statements.filter((statement) => statement.effect === 'Deny' && hits(statement, party));
  const policy = withStatements(key.policy, [...denies, ...openKeyPolicy(conditions).policy.statements]);
  return SHAREABLE_ACTIONS & ~possible({ ...stand(party, key), policies }, { ...whole(key, party), policy }, organizations);
}

/**
 * Sentences on Deny statements of the key policy that take something of this away again under conditions that nobody can tell.
 *
 * @param policy the key policy, with whatever lets the party in
 */
export function sayDenials(key: Key, policy: LocatedPolicy, party: Party, actions: ActionSet, organizations: World['organizations']): string[] {
  const identity = { ...stand(party, key), policies: [OPEN_IDENTITY_POLICY] };
  const denied = new Map<Statement, ActionSet>();
  for (const group of decidePair(identity, { ...whole(key, party), policy }, organizations)) {
    const asked = group.actions & actions;
    if (asked === NO_ACTIONS) continue;
    for (const { because: { half, statement }, negated } of group.verdict.conditions) {
      if (negated && half === 'key-policy') denied.set(statement, (denied.get(statement) ?? NO_ACTIONS) | asked);
    }
  }
  return [...denied].map(([statement, set]) => (
    `A Deny statement of the key policy still forbids ${listed(wordActions(set, []))} where ${statement.conditions.map((condition) => sayCondition(plainCondition(condition))).join(' and ')}.`));
}

/**
 * Sentences on what both halves allow, each under conditions that exclude those of the other, so that nothing is to be added and all the same every request
 * is denied (docs/aws-rules.md 4.4).
 */
export function sayContradictions(policies: readonly LocatedPolicy[], key: Key, party: Party, actions: ActionSet, organizations: World['organizations']): string[] {
  if (!key.policy) return [];
  const policy = withStatements(key.policy, key.policy.policy.statements.filter((statement) => hits(statement, party)));
  return decidePair({ ...stand(party, key), policies }, { ...whole(key, party), policy }, organizations)
    .filter((group) => group.verdict.reason === 'conditions-contradict' && (group.actions & actions) !== NO_ACTIONS)
    .map((group) => `${listed(wordActions(group.actions & actions, []))}: ${contradictionText(group.verdict.failing)}. Change one of these conditions.`);
}

/** Whether the statement's resources are this one key and nothing else. */
export function namesExactly(statement: Statement, keyArn: string | undefined): boolean {
  const { resource } = statement;
  return keyArn !== undefined && resource !== undefined && !resource.negated && resource.patterns.length > 0
    && resource.patterns.every((pattern) => pattern.text.value === keyArn);
}

/** Whether the statement names the key by an ARN or ARN pattern: `*` is about no key in particular. */
export function dealsWithKey(statement: Statement, key: Key): boolean {
  return statement.effect === 'Allow' && statement.resource !== undefined && !statement.resource.negated
    && statement.resource.patterns.some((pattern) => pattern.text.value === key.arn || pattern.form === 'key' && reachesKey(pattern, key));
}

/** What the statement says by name, as far as it is known: `*` and `NotAction` name nothing. */
export function namedActions(statement: Statement): ActionSet {
  if (!statement.action || statement.action.negated) return NO_ACTIONS;
  return statement.action.patterns.filter((pattern) => pattern.service === 'kms').reduce((set, pattern) => set | pattern.set, NO_ACTIONS);
}

/** The conditions of a key policy statement that stay its own and of which nobody can tell whether the party meets them. */
export function openConditions(statement: Statement, key: Key, party: Party, organizations: World['organizations']): CarriedCondition[] {
  const circumstances = { caller: callerOf(stand(party, key)), key: whole(key, party), organizations };
  const variables = key.policy?.policy.variables ?? false;
  return statement.conditions
    .filter((condition) => !isCarried(condition) && judgeCondition(condition, variables, circumstances).forThose === 'open')
    .map(plainCondition);
}

function share(statement: Statement, actions: ActionSet): Share[] {
  if (actions === NO_ACTIONS) return [];
  const written = statement.action && !statement.action.negated ? statement.action.patterns.map((pattern) => pattern.text.value) : [];
  return [{ statement, need: { actions, conditions: carriedConditions(statement.conditions), written } }];
}

/** What is allowed, or may be under conditions. */
function possible(identity: Identity, key: Key, organizations: World['organizations']): ActionSet {
  return decidePair(identity, key, organizations)
    .filter(({ verdict }) => verdict.outcome === 'allowed' || verdict.outcome === 'conditional')
    .reduce((set, group) => set | group.actions, NO_ACTIONS);
}

/**
 * Whether a statement of a key policy is about the party at all. What names single users and roles neither lets a whole
 * account in nor keeps it out; who it names beyond that is for the engine to judge.
 */
function hits(statement: Statement, party: Party): boolean {
  if (party.kind === 'user' || party.kind === 'role') return true;
  const { principal } = statement;
  if (!principal) return false;
  if (principal.negated) return true;
  return principal.principals.some(({ form, account }) => form === 'anyone' || form === 'account' && account === party.account);
}

/** The party as the engine takes it: in some account, of the key's partition where it has none of its own. */
function stand(party: Party, key: Key): Identity {
  const account = hasPlaceholder(party.account) ? SOME_ACCOUNT : party.account;
  return { ...party.identity, account, partition: party.partition ?? key.partition, policies: [] };
}

/** The key as the engine takes it: in some other account than the party's where its own is not known, and without grants. */
function whole(key: Key, party: Party): Key {
  const account = key.account ?? (party.account === SOME_OTHER_ACCOUNT ? SOME_ACCOUNT : SOME_OTHER_ACCOUNT);
  return { ...key, account, partition: key.partition ?? party.partition ?? 'aws', grants: [] };
}

function withStatements(policy: LocatedPolicy, statements: readonly Statement[]): LocatedPolicy {
  return { ...policy, policy: { ...policy.policy, statements } };
}
