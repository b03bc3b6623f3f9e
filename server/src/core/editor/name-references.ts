import type { Arn } from '../aws/arn';
import type { PolicyString } from '../policy/policy-string';
import { valueSpan } from '../syntax/tree';
import { spanContainsOffset, type Location, type Span } from '../text/span';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Condition } from '../policy/policy';
import type { Manifest } from '../manifest/manifest';
import type { Workspace } from '../workspace/workspace';
import { ARN_FIELDS, parseName, type ArnField, type NameReference, type ParsedName } from './parsed-name';
import { manifestTargets, toPolicyString, type ManifestTarget } from './manifest-targets';
import type { SyntaxTarget } from './syntax-target';
import { templateTextReferences } from './template-texts';

/** The place of characters of the value; of all of it without the quotes when none are given. */
export function locationInName({ uri, layer, text: { node } }: Pick<NameReference, 'uri' | 'layer' | 'text'>, characters?: Span): Location {
  return { uri, span: layer.toFileSpan(characters ? valueSpan(node, characters.start, characters.end) : node.content) };
}

/** The field of the name that the offset of the file lies in, both ends included. */
export function arnFieldAt(nameReference: NameReference, offset: number): ArnField | undefined {
  return ARN_FIELDS.find((field) => {
    const characters = nameReference.fields[field];
    return characters !== undefined && spanContainsOffset(locationInName(nameReference, characters).span, offset);
  });
}

/**
 * Account and name of the role in `arn:aws:sts::444455556666:assumed-role/App/session`; a session's ARN leaves out the path of its role.
 */
export function roleNameOfSessionArn({ service, resource }: Arn): string | undefined {
  return service === 'sts' ? /^assumed-role\/([^/]+)(?:\/|$)/.exec(resource)?.[1] : undefined;
}

/** The ARN in the text is that of one key, alias or pattern of them. */
export function isKmsResource({ service, resource }: Arn, kind: 'key' | 'alias'): boolean {
  return service === 'kms' && resource.startsWith(`${kind}/`);
}

/**
 * Every text of policies and manifests that names something. Policies of all kinds count: what is renamed in one half of a workspace only
 * is broken.
 */
export function* nameReferencesIn(workspace: Workspace): Generator<NameReference> {
  const { readings, world } = workspace;
  for (const { uri, policies } of readings.values()) {
    for (const policy of policies) yield* policyNameReferences(policy);
    yield* templateTextReferences(workspace, uri);
  }
  for (const manifest of world.manifests) {
    for (const target of manifestTargets(manifest)) {
      const nameReference = nameReferenceOfManifestTarget(manifest, target);
      if (nameReference) yield nameReference;
    }
  }
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

export function nameReferenceOfManifestTarget({ uri, layer }: Manifest,
  { kind, node, isDeclaration }: ManifestTarget): NameReference | undefined {
  if (kind === 'path' || kind === 'alias' || kind === 'sid') return undefined;
  const parsedName = parseName(toPolicyString(node), kind !== 'key');
  return parsedName && { ...parsedName, uri, layer, isDeclaration };
}

/** What is named at a spot of a policy: by a principal, a resource or the value of a condition. */
export function nameReferenceOf({ policy: { uri, layer }, node }: SyntaxTarget): NameReference | undefined {
  const parsedName = nameOfTargetNode(node);
  return parsedName && { ...parsedName, uri, layer, isDeclaration: false };
}

function nameOfTargetNode(node: SyntaxTarget['node']): ParsedName | undefined {
  switch (node.kind) {
    case 'principal': return parseName(node.principal.text, true);
    case 'resource': return parseName(node.pattern.text, false);
    case 'condition-value': return parseName(node.value, isAccountIdCondition(node.condition));
    default: return undefined;
  }
}
