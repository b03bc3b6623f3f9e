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
  for (const [policyString, mayBeAccount] of nameCandidatesIn(policy)) {
    const parsedName = parseName(policyString, mayBeAccount);
    if (parsedName) yield { ...parsedName, uri, layer, isDeclaration: false };
  }
}

/** The texts that can be names, and whether digits in them are an account. */
function* nameCandidatesIn({ policy: { statements } }: DiscoveredPolicy): Generator<readonly [PolicyString, boolean]> {
  for (const { principal, resource, conditions } of statements) {
    for (const { text: policyString } of principal?.principals ?? []) yield [policyString, true];
    for (const { text } of resource?.patterns ?? []) yield [text, false];
    for (const condition of conditions) for (const value of condition.values) yield [value, isAccountIdCondition(condition)];
  }
}

/** `kms:CallerAccount`, `aws:SourceAccount`, …; what a tag or an encryption context calls so may be anything. */
export function isAccountIdCondition({ keyLower }: Condition): boolean {
  return /^[a-z0-9-]+:(?:\w*account|sourceowner)$/.test(keyLower);
}

function* manifestNameReferences(manifest: Manifest): Generator<NameReference> {
  for (const target of manifestTargets(manifest)) {
    const nameReference = nameReferenceOfManifestTarget(manifest, target);
    if (nameReference) yield nameReference;
  }
}

export function nameReferenceOfManifestTarget({ uri, layer }: Manifest, { kind, node, isDeclaration }: ManifestTarget): NameReference | undefined {
  if (kind === 'path' || kind === 'alias' || kind === 'sid') return undefined;
  const parsedName = parseName(toPolicyString(node), kind !== 'key');
  return parsedName && { ...parsedName, uri, layer, isDeclaration };
}

/** What is named at a spot of a policy: by a principal, a resource or the value of a condition. */
export function nameReferenceOf({ policy: { uri, layer }, node }: SyntaxTarget): NameReference | undefined {
  const parsedName = nameOfTargetNode(node);
  return parsedName && { ...parsedName, uri, layer, isDeclaration: false };
}

function nameOfTargetNode(syntaxTargetNode: SyntaxTarget['node']): ReturnType<typeof parseName> {
  switch (syntaxTargetNode.kind) {
    case 'principal': return parseName(syntaxTargetNode.principal.text, true);
    case 'resource': return parseName(syntaxTargetNode.pattern.text, false);
    case 'condition-value': return parseName(syntaxTargetNode.value, isAccountIdCondition(syntaxTargetNode.condition));
    default: return undefined;
  }
}
