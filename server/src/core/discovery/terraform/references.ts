import { keyIdForm, parseKeyArn } from '../../aws/key-arn';
import { evaluate } from './evaluate';
import { argumentOf, scopeOfBlock, type ModuleBlock, type TerraformModule } from './module';
import { resourceName, resourceSymbol, textOfArgument } from './names';
import { identityKindOf, isKeyResource } from './resource-types';
import { textValue, UNKNOWN, type Value } from './value';

/**
 * What an attribute of a resource or data source stands for.
 *
 * Source: "Attribute Reference" of the pages of https://registry.terraform.io/providers/hashicorp/aws/latest/docs
 */
export function attributeValueOf(block: ModuleBlock, attribute: string, module: TerraformModule): Value {
  const text = block.isData ? textOfDataAttribute(block, attribute, module) : textOfResourceAttribute(block, attribute, module);
  return text === undefined ? UNKNOWN : textValue(text);
}

function textOfResourceAttribute(block: ModuleBlock, attribute: string, module: TerraformModule): string | undefined {
  if (isKeyResource(block)) {
    if (attribute === 'arn') return keyArnOf(block, module);
    return attribute === 'key_id' || attribute === 'id' ? keyIdOf(block, module) : undefined;
  }
  if (identityKindOf(block)) return textOfIdentityAttribute(block, attribute, module);
  switch (block.type) {
    case 'aws_kms_alias': return textOfAliasAttribute(block, attribute, module);
    case 'aws_iam_policy': return attribute === 'arn' || attribute === 'id' ? iamArn('policy', block, module) : undefined;
    default: return undefined;
  }
}

function textOfDataAttribute(block: ModuleBlock, attribute: string, module: TerraformModule): string | undefined {
  const { account, region, partition } = module.environmentOf(block);
  switch (block.type) {
    case 'aws_caller_identity': return attribute === 'account_id' || attribute === 'id' ? account : undefined;
    case 'aws_partition': return attribute === 'partition' || attribute === 'id' ? partition : undefined;
    case 'aws_region': return attribute === 'region' || attribute === 'name' || attribute === 'id' ? region : undefined;
    case 'aws_kms_key': return attribute === 'arn' ? arnOfNamedKey(block, module) : undefined;
    case 'aws_kms_alias': {
      if (attribute === 'arn') return aliasArnOf(block, module);
      return attribute === 'target_key_arn' ? arnBehindAlias(textOfArgument(block, 'name', module), module) : undefined;
    }
    case 'aws_iam_role':
    case 'aws_iam_user':
      return textOfNamedIdentity(block, attribute, module);
    default: return undefined;
  }
}

export function keyArnOf(block: ModuleBlock, module: TerraformModule): string {
  const { account, region, partition } = module.environmentOf(block);
  return `arn:${partition}:kms:${region}:${account}:key/${keyIdOf(block, module)}`;
}

function keyIdOf(block: ModuleBlock, module: TerraformModule): string {
  return resourceSymbol(block, module);
}

/** The key that `key_id` names by its ARN or its id. */
function arnOfNamedKey(block: ModuleBlock, module: TerraformModule): string | undefined {
  const keyId = textOfArgument(block, 'key_id', module);
  if (keyId === undefined || parseKeyArn(keyId)) return keyId;
  if (keyId.startsWith('alias/')) return arnBehindAlias(keyId, module);
  const { account, region, partition } = module.environmentOf(block);
  return keyIdForm(keyId) ? `arn:${partition}:kms:${region}:${account}:key/${keyId}` : undefined;
}

/** The key of an alias that the module makes. */
function arnBehindAlias(name: string | undefined, module: TerraformModule): string | undefined {
  const alias = name === undefined ? undefined
    : [...module.blocks.values()].find((block) => isAlias(block) && textOfArgument(block, 'name', module) === name);
  return alias && textOfAliasAttribute(alias, 'target_key_arn', module);
}

function isAlias({ type, isData }: ModuleBlock): boolean {
  return type === 'aws_kms_alias' && !isData;
}

function aliasArnOf(block: ModuleBlock, module: TerraformModule): string {
  const { account, region, partition } = module.environmentOf(block);
  return `arn:${partition}:kms:${region}:${account}:${resourceName(block, module)}`;
}

function textOfAliasAttribute(block: ModuleBlock, attribute: string, module: TerraformModule): string | undefined {
  switch (attribute) {
    case 'name': case 'id': return resourceName(block, module);
    case 'arn': return aliasArnOf(block, module);
    case 'target_key_arn': {
      const key = keyOfModule(textOfArgument(block, 'target_key_id', module), module);
      return key && keyArnOf(key, module);
    }
    case 'target_key_id': return textOfArgument(block, 'target_key_id', module);
    default: return undefined;
  }
}

/** The key of the module that has this id or ARN. */
export function keyOfModule(text: string | undefined, module: TerraformModule): ModuleBlock | undefined {
  return text === undefined ? undefined : [...module.blocks.values()].find((block) =>
    isKeyResource(block) && (keyIdOf(block, module) === text || keyArnOf(block, module) === text));
}

function textOfIdentityAttribute(block: ModuleBlock, attribute: string, module: TerraformModule): string | undefined {
  if (attribute === 'arn') return identityArnOf(block, module);
  return attribute === 'name' || attribute === 'id' ? resourceName(block, module) : undefined;
}

/** The ARN of a role, user or group that the module makes; undefined where its path is not known. */
export function identityArnOf(block: ModuleBlock, module: TerraformModule): string | undefined {
  const kind = identityKindOf(block);
  return kind && iamArn(kind, block, module);
}

function iamArn(kind: string, block: ModuleBlock, module: TerraformModule): string | undefined {
  const path = argumentOf(block, 'path') ? textOfArgument(block, 'path', module) : '/';
  if (path === undefined) return undefined;
  const { account, partition } = module.environmentOf(block);
  return `arn:${partition}:iam::${account}:${kind}${path}${resourceName(block, module)}`;
}

/** Of a role or user that the module does not make: its path is not known, and most have none. */
function textOfNamedIdentity(block: ModuleBlock, attribute: string, module: TerraformModule): string | undefined {
  const kind = identityKindOf(block);
  const argument = argumentOf(block, kind === 'user' ? 'user_name' : 'name');
  const value = argument && evaluate(argument.expression, scopeOfBlock(block, argument.file, module));
  if (value?.kind !== 'text' || value.assumptions.length > 0 || kind === undefined) return undefined;
  if (attribute === 'name' || attribute === 'id') return value.text;
  const { account, partition } = module.environmentOf(block);
  return attribute === 'arn' ? `arn:${partition}:iam::${account}:${kind}/${value.text}` : undefined;
}
