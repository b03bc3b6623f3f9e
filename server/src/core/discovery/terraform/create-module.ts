import { deploymentSymbol } from '../../aws/identifier-comparison';
import { partitionOfRegion } from '../../aws/regions';
import type { PlaceholderValues } from '../../policy/policy-string';
import type { HclBlock } from '../../syntax/hcl/hcl-tree';
import { baseName, parentFolder, type PlainUri } from '../../text/uri-path';
import { literalPartition } from '../literal-partition';
import { evaluateInModule } from './evaluate';
import type { Environment, ModuleBlock, TerraformModule } from './module';
import { argumentOf } from './module';
import { attributeValueOf } from './references';
import { attributesIn, blocksIn, isOverrideFile, type SourcedExpression, type TerraformFile } from './terraform-file';
import { UNKNOWN, withAssumptions, type Value } from './value';

/** What is known of a module besides its files. */
export interface ModuleInput {
  readonly directory: PlainUri;
  readonly files: readonly TerraformFile[];
  /** What `kms-handshake.json` says that expressions stand for. */
  readonly declaredValue: PlaceholderValues;
}

export function createModule({ directory, files, declaredValue }: ModuleInput): TerraformModule {
  const index = indexBlocks(files);
  const values = new Map<string, Value>();
  /** Locals and resources can refer to each other in a circle. */
  const cached = (key: string, compute: () => Value): Value => {
    const value = values.get(key);
    if (value) return value;
    values.set(key, UNKNOWN);
    const computed = compute();
    values.set(key, computed);
    return computed;
  };
  const name = baseName(directory);
  const partition = literalPartition(...files.map(({ text }) => text));
  const module: TerraformModule = {
    directory, uri: parentFolder(files[0]?.uri ?? directory), name, files, ...index, declaredValue, literalPartition: partition,
    localValue: (local) => cached(`local.${local}`, () => {
      const source = index.locals.get(local);
      return source ? evaluateInModule(source, module) : UNKNOWN;
    }),
    variableValue: (variable) => cached(`var.${variable}`, () => defaultOf(index.variables.get(variable), variable, module)),
    outputValue: () => UNKNOWN,
    attributeValue: (block, attribute) => cached(`${block.address}.${attribute}`, () => attributeValueOf(block, attribute, module)),
    environmentOf: () => environment,
  };
  const environment = environmentOfDirectory(module);
  return module;
}

/** What a deployment may give in another way. */
function defaultOf(variable: ModuleBlock | undefined, name: string, module: TerraformModule): Value {
  const source = variable && argumentOf(variable, 'default');
  if (!source) return UNKNOWN;
  return withAssumptions(evaluateInModule(source, module), [`the default of the variable ${name}`]);
}

function environmentOfDirectory({ name, directory, literalPartition }: TerraformModule): Environment {
  const region = deploymentSymbol('region', `data.aws_region.current.region of ${name}`, directory);
  return {
    account: deploymentSymbol('account', `data.aws_caller_identity.current.account_id of ${name}`, directory),
    region,
    partition: literalPartition ?? partitionOfRegion(region)
      ?? deploymentSymbol('partition', 'data.aws_partition.current.partition', directory),
  };
}

type BlockIndex = Pick<TerraformModule, 'blocks' | 'calls' | 'locals' | 'outputs'> & {
  readonly variables: ReadonlyMap<string, ModuleBlock> };

/** The blocks of all files; those of override files are merged into the others, in the order of the names of the files. */
function indexBlocks(files: readonly TerraformFile[]): BlockIndex {
  const [blocks, calls, outputs, variables] = [new Map<string, ModuleBlock>(), new Map<string, ModuleBlock>(),
    new Map<string, ModuleBlock>(), new Map<string, ModuleBlock>()];
  const locals = new Map<string, SourcedExpression>();
  const sorted = [...files.filter((file) => !isOverrideFile(file)), ...files.filter(isOverrideFile)];
  for (const file of sorted) {
    for (const block of blocksIn(file.body)) {
      const [first = '', second = ''] = block.labels.map(({ value }) => value);
      switch (block.type) {
        case 'resource': addBlock(blocks, { address: `${first}.${second}`, type: first, name: second, isData: false }, block, file); break;
        case 'data':
          addBlock(blocks, { address: `data.${first}.${second}`, type: first, name: second, isData: true }, block, file);
          break;
        case 'module': addBlock(calls, { address: `module.${first}`, type: '', name: first, isData: false }, block, file); break;
        case 'output': addBlock(outputs, { address: `output.${first}`, type: '', name: first, isData: false }, block, file); break;
        case 'variable': addBlock(variables, { address: `var.${first}`, type: '', name: first, isData: false }, block, file); break;
        case 'locals':
          for (const { name, value } of attributesIn(block.body)) locals.set(name, { expression: value, file });
          break;
        default:
      }
    }
  }
  return { blocks, calls, outputs, variables, locals };
}

/** Blocks of one address elsewhere than in an override file are an error of Terraform's: the last one counts. */
function addBlock(blocks: Map<string, ModuleBlock>, block: Omit<ModuleBlock, 'parts'>, part: HclBlock, file: TerraformFile): void {
  const parts = isOverrideFile(file) ? blocks.get(block.address)?.parts ?? [] : [];
  blocks.set(block.address, { ...block, parts: [...parts, { block: part, file }] });
}

