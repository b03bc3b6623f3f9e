import { accountOfArn, arnResource } from '../../aws/arn';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import { declareAttachment, declareKeyPolicy, type Attachee } from '../../manifest/manifest-edit';
import type { Identity, Key, Link } from '../../linking/entities';
import type { World } from '../../workspace/world';
import type { Fix, Finding } from './finding';
import { fixFiles } from './fix';

/** More choices than this are no help. */
const MAX_CHOICES = 6;

/** Fixes that write a link which nobody declared into `kms-handshake.json`, for the links that a finding rests on. */
export function confirmLinkFixes(world: World, links: readonly Link[]): readonly Fix[] {
  const weak = new Set(links.filter((link) => !link.certain));
  if (weak.size === 0) return [];
  return [
    ...world.keys.filter((key) => key.link !== undefined && weak.has(key.link)).flatMap((key) => confirmKey(world, key)),
    ...world.identities.filter((identity) => weak.has(identity.link)).flatMap((identity) => confirmAttachment(world, identity)),
  ];
}

/** Says for good that the policy is the one of this key. */
export function confirmKeyPolicy(world: World, policy: DiscoveredPolicy, arn: string): readonly Fix[] {
  const change = declareKeyPolicy(world, policy, arn);
  return change ? [fixFiles(`Confirm link: key policy of ${arn}`, [change])] : [];
}

function confirmKey(world: World, key: Key): readonly Fix[] {
  if (!key.policy) return [];
  if (key.arn !== undefined) return confirmKeyPolicy(world, key.policy, key.arn);
  const { policy } = key;
  // The key is not known; those of its account that have no policy yet may be it.
  return world.keys
    .filter((other) => other.arn !== undefined && other.policy === undefined && (key.account === undefined || other.account === key.account))
    .slice(0, MAX_CHOICES)
    .flatMap((other) => confirmKeyPolicy(world, policy, other.arn ?? ''));
}

function confirmAttachment(world: World, identity: Identity): readonly Fix[] {
  const choices: readonly Attachee[] = identity.arn !== undefined ? [{ arn: identity.arn }]
    : [...identitiesWithoutPolicies(world, identity), ...candidateAccounts(world, identity)].slice(0, MAX_CHOICES);
  return identity.policies.flatMap((policy) => choices.flatMap((to) => {
    const change = declareAttachment(world, policy, to);
    return change ? [fixFiles(`Attach policy to ${attacheeName(to)}`, [change])] : [];
  }));
}

/** Users and roles that key policies name, and that have no policy yet. */
function identitiesWithoutPolicies(world: World, identity: Identity): readonly Attachee[] {
  return world.identities.flatMap(({ arn, policies, account }) => (
    arn !== undefined && policies.length === 0 && (identity.account === undefined || account === identity.account) ? [{ arn }] : []));
}

function candidateAccounts(world: World, identity: Identity): readonly Attachee[] {
  const accounts = identity.account === undefined ? [...world.accounts.keys()] : [identity.account];
  return accounts.map((account) => ({ account }));
}

function attacheeName(to: Attachee): string {
  if ('account' in to) return `account ${to.account}`;
  return `${arnResource(to.arn)} of account ${accountOfArn(to.arn)}`;
}

/**
 * What rests on a link that nobody declared, no output said and no path told is a warning at most, says so, and offers to
 * confirm the link.
 */
export function capSeverityByLinks(finding: Finding, links: readonly Link[]): Finding {
  const weak = links.filter((link) => !link.certain);
  if (weak.length === 0) return finding;
  const says = [...new Set(weak.map((link) => link.says))].join('; ');
  return {
    ...finding,
    severity: finding.severity === 'error' ? 'warning' : finding.severity,
    message: `${finding.message} This depends on a link that is not declared: ${says}.`,
    fixes: (world) => [...finding.fixes(world), ...confirmLinkFixes(world, weak)],
  };
}
