import { accountOfArn, arnResource } from '../aws/arn';
import { parseKeyArn } from '../aws/key-arn';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Identity, Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { accountsOfPrincipal } from '../access/account-limit';
import { allowedPrincipalsOf } from '../access/graph/key-index';
import { mayCoverKey } from '../access/resource-matching';
import { isRefusal, type Target } from './counterpart';
import { permissionsInIdentityPolicy, namesKeyInResource, permissionsInKeyPolicy } from './statement-permissions';
import { generateKeyPolicy } from './key-policy';
import { policiesOfGrantee } from './grantee-policies';
import { keyArnWithPlaceholders } from './key-reference';
import { mergePermissions, missingPermissions } from './required-permission';
import { resolveGrantee } from './grantee';

/** A target to pick from a list. */
export interface TargetChoice {
  readonly target: Target;
  /** `role/App`, `444455556666`. */
  readonly label: string;
  /** The name of its account in the workspace; empty when nothing names it. */
  readonly accountName: string;
  /** The half that would be generated for it is missing, or falls short. */
  readonly lacksHalf: boolean;
}

/** What is left to ask before a consumer policy can be generated from a key policy. */
export interface IdentityPolicyChoices {
  /** The keys that the policy may belong to; only one when its link is certain. */
  readonly keys: readonly Key[];
  /** Those that the key policy names and that lack their half, then all others that are known outside the owner's account. */
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
  const own = world.keyByPolicy.get(policy);
  if (!own) return { keys: [], targets: [] };
  const named = externalTargetsInKeyPolicy(own);
  const known = [...world.identities.flatMap(targetsOfIdentity), ...[...world.accounts.keys()].map((account) => ({ account }))];
  const targets = uniqueTargets([...named, ...known])
    .filter((target) => accountOfTarget(target) !== own.account)
    .map((target) => toTargetChoice(world, target, isIdentityPolicyMissing(world, own, target)));
  return { keys: possibleKeysOfPolicy(world, policy, own), targets: targets.sort((a, b) => Number(b.lacksHalf) - Number(a.lacksHalf)) };
}

export function keyPolicyChoices(world: World, policy: DiscoveredPolicy): KeyPolicyChoices {
  const attached = world.identitiesByPolicy.get(policy) ?? [];
  const certain = attached.filter((identity) => identity.link.certain);
  const byPath = certain.flatMap(targetsFromPath);
  const guessed = attached.flatMap((identity) => [...targetsFromPath(identity), ...targetsOfIdentity(identity)]);
  const others = [...world.identities.flatMap(targetsOfIdentity), ...[...world.accounts.keys()].map((account) => ({ account }))];
  const targets = certain.length > 0 ? [...byPath, ...certain.flatMap(targetsOfIdentity)] : [...guessed, ...others];
  const keyArns = possibleKeyArnsOfPolicy(world, policy);
  const choices = uniqueTargets(targets).map((target) =>
    toTargetChoice(world, target, keyArns.some((keyArn) => isKeyPolicyStatementMissing(world, policy, keyArn, target)))
  );
  return { keyArns, targets: choices.sort((a, b) => Number(b.lacksHalf) - Number(a.lacksHalf)),
    targetIsCertain: certain.length === 1 && byPath.length === 0 };
}

/**
 * Whom an identity policy could be attached to besides those that it is attached to for certain: whoever it is taken to be of, users
 * and roles that wait for a policy, all others, and accounts at the end.
 */
export function attachChoices(world: World, policy: DiscoveredPolicy): readonly TargetChoice[] {
  const attached = world.identitiesByPolicy.get(policy) ?? [];
  const certain = new Set(attached.filter((identity) => identity.link.certain).flatMap(targetsOfIdentity).map(targetId));
  const waiting = world.identities.filter(({ arn, policies }) => arn !== undefined && policies.length === 0);
  const named = world.identities.filter(({ arn }) => arn !== undefined);
  const targets = [...attached.flatMap(targetsFromPath), ...[...attached, ...waiting, ...named].flatMap(targetsOfIdentity),
    ...[...world.accounts.keys()].map((account) => ({ account }))];
  return uniqueTargets(targets).filter((target) => !certain.has(targetId(target))).map((target) => toTargetChoice(world, target, false));
}

