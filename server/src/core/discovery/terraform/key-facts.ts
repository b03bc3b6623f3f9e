import type { SourceLayer } from '../../syntax/syntax';
import type { Grant, GrantConstraint, KeyFact } from '../discovery-result';
import { elementsOf, evaluate } from './evaluate';
import { argumentOf, nestedBlocksOf, scopeOfBlock, type ModuleBlock, type TerraformModule } from './module';
import { resourceName, textOfArgument } from './names';
import { keyArnOf, keyOfModule } from './references';
import { attributesIn, type TerraformFile } from './terraform-file';
import type { Value } from './value';

/** What a module says about a key that it makes. */
export function keyFactOf(block: ModuleBlock, module: TerraformModule, file: TerraformFile, layer: SourceLayer): KeyFact {
  const keyArn = keyArnOf(block, module);
  const isReplica = block.type === 'aws_kms_replica_key' || block.type === 'aws_kms_replica_external_key';
  const multiRegion = argumentOf(block, 'multi_region') ? textOfArgument(block, 'multi_region', module) : 'false';
  const resources = [...module.blocks.values()].filter(({ isData }) => !isData);
  const isOfKey = (resource: ModuleBlock, argument: string): boolean =>
    keyOfModule(textOfArgument(resource, argument, module), module) === block;
  return {
    uri: file.uri, span: layer.toFileSpan(nameSpanOf(block)), source: 'template', keyArn, keyId: undefined, logicalId: block.address,
    templateUri: module.uri,
    aliases: resources.flatMap((resource) =>
      (resource.type === 'aws_kms_alias' && isOfKey(resource, 'target_key_id') ? resourceName(resource, module) : [])),
    // The defaults of the provider, which are KMS's; a replica has those of its primary key.
    keySpec: isReplica ? undefined : textOrDefault(block, ['customer_master_key_spec', 'key_spec'], 'SYMMETRIC_DEFAULT', module),
    keyUsage: isReplica ? undefined : textOrDefault(block, ['key_usage'], 'ENCRYPT_DECRYPT', module),
    multiRegion: isReplica || (multiRegion === undefined ? undefined : multiRegion === 'true'),
    manager: 'CUSTOMER',
    grants: resources.flatMap((resource) =>
      (resource.type === 'aws_kms_grant' && isOfKey(resource, 'key_id') ? grantOf(resource, module) : [])),
  };
}

/** The place of the name of a block. */
export function nameSpanOf({ parts }: ModuleBlock): KeyFact['span'] {
  const block = parts.at(-1)?.block;
  return block?.labels.at(-1)?.span ?? block?.typeSpan ?? { start: 0, end: 0 };
}

function textOrDefault(block: ModuleBlock, names: readonly string[], defaultValue: string, module: TerraformModule): string | undefined {
  const name = names.find((argument) => argumentOf(block, argument));
  return name === undefined ? defaultValue : textOfArgument(block, name, module);
}

function grantOf(resource: ModuleBlock, module: TerraformModule): readonly Grant[] {
  const file = resource.parts.at(-1)?.file;
  const operations = argumentOf(resource, 'operations');
  if (!file || !operations) return [];
  const value = evaluate(operations.expression, scopeOfBlock(resource, operations.file, module));
  const names = value.kind === 'list' ? value.items.flatMap((item) => (item.kind === 'text' ? item.text : [])) : [];
  return [{
    location: { uri: file.uri, span: nameSpanOf(resource) },
    granteePrincipal: textOfArgument(resource, 'grantee_principal', module), granteeServicePrincipal: undefined,
    retiringPrincipal: textOfArgument(resource, 'retiring_principal', module), retiringServicePrincipal: undefined,
    issuingAccount: module.environmentOf(resource).account, operations: names, constraints: constraintsOf(resource, module),
  }];
}

const CONSTRAINTS = [
  ['encryption_context_equals', 'EncryptionContextEquals'], ['encryption_context_subset', 'EncryptionContextSubset'],
] as const;

function constraintsOf(resource: ModuleBlock, module: TerraformModule): readonly GrantConstraint[] {
  return nestedBlocksOf(resource, 'constraints').flatMap(({ block, file }) => attributesIn(block.body).flatMap(({ name, value }) => {
    const constraint = CONSTRAINTS.find(([argument]) => argument === name)?.[1];
    const entries = elementsOf(evaluate(value, scopeOfBlock(resource, file, module))) ?? [];
    return constraint === undefined ? [] : [{ name: constraint, values: entries.map(([key, entry]) => `${textIn(key)}=${textIn(entry)}`) }];
  }));
}

function textIn(value: Value): string {
  return value.kind === 'text' ? value.text : '';
}
