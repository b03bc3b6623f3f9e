import { encodeText, encodeWildcards } from '../../access/encode';
import { matchPattern } from '../../access/glob';
import { arnOfKey } from '../../access/match-resource';
import { KEY_ACTIONS, NO_ACTIONS } from '../../aws/actions';
import { parseArn } from '../../aws/arn';
import { placeOf, type LocatedPolicy } from '../../locate/located';
import type { Condition, Statement } from '../../model/policy';
import type { Text } from '../../model/text';
import type { Location, Span } from '../../text/span';
import type { Manifest } from '../../workspace/manifest';
import { rolesNamed } from '../../workspace/names';
import type { Workspace } from '../../workspace/workspace';
import type { Identity, Key, World } from '../../workspace/world';
import { manifestSpotAt, manifestSpots, type ManifestSpot } from '../manifest-spots';
import { filesMeant } from './meant-files';
import { mentionAt, mentionOfSpot } from '../mentions';
import { keyResource, roleOfSession, type Name } from '../names';
import { spotAt, type Spot } from '../spot';

/** Where a name leads: to all of `at`, of which `mark` is what to put the cursor on. */
export interface Destination {
  readonly at: Location;
  readonly mark: Span;
}

export interface Definition {
  /** The name itself, without quotes. */
  readonly origin: Location;
  /** At least one, in the order of the workspace. */
  readonly targets: readonly Destination[];
}

/**
 * Where the name at an offset of the file leads: a key ARN or alias to the key policies of all keys that it means, a principal
 * to the policies of that identity or of its account's identities, a path of `kms-handshake.json` to its files. A key or identity
 * without a policy here leads to its declaration. Undefined for everything else.
 */
export function definitionAt(workspace: Workspace, uri: string, offset: number): Definition | undefined {
  const manifest = workspace.world.manifests.find((one) => one.uri === uri);
  if (manifest) return inManifest(workspace, manifest, offset);
  const spot = spotAt(workspace.readings.get(uri)?.policies ?? [], offset);
  const text = spot && textOf(spot);
  if (!spot || !text) return undefined;
  return definition({ uri, span: spot.policy.layer.toFile(text.node.content) }, targetsAt(workspace.world, spot));
}

function definition(origin: Location, targets: readonly Destination[]): Definition | undefined {
  return targets.length === 0 ? undefined : { origin, targets };
}

function textOf({ named }: Spot): Text | undefined {
  switch (named.what) {
    case 'principal': return named.principal.text;
    case 'resource': return named.pattern.text;
    case 'condition-value': return named.value;
    default: return undefined;
  }
}

function targetsAt(world: World, spot: Spot): readonly Destination[] {
  const { named, policy, statement } = spot;
  const { kind } = policy.policy;
  if (kind !== 'key' && kind !== 'identity') return [];
  if (named.what === 'condition-value' && comparesAliases(named.condition)) return aliasTargets(world, named.value.value, undefined);
  if (named.what === 'resource' && named.pattern.form === 'any') return kind === 'identity' && asksForKeys(statement) ? keyTargets(world, world.keys) : [];
  const name = mentionAt(spot);
  return name ? targetsOfName(world, name) : [];
}

function comparesAliases({ keyLower }: Condition): boolean {
  return keyLower === 'kms:resourcealiases' || keyLower === 'kms:requestalias';
}

function asksForKeys(statement: Statement | undefined): boolean {
  return statement?.action?.patterns.some(({ service, set }) => service === 'kms' && (set & KEY_ACTIONS) !== NO_ACTIONS) === true;
}

/** Where an ARN (or a pattern of ARNs), or an account id leads. */
function targetsOfName(world: World, { arn, account, text }: Name): readonly Destination[] {
  if (!arn) return account === undefined ? [] : accountTargets(world, account);
  if (keyResource(arn, 'alias')) return aliasTargets(world, arn.resource, text);
  const pattern = encodeText(text, { wildcards: true, variables: () => undefined });
  if (arn.service === 'kms') return keyTargets(world, keysMeant(world, pattern, arn.resource));
  if (arn.service === 'iam' && arn.resource === 'root') return account === undefined ? [] : accountTargets(world, account);
  const role = roleOfSession(arn);
  return identityTargets(world, role === undefined
    ? best(world.identities, (one) => (one.arn === undefined ? 'no' : matchPattern(pattern, one.arn)))
    : rolesNamed(world.identities, account, role));
}

/** A key that is named by its id with a wrong account or Region is still the one that was meant. */
function keysMeant(world: World, pattern: string, resource: string): readonly Key[] {
  const fitting = best(world.keys, (key) => matchPattern(pattern, arnOfKey(key)));
  // What only may fit is a policy of which nobody knows the key.
  if (fitting.some(({ policy }) => policy)) return fitting;
  const byId = world.keys.filter(({ keyId, policy }) => policy && keyId !== undefined && resource === `key/${keyId}`);
  return byId.length > 0 ? byId : fitting;
}

/** Those that match for certain, else those that may. */
function best<T>(items: readonly T[], match: (item: T) => ReturnType<typeof matchPattern>): readonly T[] {
  const matched = items.map((item) => [item, match(item)] as const).filter(([, one]) => one !== 'no');
  const certain = matched.filter(([, one]) => one === 'yes');
  return (certain.length > 0 ? certain : matched).map(([item]) => item);
}

