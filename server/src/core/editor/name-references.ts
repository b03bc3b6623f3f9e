import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Condition } from '../policy/policy';
import type { PolicyString } from '../policy/policy-string';
import type { Manifest } from '../manifest/manifest';
import type { Workspace } from '../workspace/workspace';
import { manifestTargets, toPolicyString, type ManifestTarget } from './manifest-targets';
import { parseName, type NameReference } from './parsed-name';
import type { SyntaxTarget } from './syntax-target';

/** Every text of policies and manifests that names something. Policies of all kinds count: what is renamed in one half of a workspace only is broken. */
export function* nameReferencesIn({ readings, world }: Workspace): Generator<NameReference> {
  for (const { policies } of readings.values()) for (const policy of policies) yield* policyNameReferences(policy);
  for (const manifest of world.manifests) yield* manifestNameReferences(manifest);
}

function* policyNameReferences(policy: DiscoveredPolicy): Generator<NameReference> {
  if (policy.policy.kind === 'ignore') return;
  const { uri, layer } = policy;
  for (const [text, mayBeAccount] of nameCandidatesIn(policy)) {
    const name = parseName(text, mayBeAccount);
    if (name) yield { ...name, uri, layer, isDeclaration: false };
  }
}

/** The texts that can be names, and whether digits in them are an account. */
function* nameCandidatesIn({ policy: { statements } }: DiscoveredPolicy): Generator<readonly [PolicyString, boolean]> {
  for (const { principal, resource, conditions } of statements) {
    for (const { text } of principal?.principals ?? []) yield [text, true];
    for (const { text } of resource?.patterns ?? []) yield [text, false];
    for (const condition of conditions) for (const value of condition.values) yield [value, isAccountIdCondition(condition)];
  }
}

/** `kms:CallerAccount`, `aws:SourceAccount`, …; what a tag or an encryption context calls so may be anything. */
export function isAccountIdCondition({ keyLower }: Condition): boolean {
  return /^[a-z0-9-]+:(?:\w*account|sourceowner)$/.test(keyLower);
}

function* manifestNameReferences(manifest: Manifest): Generator<NameReference> {
  for (const spot of manifestTargets(manifest)) {
    const mention = nameReferenceOfManifestTarget(manifest, spot);
    if (mention) yield mention;
  }
}

export function nameReferenceOfManifestTarget({ uri, layer }: Manifest, { kind: what, node, isDeclaration: declares }: ManifestTarget): NameReference | undefined {
  if (what === 'path' || what === 'alias' || what === 'sid') return undefined;
  const name = parseName(toPolicyString(node), what !== 'key');
  return name && { ...name, uri, layer, isDeclaration: declares };
}

/** What is named at a spot of a policy: by a principal, a resource or the value of a condition. */
export function nameReferenceOf({ policy: { uri, layer }, node: named }: SyntaxTarget): NameReference | undefined {
  const name = nameOfTargetNode(named);
  return name && { ...name, uri, layer, isDeclaration: false };
}

function nameOfTargetNode(named: SyntaxTarget['node']): ReturnType<typeof parseName> {
  switch (named.kind) {
    case 'principal': return parseName(named.principal.text, true);
    case 'resource': return parseName(named.pattern.text, false);
    case 'condition-value': return parseName(named.value, isAccountIdCondition(named.condition));
    default: return undefined;
  }
}
