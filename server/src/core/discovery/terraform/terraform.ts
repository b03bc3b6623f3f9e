import type { PolicyKind } from '../../policy/policy';
import type { PlaceholderValues } from '../../policy/policy-string';
import type { SourceLayer } from '../../syntax/syntax';
import { isStringNode, memberOf, type ObjectNode, type ScalarNode } from '../../syntax/tree';
import { accountArn, defaultKeyPolicy } from '../default-key-policy';
import type { Discoverer, DiscoverySink } from '../discoverer';
import { NO_CONTAINER, type ContainerFacts } from '../discovery-result';
import { addressOfPointer } from '../policy-address';
import { moduleAttachments, type ModuleAttachments } from './attachments';
import { createModules } from './create-module';
import { policyTreeOf } from './document-tree';
import { isMaybeBeside, presenceOf } from './instances';
import { keyFactOf, nameSpanOf } from './key-facts';
import { argumentOf, type ModuleBlock, type TerraformModule } from './module';
import { textOfArgument } from './names';
import { createPlaceholderRegistry, type PlaceholderRegistry } from './policy-node';
import { policyTextsOf, type PolicyText } from './policy-texts';
import { policyUsesOf, type PolicyUse } from './policy-uses';
import { addressesIn, addressesInBody } from './references-in';
import { identityArnOf, keyArnOf, keyOfModule } from './references';
import { identityKindOf, isKeyResource } from './resource-types';
import { isTerraformFile, readTerraformFile, type TerraformFile } from './terraform-file';
import { terraformPartOf } from './terraform-part';

/** Configurations of Terraform and OpenTofu. */
export const TERRAFORM: Discoverer = {
  id: 'terraform',
  syntaxes: ['hcl'],
  // Whether one of the other files of the directory has to do with KMS is known behind this.
  mayContain: ({ uri, text }) => text !== '' && isTerraformFile(uri),
  discover(values, sink) {
    const [value] = values;
    if (value) discoverFile(value.layer, sink);
    return [];
  },
};

interface FileContext {
  readonly module: TerraformModule;
  readonly file: TerraformFile;
  readonly layer: SourceLayer;
  readonly registry: PlaceholderRegistry;
  readonly attachments: ModuleAttachments;
  readonly placeholderValues: PlaceholderValues;
  readonly sink: DiscoverySink;
}

function discoverFile(layer: SourceLayer, sink: DiscoverySink): void {
  const file = readTerraformFile(sink.uri, layer.text);
  const declaredValue = sink.placeholderValues ?? (() => undefined);
  sink.unitParts.push(terraformPartOf(sink.uri, layer.text, file));
  const module = createModules([file, ...sink.unitValues.terraformFiles ?? []], declaredValue)(file.directory);
  if (!module) return;
  const registry = createPlaceholderRegistry();
  const context: FileContext = { module, file, layer, registry, attachments: moduleAttachments(module), sink,
    placeholderValues: (name) => declaredValue(name) ?? registry.valueOf(name) };
  const usedDocuments = new Set<string>();
  for (const block of module.blocks.values()) {
    if (presenceOf(block, module) === 'never') continue;
    if (isIn(block, file)) discoverResource(block, context);
    for (const use of policyUsesOf(block, module)) {
      for (const text of policyTextsOf(use.expression, use.scope)) {
        if (text.kind === 'document') usedDocuments.add(text.document.address);
        discoverPolicy(text, use, context);
      }
    }
  }
  for (const document of unusedDocuments(usedDocuments, module)) discoverUnusedDocument(document, context);
}

function isIn({ parts }: ModuleBlock, file: TerraformFile): boolean {
  return parts.at(-1)?.file === file;
}