function targetId(target: Target): string {
  return 'account' in target ? target.account : target.arn;
}

function isKeyPolicyStatementMissing(world: World, policy: DiscoveredPolicy, keyArn: string, target: Target): boolean {
  if (parseKeyArn(keyArn)?.account === accountOfTarget(target)) return false;
  const result = generateKeyPolicy({ world, policy, keyArn, target });
  return !isRefusal(result) && !result.nothingToDo;
}

/** The users, roles and accounts outside the owner's that an Allow statement of the key's policy names. */
export function externalTargetsInKeyPolicy(key: Key): Target[] {
  return uniqueTargets(
    allowedPrincipalsOf(key).flatMap(({ principal, statement }) =>
      accountsOfPrincipal(principal, statement).flatMap(({ account, text: policyString }): Target[] => {
        const { form } = principal;
        if (account === key.account || policyString.placeholders.length > 0) return [];
        if (form === 'account' || form === 'anyone') return [{ account }];
        return form === 'user' || form === 'role' || form === 'session' ? [{ arn: policyString.value }] : [];
      })
    ),
  );
}

/** Whether the target could be given a policy that adds something. */
function isIdentityPolicyMissing(world: World, key: Key, target: Target): boolean {
  const party = resolveGrantee(world, target);
  if (isRefusal(party)) return false;
  const requiredPermissions = mergePermissions(
    permissionsInKeyPolicy(key, party, world.organizations).map((statementPermissions) => statementPermissions.permission),
  );
  const named = { ...key, arn: keyArnWithPlaceholders(key, party.partition) };
  const { relevantPolicies } = policiesOfGrantee(world, party, named);
  const allowed = relevantPolicies.flatMap((policy) => permissionsInIdentityPolicy(policy, named, party, world.organizations)).map((
    share,
  ) => share.permission);
  return missingPermissions(requiredPermissions, allowed).length > 0;
}

/** Known keys that the policy may belong to: the one it is tied to, or those of its account that have no policy. */
function possibleKeysOfPolicy(world: World, policy: DiscoveredPolicy, own: Key): Key[] {
  if (own.arn !== undefined || own.link?.certain) return [own];
  const free = world.keys.filter((key) => key.policy === undefined && key.arn !== undefined && !key.awsManaged
    && (own.account === undefined || key.account === own.account) && (own.region === undefined || key.region === own.region));
  return [...free.map((key) => ({ ...key, policy, link: own.link })), own];
}

function possibleKeyArnsOfPolicy(world: World, policy: DiscoveredPolicy): string[] {
  const allows = policy.policy.statements.filter((statement) => statement.effect === 'Allow');
  const patterns = allows.flatMap((statement) => (statement.resource && !statement.resource.negated ? statement.resource.patterns : []));
  const written = patterns.map((pattern) => pattern.text.value).filter((text) => parseKeyArn(text) !== undefined);
  const covered = world.keys.filter((key) => allows.some((statement) => namesKeyInResource(statement, key)));
  const any = world.keys.filter((key) => patterns.some((pattern) => pattern.form === 'any' && mayCoverKey(pattern, key)));
  return [...new Set([...written, ...[...covered, ...any].flatMap((key) => key.arn ?? [])])];
}

function targetsOfIdentity(identity: Identity): Target[] {
  if (identity.arn !== undefined) return [{ arn: identity.arn }];
  return identity.account === undefined ? [] : [{ account: identity.account }];
}

/** Who the path says that it is, where nothing else in the workspace has the name. */
function targetsFromPath({ account, partition, pathNames }: Identity): Target[] {
  return account === undefined ? [] : (pathNames ?? []).map((name) => ({ arn: `arn:${partition ?? 'aws'}:iam::${account}:${name}` }));
}

function toTargetChoice(world: World, target: Target, lacks: boolean): TargetChoice {
  const account = accountOfTarget(target);
  const label = 'account' in target ? target.account : arnResource(target.arn);
  return { target, label, accountName: world.accounts.get(account) ?? '', lacksHalf: lacks };
}

function accountOfTarget(target: Target): string {
  return 'account' in target ? target.account : accountOfArn(target.arn);
}

function uniqueTargets(targets: readonly Target[]): Target[] {
  return [...new Map(targets.map((target) => [targetId(target), target])).values()];
}
