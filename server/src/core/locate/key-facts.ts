import { itemsOf, type Node, type ObjectNode } from '../parse/tree';
import type { Layer } from '../parse/layer';
import type { Span } from '../text/span';
import { parseArn, formatArn } from '../aws/arn';
import { parseKeyArn } from '../aws/key-arn';
import type { Grant, GrantConstraint, KeyFact } from './located';
import { outputMember, outputString } from './output-names';

/**
 * What an object of an output says about keys: `describe-key`, `list-aliases`, `list-grants`, `list-keys` of the AWS CLI, and the properties of keys
 * in AWS Config and Steampipe.
 */
export function keyFactsOf(node: ObjectNode, uri: string, layer: Layer): KeyFact[] {
  const place = (inner: Node): { uri: string; span: Span } => ({ uri, span: layer.toFile(inner.span) });
  const facts: KeyFact[] = [];
  const metadata = outputMember(node, 'KeyMetadata')?.value;
  if (metadata?.kind === 'object') facts.push(described(metadata, place(metadata)));
  else if (isDescription(node)) facts.push(described(node, place(node)));
  for (const [keyId, aliases] of grouped(node, 'Aliases', 'TargetKeyId')) facts.push(aliased(keyId, aliases, place));
  for (const [keyId, grants] of grouped(node, 'Grants', 'KeyId')) facts.push(granted(keyId, grants, place));
  for (const [keyId, keys] of grouped(node, 'Keys', 'KeyId')) {
    const [key] = keys;
    if (outputString(key, 'KeyArn') !== undefined) facts.push({ ...EMPTY, ...place(key), source: 'list-keys', keyArn: outputString(key, 'KeyArn'), keyId });
  }
  return facts;
}

const EMPTY = {
  keyArn: undefined, keyId: undefined, aliases: [], keySpec: undefined, keyUsage: undefined, multiRegion: undefined, manager: undefined, grants: [],
} satisfies Partial<KeyFact>;

type Place = (inner: Node) => { uri: string; span: Span };

type Group = readonly [first: ObjectNode, ...rest: ObjectNode[]];

/** The objects of a list by the string that they have at `key`. */
function grouped(node: ObjectNode, name: string, key: string): ReadonlyMap<string, Group> {
  const groups = new Map<string, [ObjectNode, ...ObjectNode[]]>();
  for (const item of itemsOf(outputMember(node, name)?.value)) {
    const id = outputString(item, key);
    if (item.kind !== 'object' || id === undefined) continue;
    const known = groups.get(id);
    if (known) known.push(item);
    else groups.set(id, [item]);
  }
  return groups;
}

/** What `describe-key` says, without an object `KeyMetadata` around it. */
function isDescription(node: ObjectNode): boolean {
  return outputMember(node, 'KeyManager') !== undefined && parseKeyArn(outputString(node, 'Arn') ?? '') !== undefined;
}

function described(node: ObjectNode, place: { uri: string; span: Span }): KeyFact {
  const multiRegion = outputMember(node, 'MultiRegion')?.value;
  const keyArn = outputString(node, 'Arn');
  return {
    ...EMPTY, ...place, source: 'describe-key',
    keyArn,
    keyId: outputString(node, 'KeyId') ?? parseKeyArn(keyArn ?? '')?.keyId,
    keySpec: outputString(node, 'KeySpec') ?? outputString(node, 'CustomerMasterKeySpec'),
    keyUsage: outputString(node, 'KeyUsage'),
    multiRegion: multiRegion?.kind === 'scalar' && multiRegion.type === 'boolean' ? multiRegion.value === 'true' : undefined,
    manager: outputString(node, 'KeyManager'),
  };
}

function aliased(target: string, nodes: Group, place: Place): KeyFact {
  const [first] = nodes;
  const aliases = nodes.map((node) => outputString(node, 'AliasName')).filter((name) => name !== undefined);
  // Partition, Region and account are those of the alias.
  const alias = parseArn(nodes.map((node) => outputString(node, 'AliasArn')).find((arn) => arn !== undefined) ?? '');
  const keyArn = alias ? formatArn({ ...alias, resource: `key/${target}` }) : undefined;
  return { ...EMPTY, ...place(first), source: 'list-aliases', ...identified(target), ...(keyArn === undefined || target.startsWith('arn:') ? {} : { keyArn }), aliases };
}

function granted(key: string, nodes: Group, place: Place): KeyFact {
  const [first] = nodes;
  return { ...EMPTY, ...place(first), source: 'list-grants', ...identified(key), grants: nodes.map((node) => grantOf(node, place)) };
}

/** CLI outputs name keys by id or by ARN. */
function identified(key: string): { keyArn: string | undefined; keyId: string | undefined } {
  const arn = parseArn(key);
  return arn ? { keyArn: key, keyId: arn.resource.startsWith('key/') ? arn.resource.slice(4) : undefined } : { keyArn: undefined, keyId: key };
}

function grantOf(node: ObjectNode, place: Place): Grant {
  return {
    at: place(node),
    granteePrincipal: outputString(node, 'GranteePrincipal'),
    granteeServicePrincipal: outputString(node, 'GranteeServicePrincipal'),
    retiringPrincipal: outputString(node, 'RetiringPrincipal'),
    retiringServicePrincipal: outputString(node, 'RetiringServicePrincipal'),
    issuingAccount: outputString(node, 'IssuingAccount'),
    operations: itemsOf(outputMember(node, 'Operations')?.value).flatMap((item) => (item.kind === 'scalar' ? [item.value] : [])),
    constraints: constraintsOf(outputMember(node, 'Constraints')?.value),
  };
}

/** An empty constraint limits nothing (IAM Access Analyzer API, KmsGrantConstraints). */
function constraintsOf(node: Node | undefined): GrantConstraint[] {
  if (node?.kind !== 'object') return [];
  return node.members.flatMap(({ key, value }) => {
    const values = value?.kind === 'object' ? value.members.map((pair) => `${pair.key.value}=${scalarText(pair.value)}`) : itemsOf(value).map(scalarText);
    return values.length === 0 ? [] : [{ name: key.value, values }];
  });
}

function scalarText(node: Node | undefined): string {
  return node?.kind === 'scalar' ? node.value : '';
}
