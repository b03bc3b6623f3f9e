import { itemsOf, type Node, type ObjectNode } from '../../syntax/tree';
import type { SourceLayer } from '../../syntax/syntax';
import type { Location } from '../../text/span';
import { parseArn, formatArn } from '../../aws/arn';
import { parseKeyArn } from '../../aws/key-arn';
import type { Grant, GrantConstraint, KeyFact } from '../discovery-result';
import { outputMember, outputString } from './output-members';

/**
 * What an object of an output says about keys: `describe-key`, `list-aliases`, `list-grants`, `list-keys` of the AWS CLI, and the
 * properties of keys in AWS Config and Steampipe.
 */
export function keyFactsOf(node: ObjectNode, uri: string, layer: SourceLayer): KeyFact[] {
  const locationOf = (inner: Node): Location => ({ uri, span: layer.toFileSpan(inner.span) });
  const facts: KeyFact[] = [];
  const metadata = outputMember(node, 'KeyMetadata')?.value;
  if (metadata?.kind === 'object') facts.push(factOfKeyMetadata(metadata, locationOf(metadata)));
  else if (isKeyMetadata(node)) facts.push(factOfKeyMetadata(node, locationOf(node)));
  for (const [keyId, aliases] of groupObjectsBy(node, 'Aliases', 'TargetKeyId')) facts.push(factOfAliases(keyId, aliases, locationOf));
  for (const [keyId, grants] of groupObjectsBy(node, 'Grants', 'KeyId')) {
    facts.push({ ...NO_KEY_FACTS, ...locationOf(grants[0]), source: 'list-grants', ...keyReferenceOf(keyId),
      grants: grants.map((grant) => readGrant(grant, locationOf(grant))) });
  }
  for (const [keyId, [key]] of groupObjectsBy(node, 'Keys', 'KeyId')) {
    const keyArn = outputString(key, 'KeyArn');
    if (keyArn !== undefined) facts.push({ ...NO_KEY_FACTS, ...locationOf(key), source: 'list-keys', keyArn, keyId });
  }
  return facts;
}

const NO_KEY_FACTS = {
  keyArn: undefined, keyId: undefined, aliases: [], keySpec: undefined, keyUsage: undefined, multiRegion: undefined, manager: undefined,
  grants: [],
} satisfies Partial<KeyFact>;

type ObjectGroup = readonly [first: ObjectNode, ...rest: ObjectNode[]];

/** The objects of a list by the string that they have at `key`. */
function groupObjectsBy(node: ObjectNode, name: string, key: string): ReadonlyMap<string, ObjectGroup> {
  const groups = new Map<string, [ObjectNode, ...ObjectNode[]]>();
  for (const item of itemsOf(outputMember(node, name)?.value)) {
    const id = outputString(item, key);
    if (item.kind !== 'object' || id === undefined) continue;
    const group = groups.get(id);
    if (group) group.push(item);
    else groups.set(id, [item]);
  }
  return groups;
}

/** Output of `describe-key` without an object `KeyMetadata` around it. */
function isKeyMetadata(node: ObjectNode): boolean {
  return outputMember(node, 'KeyManager') !== undefined && parseKeyArn(outputString(node, 'Arn') ?? '') !== undefined;
}

/** @param node names its members as `describe-key` does, or as a key of Terraform does */
export function factOfKeyMetadata(node: ObjectNode, location: Location): KeyFact {
  const multiRegion = outputMember(node, 'MultiRegion')?.value;
  const keyArn = outputString(node, 'Arn');
  return {
    ...NO_KEY_FACTS, ...location, source: 'describe-key', keyArn,
    keyId: outputString(node, 'KeyId') ?? parseKeyArn(keyArn ?? '')?.keyId,
    keySpec: outputString(node, 'KeySpec') ?? outputString(node, 'CustomerMasterKeySpec'),
    keyUsage: outputString(node, 'KeyUsage'),
    multiRegion: multiRegion?.kind === 'scalar' && multiRegion.type === 'boolean' ? multiRegion.value === 'true' : undefined,
    manager: outputString(node, 'KeyManager'),
  };
}

function factOfAliases(target: string, nodes: ObjectGroup, locationOf: (node: Node) => Location): KeyFact {
  const aliases = nodes.map((node) => outputString(node, 'AliasName')).filter((name) => name !== undefined);
  const reference = keyReferenceOf(target);
  // Partition, Region and account are those of the alias.
  const alias = parseArn(nodes.map((node) => outputString(node, 'AliasArn')).find((arn) => arn !== undefined) ?? '');
  const keyArn = reference.keyArn ?? (alias && formatArn({ ...alias, resource: `key/${target}` }));
  return { ...NO_KEY_FACTS, ...locationOf(nodes[0]), source: 'list-aliases', ...reference, keyArn, aliases };
}

/** CLI outputs name keys by id or by ARN. */
function keyReferenceOf(key: string): { keyArn: string | undefined; keyId: string | undefined } {
  const arn = parseArn(key);
  return arn
    ? { keyArn: key, keyId: arn.resource.startsWith('key/') ? arn.resource.slice(4) : undefined }
    : { keyArn: undefined, keyId: key };
}

function readGrant(node: ObjectNode, location: Location): Grant {
  return {
    location,
    granteePrincipal: outputString(node, 'GranteePrincipal'),
    granteeServicePrincipal: outputString(node, 'GranteeServicePrincipal'),
    retiringPrincipal: outputString(node, 'RetiringPrincipal'),
    retiringServicePrincipal: outputString(node, 'RetiringServicePrincipal'),
    issuingAccount: outputString(node, 'IssuingAccount'),
    operations: itemsOf(outputMember(node, 'Operations')?.value).flatMap((item) => (item.kind === 'scalar' ? [item.value] : [])),
    constraints: readGrantConstraints(outputMember(node, 'Constraints')?.value),
  };
}

/** An empty constraint limits nothing (IAM Access Analyzer API, KmsGrantConstraints). */
function readGrantConstraints(node: Node | undefined): GrantConstraint[] {
  if (node?.kind !== 'object') return [];
  return node.members.flatMap(({ key, value }) => {
    const values = value?.kind === 'object'
      ? value.members.map((pair) => `${pair.key.value}=${textOfScalar(pair.value)}`)
      : itemsOf(value).map(textOfScalar);
    return values.length === 0 ? [] : [{ name: key.value, values }];
  });
}

function textOfScalar(node: Node | undefined): string {
  return node?.kind === 'scalar' ? node.value : '';
}
