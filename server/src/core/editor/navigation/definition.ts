import { encodePattern, encodeWildcards } from '../../access/pattern-encoding';
import { matchPattern } from '../../access/pattern-matching';
import { keyArnPattern } from '../../access/resource-matching';
import { KEY_ACTIONS, NO_ACTIONS } from '../../aws/actions';
import { parseArn } from '../../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Condition, Statement } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import type { Location, Span } from '../../text/span';
import type { Manifest } from '../../manifest/manifest';
import { rolesWithName } from '../../linking/names';
import type { Workspace } from '../../workspace/workspace';
import type { Identity, Key } from '../../linking/entities';
import type { World } from '../../workspace/world';
import { findManifestTarget, manifestTargets, manifestWithUri, type ManifestTarget, filesReferencedBy } from '../manifest-targets';
import { namedEntityAt } from '../named-entity';
import { templateNameAt } from '../template-names';
import { locationInName, nameReferenceOf, nameReferenceOfManifestTarget, isKmsResource, roleNameOfSessionArn } from '../name-references';
import type { ParsedName } from '../parsed-name';
import { findSyntaxTarget, type SyntaxTarget } from '../syntax-target';

/** Where a name leads: to all of `location`, of which `selectionSpan` is what to put the cursor on. */
export interface Destination {
  readonly location: Location;
  readonly selectionSpan: Span;
}

export interface Definition {
  /** The name itself, without quotes. */
  readonly origin: Location;
  /** At least one, in the order of the workspace. */
  readonly targets: readonly Destination[];
}

/**
 * Where the name at an offset of the file leads: a key ARN or alias to the key policies of all keys that it means, a principal
 * to the policies of that identity or of its account's identities, a path of `kms-handshake.json` to its files, a reference of a template
 * to its resource or parameter. An identity that a template makes leads to that resource, a key or identity without a policy to its
 * declaration. Undefined for everything else.
 */
export function definitionAt(workspace: Workspace, uri: string, offset: number): Definition | undefined {
  const manifest = manifestWithUri(workspace.world, uri);
  if (manifest) return definitionInManifest(workspace, manifest, offset);
  const name = templateNameAt(workspace, uri, offset);
  if (name) {
    const { span, key } = name.declaration;
    return { origin: { uri, span: name.span }, targets: [{ location: { uri, span }, selectionSpan: key.content }] };
  }
  const holder = namedEntityAt(workspace, uri, offset);
  if (holder?.reference.identityArn !== undefined) {
    const identities = workspace.world.identities.filter(({ arn }) => arn === holder.reference.identityArn);
    return definitionWithTargets(locationInName(holder.reference), identityDestinations(workspace.world, identities));
  }
  const syntaxTarget = findSyntaxTarget(workspace.readings.get(uri)?.policies ?? [], offset);
  const policyString = syntaxTarget && policyStringOfTarget(syntaxTarget);
  if (!syntaxTarget || !policyString) return undefined;
  return definitionWithTargets({ uri, span: syntaxTarget.policy.layer.toFileSpan(policyString.node.content) },
    destinationsOfTarget(workspace.world, syntaxTarget));
}

function definitionWithTargets(origin: Location, targets: readonly Destination[]): Definition | undefined {
  return targets.length === 0 ? undefined : { origin, targets };
}

function policyStringOfTarget({ node }: SyntaxTarget): PolicyString | undefined {
  switch (node.kind) {
    case 'principal': return node.principal.text;
    case 'resource': return node.pattern.text;
    case 'condition-value': return node.value;
    default: return undefined;
  }
}

function destinationsOfTarget(world: World, syntaxTarget: SyntaxTarget): readonly Destination[] {
  const { node, policy, statement } = syntaxTarget;
  const { kind } = policy.policy;
  if (kind !== 'key' && kind !== 'identity') return [];
  if (node.kind === 'condition-value' && isAliasCondition(node.condition)) return aliasDestinations(world, node.value.value, undefined);
  if (node.kind === 'resource' && node.pattern.form === 'any')
    return kind === 'identity' && hasKeyActions(statement) ? keyDestinations(world, world.keys) : [];
  const name = nameReferenceOf(syntaxTarget);
  return name ? destinationsOfName(world, name) : [];
}