function discoverResource(block: ModuleBlock, context: FileContext): void {
  const { module, file, layer, sink, attachments } = context;
  if (isKeyResource(block)) {
    sink.keyFacts.push(keyFactOf(block, module, file, layer));
    if (hasDefaultKeyPolicy(block, module)) discoverDefaultKeyPolicy(block, context);
  }
  const arn = block.isData ? undefined : identityArnOf(block, module);
  if (arn === undefined) return;
  sink.identities.push({ arn, logicalId: block.address, templateUri: module.uri,
    location: { uri: sink.uri, span: layer.toFileSpan(nameSpanOf(block)) } });
  const policies = attachments.policiesElsewhere(block);
  const holders = [arn, ...identityKindOf(block) === 'group' ? attachments.membersOf(block) : []];
  if (policies.length > 0) sink.policiesWithoutDocument.push(...holders.map((identityArn) => ({ identityArn, policies })));
}

/** Neither the key nor another resource says a policy. An `aws_kms_key_policy` may be for any key where its `key_id` is not known. */
function hasDefaultKeyPolicy(key: ModuleBlock, module: TerraformModule): boolean {
  if (argumentOf(key, 'policy')) return false;
  return [...module.blocks.values()].every((block) => {
    if (block.isData || block.type !== 'aws_kms_key_policy') return true;
    const keyOfPolicy = keyOfModule(textOfArgument(block, 'key_id', module), module);
    return keyOfPolicy !== undefined && keyOfPolicy !== key;
  });
}

const DEFAULT_KEY_POLICY = 'KMS\'s default key policy';

/**
 * What KMS gives where the configuration says nothing. That is assumed: the provider leaves a policy as it is that was in the configuration
 * once, or that somebody else has changed (`policy` is optional and computed).
 *
 * Source: https://github.com/hashicorp/terraform-provider-aws/issues/22557
 */
function discoverDefaultKeyPolicy(block: ModuleBlock, context: FileContext): void {
  const { module, layer, sink } = context;
  const owner = accountArn(module.environmentOf(block));
  const content = defaultKeyPolicy(`\${${DEFAULT_KEY_POLICY}}`, nameSpanOf(block));
  const refusal = `${block.address} has no policy in the configuration: write one first.`;
  sink.documents.push({
    content: withPlaceholder(content), address: addressOfPointer(pointerOf(block)), isImplicit: true, kind: 'key',
    layer: { ...layer, syntax: { ...layer.syntax, renderEdits: (_, edits) => (edits.length === 0 ? { edits: [] } : { refusal }) } },
    container: { ...containerOf(block), declaredKind: 'key', keyArn: keyArnOf(block, module) },
    referenceValues: (name) => (name === DEFAULT_KEY_POLICY
      ? { text: owner, assumptions: [`${DEFAULT_KEY_POLICY}, since the configuration has none for ${block.address}`] } : undefined),
  });
}

/** The principal of the default key policy is an assumption, which only placeholders have. */
function withPlaceholder(policy: ObjectNode): ObjectNode {
  const isOwner = (node: ScalarNode): boolean => node.value.startsWith('${');
  const map = <T extends ObjectNode['members'][number]['value']>(node: T): T => {
    if (node?.kind === 'list') return { ...node, items: node.items.map(map) };
    if (node?.kind === 'object') return { ...node, members: node.members.map((member) => ({ ...member, value: map(member.value) })) };
    return node && isStringNode(node) && isOwner(node) ? { ...node, placeholders: [{ form: 'template', name: DEFAULT_KEY_POLICY, start: 0,
      end: node.value.length }] } : node;
  };
  return map(policy);
}

function pointerOf({ isData, type, name }: ModuleBlock): string {
  return `/${isData ? 'data' : 'resource'}/${type}/${name}`;
}

function containerOf({ address }: ModuleBlock): ContainerFacts {
  return { ...NO_CONTAINER, logicalId: address };
}

