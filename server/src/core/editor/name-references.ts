import { isAccountId, parseArn, type Arn } from '../aws/arn';
import { arnOfPolicyString, isWithoutUnknownCharacters, maskPlaceholders } from '../policy/read-policy-string';
import type { PolicyString } from '../policy/policy-string';
import type { SourceLayer } from '../syntax/syntax';
import { valueSpan } from '../syntax/tree';
import { spanContainsOffset, type Location, type Span } from '../text/span';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Condition } from '../policy/policy';
import type { Manifest } from '../manifest/manifest';
import type { Workspace } from '../workspace/workspace';
import { manifestTargets, toPolicyString, type ManifestTarget } from './manifest-targets';
import type { SyntaxTarget } from './syntax-target';

/** The part of a name that an ARN gives a field of its own. */
export type ArnField = keyof Arn;

/** What a text says when it is the ARN of something, or the id of an account. */
export interface ParsedName {
  /** With declared values of placeholders filled in. */
  readonly text: PolicyString;
  readonly arn: Arn | undefined;
  /** 12 digits; of an ARN its account. */
  readonly account: string | undefined;
  /** Characters of the node's value, by field; a field that a placeholder fills has none. An account id alone has the field `account`. */
  readonly fields: Partial<Readonly<Record<ArnField, Span>>>;
}

/** A name with the file that it stands in. */
export interface NameReference extends ParsedName {
  readonly uri: string;
  readonly layer: SourceLayer;
  /** It is what `kms-handshake.json` declares there. */
  readonly isDeclaration: boolean;
}

/** Undefined for a text that names nothing. Digits are an account only where one is expected. */
export function parseName(policyString: PolicyString, mayBeAccount: boolean): ParsedName | undefined {
  const arn = arnOfPolicyString(policyString);
  if (arn) return { text: policyString, arn, account: isAccountId(arn.account) ? arn.account : undefined, fields: arnFields(policyString) };
  if (!mayBeAccount || !isAccountId(policyString.value)) return undefined;
  const { node, value } = policyString;
  const fields = node.placeholders.length === 0 ? { account: { start: 0, end: node.value.length } } : {};
  return { text: policyString, arn: undefined, account: value, fields };
}

const ARN_FIELDS: readonly ArnField[] = ['partition', 'service', 'region', 'account', 'resource'];

/** Where the fields of an ARN stand, as it is written. */
function arnFields({ node, value }: PolicyString): ParsedName['fields'] {
  // The fields that AWS adds to an incomplete ARN come after all that is written.
  const { placeholders } = node;
  const arn = parseArn(placeholders.length === 0 ? value : maskPlaceholders({ node, value: node.value, placeholders }));
  if (!arn) return {};
  const fields: Partial<Record<ArnField, Span>> = {};
  let start = 'arn:'.length;
  for (const field of ARN_FIELDS) {
    const end = start + arn[field].length;
    if (isWithoutUnknownCharacters(arn[field]) && end <= node.value.length) fields[field] = { start, end };
    start = end + 1;
  }
  return fields;
}

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
export function* nameReferencesIn({ readings, world }: Workspace): Generator<NameReference> {
  for (const { policies } of readings.values()) for (const policy of policies) yield* policyNameReferences(policy);
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