function isAliasCondition({ keyLower }: Condition): boolean {
  return keyLower === 'kms:resourcealiases' || keyLower === 'kms:requestalias';
}

function hasKeyActions(statement: Statement | undefined): boolean {
  return statement?.action?.patterns.some(({ service, actionSet }) => service === 'kms' && (actionSet & KEY_ACTIONS) !== NO_ACTIONS)
    === true;
}

/** Where an ARN (or a pattern of ARNs), or an account id leads. */
function destinationsOfName(world: World, { arn, account, text: policyString }: ParsedName): readonly Destination[] {
  if (!arn) return account === undefined ? [] : accountDestinations(world, account);
  if (isKmsResource(arn, 'alias')) return aliasDestinations(world, arn.resource, policyString);
  const pattern = encodePattern(policyString, { hasWildcards: true, variableValues: () => undefined });
  if (arn.service === 'kms') return keyDestinations(world, keysMatchingArn(world, pattern, arn.resource));
  if (arn.service === 'iam' && arn.resource === 'root') return account === undefined ? [] : accountDestinations(world, account);
  const role = roleNameOfSessionArn(arn);
  return identityDestinations(world, role === undefined
    ? bestMatches(world.identities, (identity) => (identity.arn === undefined ? 'no' : matchPattern(pattern, identity.arn)))
    : rolesWithName(world.identities, account, role));
}

/** A key that is named by its id with a wrong account or Region is still the one that was meant. */
function keysMatchingArn(world: World, pattern: string, resource: string): readonly Key[] {
  const matchingKeys = bestMatches(world.keys, (key) => matchPattern(pattern, keyArnPattern(key)));
  // What only may fit is a policy of which nobody knows the key.
  if (matchingKeys.some(({ policy }) => policy)) return matchingKeys;
  const byId = world.keys.filter(({ keyId, policy }) => policy && keyId !== undefined && resource === `key/${keyId}`);
  return byId.length > 0 ? byId : matchingKeys;
}

/** Those that match for certain, else those that may. */
function bestMatches<T>(items: readonly T[], match: (item: T) => ReturnType<typeof matchPattern>): readonly T[] {
  const matches = items.map((item) => [item, match(item)] as const).filter(([, matchResult]) => matchResult !== 'no');
  const certainMatches = matches.filter(([, matchResult]) => matchResult === 'yes');
  return (certainMatches.length > 0 ? certainMatches : matches).map(([item]) => item);
}

/** @param arn the whole ARN of the alias, which says account and Region too */
function aliasDestinations(world: World, alias: string, arn: PolicyString | undefined): readonly Destination[] {
  const names = encodeWildcards(alias);
  const arnPattern = arn && encodePattern(arn, { hasWildcards: true, variableValues: () => undefined });
  const keys = world.keys.filter((key) =>
    key.aliases.some((keyAlias) => (
      arnPattern === undefined
        ? matchPattern(names, keyAlias) === 'yes'
        : matchPattern(arnPattern, keyArnPattern(key).replace(/:key\/[^:]*$/, `:${keyAlias}`)) !== 'no'
    ))
  );
  const declared = keys.flatMap((key) => (key.policy ? policyDestination(key.policy) : aliasDeclarations(world, key, names)));
  return uniqueDestinations(declared);
}

function aliasDeclarations(world: World, key: Key, names: string): readonly Destination[] {
  const destinations = manifestDeclarations(world,
    ({ kind, node, owner }) => kind === 'alias' && owner === key.arn && matchPattern(names, node.value) === 'yes');
  return destinations.length > 0 ? destinations : keyDestinations(world, [key]);
}

/** The key policies; of a key without one the place that declares it, or the output that tells of it. */
export function keyDestinations(world: World, keys: readonly Key[]): readonly Destination[] {
  const withPolicy = keys.flatMap(({ policy }) => (policy ? [policyDestination(policy)] : []));
  if (withPolicy.length > 0) return uniqueDestinations(withPolicy);
  const arns = new Set(keys.flatMap(({ arn }) => arn ?? []));
  const declared = manifestDeclarations(world, ({ kind, node }) => kind === 'key' && arns.has(node.value));
  if (declared.length > 0) return declared;
  return world.keyFacts.filter(({ keyArn }) => keyArn !== undefined && arns.has(keyArn))
    .map(({ uri, span }) => ({ location: { uri, span }, selectionSpan: emptySpanAtStart(span) }));
}