function discoverPolicy(text: PolicyText, use: PolicyUse, context: FileContext): void {
  const { module, file, layer, registry, sink, placeholderValues } = context;
  if ((text.kind === 'document' ? text.file : text.scope.file) !== file) return;
  const { container, kind, isMaybe } = holderOf(use, context);
  const tree = policyTreeOf(text, { module, file, layer, registry });
  if (!tree) return;
  sink.faults.push(...tree.embedded?.faults ?? []);
  const pointer = text.kind === 'document' ? pointerOf(text.document) : `${pointerOf(use.resource)}${use.pointer}`;
  sink.documents.push({
    content: tree.node, address: addressOfPointer(pointer), layer: tree.layer, container, kind, referenceValues: placeholderValues,
    isMaybe: text.isMaybe || use.isMaybe || isMaybe, module: { module, block: text.kind === 'document' ? text.document : use.resource },
  });
}

interface PolicyHolder {
  readonly container: ContainerFacts;
  readonly kind: PolicyKind;
  readonly isMaybe: boolean;
}

function holderOf({ resource, kind, holder }: PolicyUse, { module, attachments }: FileContext): PolicyHolder {
  const { account } = module.environmentOf(resource);
  const container: ContainerFacts = { ...containerOf(resource), account, policyName: textOfArgument(resource, 'name', module),
    declaredKind: kind === 'key' ? 'key' : kind === 'identity' ? 'identity' : undefined };
  switch (holder) {
    case 'itself': {
      if (kind === 'key') return { container: { ...container, keyArn: keyArnOf(resource, module) }, kind, isMaybe: false };
      const identityArn = identityArnOf(resource, module);
      return { container: { ...container, policyName: undefined, identityArn, attachments: identityArn === undefined ? undefined
        : [identityArn] }, kind, isMaybe: false };
    }
    case 'key': {
      const keyId = textOfArgument(resource, 'key_id', module);
      const key = keyOfModule(keyId, module);
      return { container: { ...container, logicalId: key?.address ?? resource.address, keyArn: key && keyArnOf(key, module),
        keyId: key ? undefined : keyId }, kind, isMaybe: isMaybeBeside(resource, key, module) };
    }
    case 'nobody': return { container, kind, isMaybe: false };
    default: {
      const { arns, isComplete, isMaybe } = attachments.identitiesOf(resource, holder);
      const isBoundary = attachments.boundaries.has(resource.address) && arns.length === 0;
      return { container: { ...container, attachments: arns.length === 0 && !isComplete ? undefined : arns },
        kind: isBoundary ? 'boundary' : kind, isMaybe };
    }
  }
}

/** The documents of which no use is in sight: what they are their content tells. Those in other documents are judged there. */
function unusedDocuments(used: ReadonlySet<string>, module: TerraformModule): readonly ModuleBlock[] {
  const usedElsewhere = new Set([...module.blocks.values()].flatMap((block) => {
    if (block.type === 'aws_iam_policy_document') return block.parts.flatMap(({ block: { body } }) => [...addressesInBody(body)]);
    return block.isData || !block.type.startsWith('aws_') ? []
      : block.parts.flatMap(({ block: { body } }) => [...addressesInBody(body)]);
  }));
  for (const { expression } of module.locals.values()) {
    // A local value may be used anywhere.
    for (const address of addressesIn(expression)) usedElsewhere.add(address);
  }
  return [...module.blocks.values()].filter(({ type, isData, address }) =>
    isData && type === 'aws_iam_policy_document' && !used.has(address) && !usedElsewhere.has(address));
}

function discoverUnusedDocument(document: ModuleBlock, context: FileContext): void {
  const { module, file, layer, registry, sink, placeholderValues } = context;
  if (!isIn(document, file)) return;
  const tree = policyTreeOf({ kind: 'document', document, file, isMaybe: false }, { module, file, layer, registry });
  if (!tree) return;
  sink.documents.push({ content: tree.node, address: addressOfPointer(pointerOf(document)), layer, container: NO_CONTAINER,
    kind: memberOf(tree.node, 'Statement') ? undefined : 'ignore', referenceValues: placeholderValues,
    module: { module, block: document } });
}
