import { accountOfArn, arnResource } from '../../aws/arn';
import { compareIdentifiers, containsSymbol } from '../../aws/identifier-comparison';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import { addressFragment } from '../../discovery/policy-address';
import { declareAttachment, declareKeyPolicy, type AttachmentTarget } from '../../manifest/manifest-edit';
import type { Identity, Key, Link } from '../../linking/entities';
import { identityArnsFromPath } from '../../linking/names';
import { joinNames } from '../../text/join-names';
import type { Location } from '../../text/span';
import { baseName, plainUri, relativePath } from '../../text/uri-path';
import type { World } from '../../workspace/world';
import type { Finding } from './finding';
import { fixFiles, type Fix } from './fix';

const MAX_CHOICES = 6;

/** Fixes that declare the uncertain ones of these links in `kms-handshake.json`. */
export function confirmLinkFixes(world: World, links: readonly Link[]): readonly Fix[] {
  const uncertain = new Set(links.filter((link) => !link.certain));
  if (uncertain.size === 0) return [];
  return [
    ...world.keys.filter((key) => key.link !== undefined && uncertain.has(key.link)).flatMap((key) => confirmKey(world, key)),
    ...world.identities.filter((identity) => uncertain.has(identity.link)).flatMap((identity) => confirmAttachment(world, identity)),
  ];
}

/** Fixes that declare a key policy of which nobody knows the key to be the one of this key, those in its account for certain first. */
export function linkKeyPolicyFixes(world: World, key: Key & { readonly arn: string }): readonly Fix[] {
  const isCertain = (other: Key): boolean => other.link?.certain === true && compareIdentifiers(other.account, key.account) === 'same';
  const candidates = world.keys.filter(({ policy, arn, keyId, account, region }) =>
    policy && arn === undefined && keyId === undefined && compareIdentifiers(account, key.account) !== 'different'
    && compareIdentifiers(region, key.region) !== 'different');
  return candidates.sort((a, b) => Number(isCertain(b)) - Number(isCertain(a))).slice(0, MAX_CHOICES).flatMap(({ policy }) => {
    const change = policy && declareKeyPolicy(world, policy, key.arn);
    return change ? [fixFiles(`Link ${policyName(world, policy)} to this key`, [change])] : [];
  });
}

/** The path below the workspace folder: files of several accounts often have one name. */
function policyName({ folders }: World, { uri, address }: DiscoveredPolicy): string {
  const file = plainUri(uri);
  const paths = folders.flatMap((folder) => relativePath(plainUri(folder.uri), file) ?? []);
  return (paths[0] ?? baseName(file)) + addressFragment(address);
}

/** A fix that declares the policy to be the one of this key. */
export function confirmKeyPolicy(world: World, policy: DiscoveredPolicy, arn: string): readonly Fix[] {
  const change = declareKeyPolicy(world, policy, arn);
  return change ? [fixFiles(`Confirm link: key policy of ${arn}`, [change], { purpose: 'link' })] : [];
}

function confirmKey(world: World, key: Key): readonly Fix[] {
  const { policy } = key;
  // What only a deployment gives cannot be declared.
  if (!policy || containsSymbol(key.arn ?? '')) return [];
  if (key.arn !== undefined) return confirmKeyPolicy(world, policy, key.arn);
  // The key is not known: it may be any of its account that has no policy.
  return world.keys
    .flatMap(({ arn, policy: otherPolicy, account }) =>
      arn !== undefined && !otherPolicy && compareIdentifiers(account, key.account) !== 'different' ? [arn] : [])
    .slice(0, MAX_CHOICES)
    .flatMap((arn) => confirmKeyPolicy(world, policy, arn));
}

function confirmAttachment(world: World, identity: Identity): readonly Fix[] {
  const accounts = identity.account === undefined ? [...world.accounts.keys()] : [identity.account];
  if (containsSymbol(identity.arn ?? '')) return [];
  const choices: readonly AttachmentTarget[] = identity.arn !== undefined ? [{ arn: identity.arn }]
    : [...identityArnsFromPath(identity).map((arn) => ({ arn })), ...identitiesWithoutPolicies(world, identity),
      ...accounts.map((account) => ({ account }))].slice(0, MAX_CHOICES);
  return identity.policies.flatMap((policy) => choices.flatMap((attachee) => {
    const change = declareAttachment(world, policy, attachee);
    return change ? [fixFiles(`Attach policy to ${attacheeName(attachee)}`, [change], { purpose: 'link' })] : [];
  }));
}

/** Users and roles that key policies name and that have no policies. */
function identitiesWithoutPolicies(world: World, identity: Identity): readonly AttachmentTarget[] {
  return world.identities.flatMap(({ arn, policies, account }) => (
    arn !== undefined && policies.length === 0 && compareIdentifiers(account, identity.account) !== 'different' ? [{ arn }] : []));
}

function attacheeName(attachee: AttachmentTarget): string {
  if ('account' in attachee) return `account ${attachee.account}`;
  return `${arnResource(attachee.arn)} of account ${accountOfArn(attachee.arn)}`;
}

/** The account is assumed, and the finding is about two resources in it, whichever it is. */
function isWithinEnvironment(link: Link, links: readonly Link[]): boolean {
  return link.assumedEnvironment !== undefined
    && links.some((other) => other !== link && other.assumedEnvironment === link.assumedEnvironment);
}

/**
 * An error or warning that depends on values that a deployment may replace is a warning at most and says so.
 *
 * @param assumptionsAt what values at a place rest on, in words
 */
export function capSeverityByAssumptions(finding: Finding, assumptionsAt: (at: Location) => readonly string[]): Finding {
  if (finding.severity === 'info' || finding.severity === 'hint') return finding;
  const assumptions = assumptionsAt(finding.at);
  if (assumptions.length === 0) return finding;
  return {
    ...finding, severity: 'warning', message: `${finding.message} This depends on ${joinNames(assumptions)}.`,
  };
}

/** A finding that depends on uncertain links is a warning at most, says so, and has fixes that confirm the links. */
export function capSeverityByLinks(finding: Finding, links: readonly Link[]): Finding {
  const uncertain = links.filter((link) => !link.certain && !isWithinEnvironment(link, links));
  if (uncertain.length === 0) return finding;
  const linkDescription = [...new Set(uncertain.map((link) => link.description))].join('; ');
  return {
    ...finding,
    severity: finding.severity === 'error' ? 'warning' : finding.severity,
    message: `${finding.message} This depends on a link that is not declared: ${linkDescription}.`,
    uncertainLinks: uncertain,
    fixes: (world) => [...finding.fixes(world), ...confirmLinkFixes(world, uncertain)],
  };
}