/** The resources that make the identities; else all policies of them; where they have none the places that declare them. */
export function identityDestinations(world: World, identities: readonly Identity[]): readonly Destination[] {
  const resources = identities.flatMap(({ template }) => (template ? [{ location: template.at, selectionSpan: template.at.span }] : []));
  if (resources.length > 0) return uniqueDestinations(resources);
  const policies = identities.flatMap((identity) => identity.policies.map(policyDestination));
  if (policies.length > 0) return uniqueDestinations(policies);
  const arns = new Set(identities.flatMap(({ arn }) => arn ?? []));
  return manifestDeclarations(world, ({ kind, node }) => kind === 'identity' && arns.has(node.value));
}

/** All policies of the account's identities; where it has none the places that declare it. */
function accountDestinations(world: World, account: string): readonly Destination[] {
  const identities = world.identities.filter((identity) => identity.account === account && identity.policies.length > 0);
  if (identities.length > 0) return identityDestinations(world, identities);
  return manifestDeclarations(world, ({ kind, node: { value } }) =>
    kind === 'account' && value === account || kind === 'identity' && parseArn(value)?.account === account);
}

function manifestDeclarations({ manifests }: World, test: (target: ManifestTarget) => boolean): readonly Destination[] {
  return manifests.flatMap((manifest) =>
    [...manifestTargets(manifest)].filter((target) => target.isDeclaration && test(target)).map(({ node }) => {
      const span = manifest.layer.toFileSpan(node.content);
      return { location: { uri: manifest.uri, span }, selectionSpan: span };
    })
  );
}

function policyDestination(policy: DiscoveredPolicy): Destination {
  const location = locationInFile(policy, policy.policy.node.span);
  return { location, selectionSpan: emptySpanAtStart(location.span) };
}

/** A whole policy as the place of the cursor would be selected from its first line to its last. */
function emptySpanAtStart({ start }: Span): Span {
  return { start, end: start };
}

function uniqueDestinations(targets: readonly Destination[]): readonly Destination[] {
  const idOf = ({ location: { uri, span } }: Destination): string => `${uri} ${span.start} ${span.end}`;
  return [...new Map(targets.map((target) => [idOf(target), target])).values()];
}

function definitionInManifest(workspace: Workspace, manifest: Manifest, offset: number): Definition | undefined {
  const target = findManifestTarget(manifest, offset);
  if (!target) return undefined;
  const origin = { uri: manifest.uri, span: manifest.layer.toFileSpan(target.node.content) };
  const destinations = destinationsInManifest(workspace, manifest, target);
  return definitionWithTargets(origin, destinations.filter(({ location: { uri, span } }) =>
    uri !== origin.uri || span.start !== origin.span.start));
}

function destinationsInManifest(workspace: Workspace, manifest: Manifest, target: ManifestTarget): readonly Destination[] {
  const { world } = workspace;
  switch (target.kind) {
    case 'path':
      return filesReferencedBy(workspace, manifest, target.node.value).flatMap(({ uri, policies }) => {
        const start = { start: 0, end: 0 };
        return policies.length > 0 ? policies.map(policyDestination) : { location: { uri, span: start }, selectionSpan: start };
      });
    case 'sid':
      return filesReferencedBy(workspace, manifest, target.owner ?? '').flatMap(({ policies }) => policies).flatMap((policy) =>
        policy.policy.statements.flatMap(({ sid, node }) => (sid?.value === target.node.value
          ? { location: locationInFile(policy, node.span), selectionSpan: locationInFile(policy, sid.node.content).span }
          : [])));
    case 'alias': return keyDestinations(world, world.keys.filter(({ arn }) => arn !== undefined && arn === target.owner));
    default: {
      const nameReference = nameReferenceOfManifestTarget(manifest, target);
      return nameReference ? destinationsOfName(world, nameReference) : [];
    }
  }
}
