import { accountsOfPrincipal } from '../access/account-limit';
import { allowedPrincipalsOf } from '../access/graph/key-index';
import { mayCoverKey } from '../access/resource-matching';
import { accountOfArn, arnResource } from '../aws/arn';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { parseKeyArn } from '../aws/key-arn';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Identity, Key } from '../linking/entities';
import { identityArnsFromPath } from '../linking/names';
import type { World } from '../workspace/world';
import { isRefusal, type Target } from './counterpart';
import { resolveGrantee } from './grantee';
import { policiesOfGrantee } from './grantee-policies';
import { generateKeyPolicy } from './key-policy';
import { keyArnWithPlaceholders } from './key-reference';
import { mergePermissions, missingPermissions } from './required-permission';
import { namesKeyInResource, permissionsInIdentityPolicy, permissionsInKeyPolicy } from './statement-permissions';

/** A target to pick from a list. */
export interface TargetChoice {
  readonly target: Target;
  /** `role/App`, `444455556666`. */
  readonly label: string;
  /** The name of its account in the workspace; empty when nothing names it. */
  readonly accountName: string;
  /** The policy that would be generated for it is missing, or does not allow enough. */
  readonly lacksHalf: boolean;
  /** The half that is there allows it something. */
  readonly isAllowed: boolean;
}

type TargetNeed = Pick<TargetChoice, 'lacksHalf' | 'isAllowed'>;

/** What is left to ask before a consumer policy can be generated from a key policy. */
export interface IdentityPolicyChoices {
  /** The keys that the policy may belong to; only one when its link is certain. */
  readonly keys: readonly Key[];
  /** Those that the key policy names and that lack their policy, then all others that are known outside the owner's account. */
  readonly targets: readonly TargetChoice[];
}

/** What is left to ask before a key policy can be generated from an identity policy. */
export interface KeyPolicyChoices {
  /** ARNs of single keys: those that the policy names, then known keys that its patterns cover. */
  readonly keyArns: readonly string[];
  /** Whom the policy is attached to; if that is nobody known, everybody who it may be, the owner's account last. */
  readonly targets: readonly TargetChoice[];
  /** Nothing to ask about the target: the policy is attached to just one, and that is known for certain. */
  readonly targetIsCertain: boolean;
}

export function identityPolicyChoices(world: World, policy: DiscoveredPolicy): IdentityPolicyChoices {
  const key = world.keyByPolicy.get(policy);
  if (!key) return { keys: [], targets: [] };
  const targets = [...externalTargetsInKeyPolicy(key), ...targetsInWorld(world)]
    .filter((target) => accountOfTarget(target) !== key.account);
  return { keys: possibleKeysOfPolicy(world, policy, key),
    targets: targetChoices(world, targets, (target) => identityPolicyNeed(world, key, target)) };
}

export function keyPolicyChoices(world: World, policy: DiscoveredPolicy): KeyPolicyChoices {
  const attached = world.identitiesByPolicy.get(policy) ?? [];
  const certain = attached.filter((identity) => identity.link.certain);
  const byPath = certain.flatMap(targetsFromPath);
  const targets = certain.length > 0
    ? [...byPath, ...certain.flatMap(targetsOfIdentity)]
    : [...attached.flatMap((identity) => [...targetsFromPath(identity), ...targetsOfIdentity(identity)]), ...targetsInWorld(world)];
  const keyArns = possibleKeyArnsOfPolicy(world, policy);
  return {
    keyArns, targetIsCertain: certain.length === 1 && byPath.length === 0,
    targets: targetChoices(world, targets, (target) => ({ isAllowed: true,
      lacksHalf: keyArns.some((keyArn) => isKeyPolicyStatementMissing(world, policy, keyArn, target)) })),
  };
}

/**
 * Whom an identity policy could be attached to besides those that it is attached to for certain: whoever it is taken to be of, users
 * and roles that wait for a policy, all others, and accounts at the end.
 */
export function attachChoices(world: World, policy: DiscoveredPolicy): readonly TargetChoice[] {
  const attached = world.identitiesByPolicy.get(policy) ?? [];
  const certain = new Set(attached.filter((identity) => identity.link.certain).flatMap(targetsOfIdentity).map(targetId));
  const identitiesWithArn = world.identities.filter(({ arn }) => arn !== undefined);
  const withoutPolicies = identitiesWithArn.filter(({ policies }) => policies.length === 0);
  const identities = [...attached, ...withoutPolicies, ...identitiesWithArn];
  const targets = [...attached.flatMap(targetsFromPath), ...identities.flatMap(targetsOfIdentity), ...accountTargets(world)];
  return targetChoices(world, targets.filter((target) => !certain.has(targetId(target))), () => ({ lacksHalf: false, isAllowed: true }));
}

