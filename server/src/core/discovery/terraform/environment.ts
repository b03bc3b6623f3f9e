import { deploymentSymbol } from '../../aws/identifier-comparison';
import { partitionOfRegion } from '../../aws/regions';
import { parseArn } from '../../aws/arn';
import { expressionName } from '../../syntax/hcl/canonical-tree';
import { evaluate, evaluateInModule } from './evaluate';
import { argumentOf, nestedBlocksOf, scopeOfBlock, type ModuleEnvironment, type ModuleBlock, type TerraformModule } from './module';
import { textOfArgument } from './names';
import { attributeIn, type SourcedExpression } from './terraform-file';
import { certainTextOf } from './value';

/** The name of the provider configuration of a resource: `aws`, or `aws.replica`. */
export function providerNameOf(block: ModuleBlock): string {
  const source = argumentOf(block, 'provider');
  return source ? textOfSource(source).replace(/^'|'$/g, '') : 'aws';
}

function textOfSource({ expression, file }: SourcedExpression): string {
  return expressionName(file.text.slice(expression.span.start, expression.span.end));
}

/**
 * Where a provider configuration makes its resources: what its block says, and symbols for the rest. Configurations without another role or
 * profile have the same account.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs
 */
export function environmentOfProvider(providerName: string, module: TerraformModule): ModuleEnvironment {
  const provider = module.providers.get(providerName);
  const symbols = providerSymbols(providerName, module);
  const literalRegion = provider && textOfArgument(provider, 'region', module);
  const partition = literalRegion === undefined ? undefined : partitionOfRegion(literalRegion);
  return {
    account: declaredAccount(providerName, module) ?? (provider && accountOfProvider(provider, module)) ?? symbols.account,
    region: literalRegion ?? symbols.region,
    partition: module.literalPartition ?? partition ?? symbols.partition,
  };
}

/** What stands in for what is not known of a provider configuration. */
export function providerSymbols(providerName: string, module: TerraformModule): ModuleEnvironment {
  const { name, directory } = module;
  const provider = module.providers.get(providerName);
  const credentials = provider ? credentialsOf(provider) : providerName === 'aws' ? '' : providerName;
  return {
    account: deploymentSymbol('account', `data.aws_caller_identity.current.account_id of ${name}`,
      credentials === '' ? directory : `${directory} ${credentials}`),
    region: deploymentSymbol('region', `data.aws_region.current.region of ${name}`,
      providerName === 'aws' ? directory : `${directory} ${providerName}`),
    partition: deploymentSymbol('partition', 'data.aws_partition.current.partition', directory),
  };
}

/** The `region` of a resource comes before that of its provider. */
export function withOwnRegion(environment: ModuleEnvironment, block: ModuleBlock, module: TerraformModule): ModuleEnvironment {
  if (!argumentOf(block, 'region')) return environment;
  const region = textOfArgument(block, 'region', module);
  return { ...environment, region: region ?? deploymentSymbol('region', `${block.address}.region of ${module.name}`, module.directory) };
}

/** What makes a provider act in another account, as it is written. */
function credentialsOf(provider: ModuleBlock): string {
  const roles = nestedBlocksOf(provider, 'assume_role').map(({ block: { body: { span } }, file }) => file.text.slice(span.start, span.end));
  const profiles = ['profile', 'shared_credentials_files', 'access_key'].flatMap((name) => {
    const source = argumentOf(provider, name);
    return source ? textOfSource(source) : [];
  });
  return [...roles, ...profiles].join(' ').replace(/\s+/g, ' ').trim();
}

function accountOfProvider(provider: ModuleBlock, module: TerraformModule): string | undefined {
  for (const { block, file } of nestedBlocksOf(provider, 'assume_role')) {
    const attribute = attributeIn(block.body, 'role_arn');
    const arn = attribute && certainTextOf(evaluateInModule({ expression: attribute.value, file }, module));
    const account = arn === undefined ? undefined : parseArn(arn)?.account;
    if (account !== undefined && /^\d{12}$/.test(account)) return account;
  }
  const allowed = argumentOf(provider, 'allowed_account_ids');
  const value = allowed && evaluate(allowed.expression, scopeOfBlock(provider, allowed.file, module));
  const [account, ...others] = value?.kind === 'list' ? value.items : [];
  const text = others.length === 0 ? certainTextOf(account) : undefined;
  return text !== undefined && /^\d{12}$/.test(text) ? text : undefined;
}

/** What `kms-handshake.json` says that the account of one of the provider's data sources is. */
function declaredAccount(providerName: string, module: TerraformModule): string | undefined {
  for (const block of module.blocks.values()) {
    if (!block.isData || block.type !== 'aws_caller_identity' || providerNameOf(block) !== providerName) continue;
    const value = module.declaredValue(`${block.address}.account_id`);
    if (value && /^\d{12}$/.test(value.text)) return value.text;
  }
  return undefined;
}