/** @param arn the whole ARN of the alias, which says account and Region too */
function aliasTargets(world: World, alias: string, arn: Text | undefined): readonly Destination[] {
  const names = encodeWildcards(alias);
  const whole = arn && encodeText(arn, { wildcards: true, variables: () => undefined });
  const keys = world.keys.filter((key) => key.aliases.some((one) => (
    whole === undefined ? matchPattern(names, one) === 'yes' : matchPattern(whole, arnOfKey(key).replace(/:key\/[^:]*$/, `:${one}`)) !== 'no')));
  const declared = keys.flatMap((key) => (key.policy ? policyTarget(key.policy) : aliasDeclared(world, key, names)));
  return unique(declared);
}

function aliasDeclared(world: World, key: Key, names: string): readonly Destination[] {
  const places = declarations(world, ({ what, node, of }) => what === 'alias' && of === key.arn && matchPattern(names, node.value) === 'yes');
  return places.length > 0 ? places : keyTargets(world, [key]);
}

/** The key policies; of a key without one the place that declares it, or the output that tells of it. */
export function keyTargets(world: World, keys: readonly Key[]): readonly Destination[] {
  const withPolicy = keys.flatMap(({ policy }) => (policy ? [policyTarget(policy)] : []));
  if (withPolicy.length > 0) return unique(withPolicy);
  const arns = new Set(keys.flatMap(({ arn }) => arn ?? []));
  const declared = declarations(world, ({ what, node }) => what === 'key' && arns.has(node.value));
  if (declared.length > 0) return declared;
  return world.facts.filter(({ keyArn }) => keyArn !== undefined && arns.has(keyArn)).map(({ uri, span }) => ({ at: { uri, span }, mark: startOf(span) }));
}

/** All policies of the identities; where they have none the places that declare them. */
export function identityTargets(world: World, identities: readonly Identity[]): readonly Destination[] {
  const policies = identities.flatMap((one) => one.policies.map(policyTarget));
  if (policies.length > 0) return unique(policies);
  const arns = new Set(identities.flatMap(({ arn }) => arn ?? []));
  return declarations(world, ({ what, node }) => what === 'identity' && arns.has(node.value));
}

/** All policies of the account's identities; where it has none the places that declare it. */
function accountTargets(world: World, account: string): readonly Destination[] {
  const identities = world.identities.filter((one) => one.account === account && one.policies.length > 0);
  if (identities.length > 0) return identityTargets(world, identities);
  return declarations(world, (spot) => spot.declares && (spot.what === 'account' ? spot.node.value : spot.what === 'identity' ? parseArn(spot.node.value)?.account : undefined) === account);
}

function declarations({ manifests }: World, test: (spot: ManifestSpot) => boolean): readonly Destination[] {
  return manifests.flatMap((manifest) => [...manifestSpots(manifest)].filter((spot) => spot.declares && test(spot)).map(({ node }) => {
    const span = manifest.layer.toFile(node.content);
    return { at: { uri: manifest.uri, span }, mark: span };
  }));
}

function policyTarget(policy: LocatedPolicy): Destination {
  const at = placeOf(policy, policy.policy.node.span);
  return { at, mark: startOf(at.span) };
}

/** A whole policy as the place of the cursor would be selected from its first line to its last. */
function startOf({ start }: Span): Span {
  return { start, end: start };
}

function unique(targets: readonly Destination[]): readonly Destination[] {
  return [...new Map(targets.map((target) => [`${target.at.uri} ${target.at.span.start} ${target.at.span.end}`, target])).values()];
}

function inManifest(workspace: Workspace, manifest: Manifest, offset: number): Definition | undefined {
  const spot = manifestSpotAt(manifest, offset);
  if (!spot) return undefined;
  const origin = { uri: manifest.uri, span: manifest.layer.toFile(spot.node.content) };
  return definition(origin, targetsInManifest(workspace, manifest, spot).filter(({ at }) => at.uri !== origin.uri || at.span.start !== origin.span.start));
}

function targetsInManifest(workspace: Workspace, manifest: Manifest, spot: ManifestSpot): readonly Destination[] {
  const { world } = workspace;
  switch (spot.what) {
    case 'path': return filesMeant(workspace, manifest, spot.node.value).flatMap(({ uri, policies }) => (
      policies.length > 0 ? policies.map(policyTarget) : [{ at: { uri, span: { start: 0, end: 0 } }, mark: { start: 0, end: 0 } }]));
    case 'sid': return filesMeant(workspace, manifest, spot.of ?? '').flatMap(({ policies }) => policies.flatMap((policy) => (
      policy.policy.statements.flatMap(({ sid, node }) => (sid?.value === spot.node.value ? [{ at: placeOf(policy, node.span), mark: placeOf(policy, sid.node.content).span }] : [])))));
    case 'alias': return keyTargets(world, world.keys.filter(({ arn }) => arn !== undefined && arn === spot.of));
    default: {
      const mention = mentionOfSpot(manifest, spot);
      return mention ? targetsOfName(world, mention) : [];
    }
  }
}