function isKeyPolicyStatementMissing(world: World, policy: DiscoveredPolicy, keyArn: string, target: Target): boolean {
  if (parseKeyArn(keyArn)?.account === accountOfTarget(target)) return false;
  const result = generateKeyPolicy({ world, policy, keyArn, target });
  return !isRefusal(result) && !result.nothingToDo;
}

/** The users, roles and accounts outside the owner's that an Allow statement of the key's policy names. */
export function externalTargetsInKeyPolicy(key: Key): Target[] {
  const targets = allowedPrincipalsOf(key).flatMap(({ principal, statement }) =>
    accountsOfPrincipal(principal, statement).flatMap(({ account, text }): Target[] => {
      const { form } = principal;
      if (account === key.account || text.placeholders.length > 0) return [];
      if (form === 'account' || form === 'anyone') return [{ account }];
      return form === 'user' || form === 'role' || form === 'session' ? [{ arn: text.value }] : [];
    }));
  return uniqueTargets(targets);
}

/** Whether the key policy allows anybody outside of the account that owns the key. */
export function allowsOtherAccounts(key: Key): boolean {
  return allowedPrincipalsOf(key).some(({ principal, statement }) => {
    const accounts = accountsOfPrincipal(principal, statement);
    return accounts.length === 0 || accounts.some(({ account }) => compareIdentifiers(account, key.account) !== 'same');
  });
}

/** Whether the target could be given a policy that adds something, and whether the key policy allows it anything. */
function identityPolicyNeed(world: World, key: Key, target: Target): TargetNeed {
  const grantee = resolveGrantee(world, target);
  if (isRefusal(grantee)) return { lacksHalf: false, isAllowed: true };
  const permissions = mergePermissions(permissionsInKeyPolicy({ world, key, grantee }));
  const subject = { world, grantee, key: { ...key, arn: keyArnWithPlaceholders(key, grantee.partition) } };
  const allowed = policiesOfGrantee(subject).relevantPolicies.flatMap((policy) => permissionsInIdentityPolicy(policy, subject));
  return { lacksHalf: missingPermissions(permissions, allowed).length > 0, isAllowed: permissions.length > 0 };
}

/** Known keys that the policy may belong to: the one it is tied to, or those of its account that have no policy. */
function possibleKeysOfPolicy(world: World, policy: DiscoveredPolicy, key: Key): Key[] {
  const { arn, account, region, link } = key;
  if (arn !== undefined || link?.certain) return [key];
  const candidates = world.keys.filter((candidate) => candidate.policy === undefined && candidate.arn !== undefined && !candidate.awsManaged
    && (account === undefined || candidate.account === account) && (region === undefined || candidate.region === region));
  return [...candidates.map((candidate) => ({ ...candidate, policy, link })), key];
}

function possibleKeyArnsOfPolicy(world: World, policy: DiscoveredPolicy): string[] {
  const allows = policy.policy.statements.filter((statement) => statement.effect === 'Allow');
  const patterns = allows.flatMap((statement) => (statement.resource && !statement.resource.negated ? statement.resource.patterns : []));
  const keyArns = patterns.map((pattern) => pattern.text.value).filter((text) => parseKeyArn(text) !== undefined);
  const namedKeys = world.keys.filter((key) => allows.some((statement) => namesKeyInResource(statement, key)));
  const covered = world.keys.filter((key) => patterns.some((pattern) => pattern.form === 'any' && mayCoverKey(pattern, key)));
  return [...new Set([...keyArns, ...[...namedKeys, ...covered].flatMap((key) => key.arn ?? [])])];
}

function targetsInWorld(world: World): Target[] {
  return [...world.identities.flatMap(targetsOfIdentity), ...accountTargets(world)];
}

function accountTargets({ accounts }: World): Target[] {
  return Array.from(accounts.keys(), (account) => ({ account }));
}

function targetsOfIdentity({ arn, account }: Identity): Target[] {
  if (arn !== undefined) return [{ arn }];
  return account === undefined ? [] : [{ account }];
}

function targetsFromPath(identity: Identity): Target[] {
  return identityArnsFromPath(identity).map((arn) => ({ arn }));
}

/** Each target once, those that lack a policy first. */
function targetChoices(world: World, targets: readonly Target[], needOf: (target: Target) => TargetNeed): TargetChoice[] {
  return uniqueTargets(targets).map((target) => ({
    target, label: 'account' in target ? target.account : arnResource(target.arn),
    accountName: world.accounts.get(accountOfTarget(target)) ?? '', ...needOf(target),
  })).sort((a, b) => Number(b.lacksHalf) - Number(a.lacksHalf));
}

function accountOfTarget(target: Target): string {
  return 'account' in target ? target.account : accountOfArn(target.arn);
}

function targetId(target: Target): string {
  return 'account' in target ? target.account : target.arn;
}

function uniqueTargets(targets: readonly Target[]): Target[] {
  return [...new Map(targets.map((target) => [targetId(target), target])).values()];
}
