import { describeAccount } from '../../access/text/describe-access';
import { allowedPrincipalsOf } from '../../access/graph/key-index';
import { arnResource, parseArn } from '../../aws/arn';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Node } from '../../syntax/tree';
import { anyMatcher } from '../../manifest/path-glob';
import type { Manifest } from '../../manifest/manifest';
import { PATTERNS } from '../../manifest/manifest-schema';
import type { Workspace } from '../../workspace/workspace';
import type { World } from '../../workspace/world';
import { filesReferencedBy } from '../navigation/referenced-files';
import { valueCandidate, type CompletionCandidate } from './candidate';
import { describeKeyBriefly } from './workspace-candidates';

/** The keys that policies name, those first that wait for a key policy. @param declared ARNs that have an entry, which are left out */
export function keyArnCandidates(world: World, declared: ReadonlySet<string>): CompletionCandidate[] {
  return world.keys.flatMap((key) => {
    const { arn } = key;
    if (arn === undefined || key.awsManaged || declared.has(arn) || !PATTERNS.keyArn.test(arn)) return [];
    return [valueCandidate(arn, key.policy ? 1 : 0, { kind: 'arn', detail: describeKeyBriefly(world, key), filterText: [arn, ...key.aliases].join(' ') })];
  });
}

/** The users, roles and groups that policies or manifests name. */
export function identityArnCandidates(world: World, declared: ReadonlySet<string>): CompletionCandidate[] {
  const principalArns = world.keys.flatMap((key) => allowedPrincipalsOf(key)).flatMap(({ principal: { form, text: policyString } }) => (
    (form === 'role' || form === 'user') && policyString.placeholders.length === 0 ? [policyString.value] : []));
  const arns = new Set([...world.identities.flatMap(({ arn }) => arn ?? []), ...principalArns].filter((arn) => PATTERNS.identityArn.test(arn) && !declared.has(arn)));
  return [...arns].sort().map((arn) => valueCandidate(arn, 0, { kind: 'arn', detail: `${arnResource(arn)} · ${describeAccount(world, parseArn(arn)?.account)}` }));
}

/** The aliases of a key; without its ARN those of all keys. */
export function aliasesInWorld(world: World, arn: string | undefined): string[] {
  const keyArn = arn === undefined ? undefined : parseArn(arn);
  const fits = (account: string | undefined, region: string | undefined): boolean => keyArn === undefined || account === keyArn.account && region === keyArn.region;
  const ofKeys = world.keys.filter(({ account, region }) => fits(account, region)).flatMap(({ aliases }) => aliases);
  const ofPolicies = policiesInWorld(world).flatMap(({ policy }) => policy.statements.flatMap(({ resource }) => resource?.patterns ?? [])).flatMap(({ arn: aliasArn }) => (
    aliasArn?.service === 'kms' && fits(aliasArn.account, aliasArn.region) && PATTERNS.alias.test(aliasArn.resource) ? [aliasArn.resource] : []));
  return [...new Set([...ofKeys, ...ofPolicies])].sort();
}

/** The organizations that conditions name, and those that have an entry. */
export function organizationsInWorld(world: World): string[] {
  const conditionValues = policiesInWorld(world).flatMap(({ policy }) => policy.statements).flatMap(({ conditions }) => conditions).flatMap(({ values }) => values.map(({ value }) => value.split('/')[0] ?? ''));
  return [...new Set([...world.organizations.keys(), ...conditionValues.filter((value) => PATTERNS.organization.test(value))])].sort();
}

/** The names of placeholders in the files that the patterns mean; in all files of the folder without patterns. */
export function placeholderNamesInFiles({ readings, files }: Workspace, { folder }: Manifest, patterns: readonly string[]): string[] {
  const matches = patterns.length === 0 ? () => true : anyMatcher(folder, patterns);
  const names = new Set<string>();
  for (const [uri, { policies }] of readings) {
    const path = files.get(uri)?.path;
    if (path !== undefined && matches(path)) for (const { policy } of policies) for (const name of placeholderNamesInNode(policy.node)) names.add(name);
  }
  return [...names].sort();
}

function* placeholderNamesInNode(node: Node): Generator<string> {
  if (node.kind === 'scalar') for (const { name } of node.placeholders) yield name;
  else if (node.kind === 'list') for (const item of node.items) yield* placeholderNamesInNode(item);
  else for (const { key, value } of node.members) {
    yield* placeholderNamesInNode(key);
    if (value) yield* placeholderNamesInNode(value);
  }
}

/** The Sids of the statements in the files of that path. */
export function sidsInFile(workspace: Workspace, manifest: Manifest, [path]: readonly string[]): string[] {
  const policies = path === undefined ? [] : filesReferencedBy(workspace, manifest, path).flatMap((file) => file.policies);
  return [...new Set(policies.flatMap(({ policy }) => policy.statements.flatMap(({ sid }) => sid?.value ?? [])))];
}

function policiesInWorld(world: World): DiscoveredPolicy[] {
  return [...world.keyOf.keys(), ...world.identitiesOf.keys()];
}
