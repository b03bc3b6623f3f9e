import type { PlaceholderValues } from '../../policy/policy-string';
import type { HclBlock } from '../../syntax/hcl/hcl-tree';
import { baseName, parentFolder, resolvePath, type PlainUri } from '../../text/uri-path';
import { literalPartition } from '../literal-partition';
import { environmentOfProvider, providerNameOf, providerSymbols, withOwnRegion } from './environment';
import { evaluate, evaluateInModule } from './evaluate';
import { argumentOf, scopeOfBlock, type ModuleEnvironment, type ModuleBlock, type TerraformModule } from './module';
import { textOfArgument } from './names';
import { attributeValueOf } from './references';
import { attributesIn, blocksIn, isOverrideFile, isVariablesFile, type SourcedExpression, type TerraformFile } from './terraform-file';
import { UNKNOWN, withAssumptions, type Value } from './value';

type ModuleLookup = (directory: PlainUri) => TerraformModule | undefined;

/** A call of a module, in the module that calls it. */
interface ModuleCall {
  readonly caller: TerraformModule;
  readonly call: ModuleBlock;
}

/** What the modules of a unit know of each other. */
interface ModuleUnit {
  readonly moduleIn: ModuleLookup;
  readonly callsOf: (directory: PlainUri) => readonly ModuleCall[];
}

/**
 * The modules of these files, by their directories.
 *
 * @param declaredValue what `kms-handshake.json` says that expressions stand for
 */
export function createModules(files: readonly TerraformFile[], declaredValue: PlaceholderValues): ModuleLookup {
  const filesByDirectory = new Map<PlainUri, TerraformFile[]>();
  for (const file of files) filesByDirectory.set(file.directory, [...filesByDirectory.get(file.directory) ?? [], file]);
  const modules = new Map<PlainUri, TerraformModule>();
  const moduleIn: ModuleLookup = (directory) => {
    const filesOfModule = filesByDirectory.get(directory);
    const module = modules.get(directory) ?? (filesOfModule && createModule(directory, filesOfModule, declaredValue, unit));
    if (module) modules.set(directory, module);
    return module;
  };
  let calls: readonly (readonly [PlainUri, ModuleCall])[] | undefined;
  const unit: ModuleUnit = {
    moduleIn,
    callsOf: (directory) => {
      calls ??= [...filesByDirectory.keys()].flatMap((callerDirectory) => callsIn(moduleIn(callerDirectory)));
      return calls.flatMap(([called, call]) => (called === directory ? call : []));
    },
  };
  return moduleIn;
}

function callsIn(caller: TerraformModule | undefined): readonly (readonly [PlainUri, ModuleCall])[] {
  return [...caller?.calls.values() ?? []].flatMap((call) => {
    const directory = caller && calledDirectory(call, caller);
    return caller && directory !== undefined ? [[directory, { caller, call }] as const] : [];
  });
}

function calledDirectory(call: ModuleBlock, module: TerraformModule): PlainUri | undefined {
  const source = textOfArgument(call, 'source', module);
  return source !== undefined && /^\.{1,2}\//.test(source) ? resolvePath(module.directory, source) : undefined;
}

function createModule(directory: PlainUri, files: readonly TerraformFile[], declaredValue: PlaceholderValues,
  unit: ModuleUnit): TerraformModule {
  const index = indexBlocks(files.filter(({ uri }) => !isVariablesFile(uri)));
  const values = new Map<string, Value>();
  const environments = new Map<string, ModuleEnvironment>();
  /** Locals and resources can refer to each other in a circle. */
  const valueOnce = (key: string, compute: () => Value): Value => {
    const value = values.get(key);
    if (value) return value;
    values.set(key, UNKNOWN);
    const computedValue = compute();
    values.set(key, computedValue);
    return computedValue;
  };
  const environmentNamed = (provider: string): ModuleEnvironment => {
    const knownEnvironment = environments.get(provider);
    if (knownEnvironment) return knownEnvironment;
    // Modules can call each other, and a provider can ask for its own Region.
    environments.set(provider, providerSymbols(provider, module));
    const environment = callersEnvironment(provider, module, unit) ?? environmentOfProvider(provider, module);
    environments.set(provider, environment);
    return environment;
  };
  const module: TerraformModule = {
    directory, uri: parentFolder(files[0]?.uri ?? directory), name: baseName(directory), files, ...index, declaredValue,
    literalPartition: literalPartition(...files.map(({ text }) => text)),
    localValue: (local) => valueOnce(`local.${local}`, () => {
      const source = index.locals.get(local);
      return source ? evaluateInModule(source, module) : UNKNOWN;
    }),
    variableValue: (variable) => valueOnce(`var.${variable}`, () => valueOfVariable(variable, index.variables.get(variable), module, unit)),
    outputValue: (call, output) => valueOnce(`module.${call}.${output}`, () => valueOfOutput(call, output, module, unit)),
    attributeValue: (block, attribute) => valueOnce(`${block.address}.${attribute}`, () => attributeValueOf(block, attribute, module)),
    environmentNamed,
    environmentOf: (block) => withOwnRegion(environmentNamed(providerNameOf(block)), block, module),
  };
  return module;
}

/** A module that is called once has the account and Region of the module that calls it. */
function callersEnvironment(provider: string, { directory, providers }: TerraformModule,
  { callsOf }: ModuleUnit): ModuleEnvironment | undefined {
  const [moduleCall, ...others] = callsOf(directory);
  if (!moduleCall || others.length > 0 || providers.size > 0) return undefined;
  const { caller, call } = moduleCall;
  const passed = argumentOf(call, 'providers')?.expression;
  if (!passed) return provider === 'aws' ? caller.environmentNamed('aws') : undefined;
  const item = passed.kind === 'object' ? passed.items.find(({ key }) => textIn(call, key.span) === provider) : undefined;
  const name = item?.value && textIn(call, item.value.span);
  return name === undefined ? undefined : caller.environmentNamed(name);
}

function textIn(call: ModuleBlock, { start, end }: SourcedExpression['expression']['span']): string {
  return call.parts.at(-1)?.file.text.slice(start, end) ?? '';
}

/** What the only call of the module gives, else the files for its variables, else its default, which may be replaced in a root module. */
function valueOfVariable(name: string, variable: ModuleBlock | undefined, module: TerraformModule, { callsOf }: ModuleUnit): Value {
  const source = variable && argumentOf(variable, 'default');
  const defaultValue = source ? evaluateInModule(source, module) : UNKNOWN;
  const calls = callsOf(module.directory);
  const argumentValues = calls.flatMap(({ caller, call }) => {
    const argument = argumentOf(call, name);
    return argument ? [evaluate(argument.expression, scopeOfBlock(call, argument.file, caller))] : [];
  });
  if (calls.length > 0) {
    const [value, ...others] = argumentValues;
    if (!value) return defaultValue;
    return others.length === 0 && calls.length === 1 ? value : UNKNOWN;
  }
  return valueInVariablesFiles(name, module) ?? withAssumptions(defaultValue, [`the default of the variable ${name}`]);
}

/**
 * Files that Terraform takes by itself, the last one first.
 *
 * Source: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
 */
function valueInVariablesFiles(name: string, module: TerraformModule): Value | undefined {
  const files = module.files.filter(({ uri }) => isVariablesFile(uri))
    .sort((a, b) => Number(a.path.endsWith('.auto.tfvars')) - Number(b.path.endsWith('.auto.tfvars')) || (a.path < b.path ? -1 : 1));
  const assignments = files.flatMap((file) => attributesIn(file.body).flatMap((attribute): SourcedExpression[] =>
    (attribute.name === name ? [{ expression: attribute.value, file }] : [])));
  const last = assignments.at(-1);
  return last && evaluateInModule(last, module);
}

/** Of a module with several calls the outputs of one are not those of the others. */
function valueOfOutput(callName: string, output: string, module: TerraformModule, { moduleIn, callsOf }: ModuleUnit): Value {
  const call = module.calls.get(callName);
  const directory = call && calledDirectory(call, module);
  const calledModule = directory === undefined || callsOf(directory).length !== 1 ? undefined : moduleIn(directory);
  const block = calledModule?.outputs.get(output);
  const source = block && argumentOf(block, 'value');
  return calledModule && source ? evaluateInModule(source, calledModule) : UNKNOWN;
}

type BlockIndex = Pick<TerraformModule, 'blocks' | 'calls' | 'locals' | 'outputs' | 'providers'> & {
  readonly variables: ReadonlyMap<string, ModuleBlock> };

/** The blocks of all files; those of override files are merged into the others, in the order of the names of the files. */
function indexBlocks(files: readonly TerraformFile[]): BlockIndex {
  const index = { blocks: new Map<string, ModuleBlock>(), calls: new Map<string, ModuleBlock>(), outputs: new Map<string, ModuleBlock>(),
    variables: new Map<string, ModuleBlock>(), providers: new Map<string, ModuleBlock>(), locals: new Map<string, SourcedExpression>() };
  const inOrder = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const file of [...inOrder.filter((file) => !isOverrideFile(file)), ...inOrder.filter(isOverrideFile)]) {
    for (const block of blocksIn(file.body)) {
      const [first = '', second = ''] = block.labels.map(({ value }) => value);
      const add = (blocks: Map<string, ModuleBlock>, key: string, address: string, type = '', name = first): void => {
        addBlock(blocks, key, { address, type, name, isData: block.type === 'data' }, block, file);
      };
      switch (block.type) {
        case 'resource': add(index.blocks, `${first}.${second}`, `${first}.${second}`, first, second); break;
        case 'data': add(index.blocks, `data.${first}.${second}`, `data.${first}.${second}`, first, second); break;
        case 'module': add(index.calls, first, `module.${first}`); break;
        case 'output': add(index.outputs, first, `output.${first}`); break;
        case 'variable': add(index.variables, first, `var.${first}`); break;
        case 'provider': {
          const alias = attributesIn(block.body).find(({ name }) => name === 'alias')?.value;
          const aliasText = alias?.kind === 'template' ? file.text.slice(alias.content.start, alias.content.end) : undefined;
          add(index.providers, aliasText === undefined ? first : `${first}.${aliasText}`, `provider.${first}`);
          break;
        }
        case 'locals':
          for (const { name, value } of attributesIn(block.body)) index.locals.set(name, { expression: value, file });
          break;
        default:
      }
    }
  }
  return index;
}

/** Blocks of one address elsewhere than in an override file are an error of Terraform's: the last one counts. */
function addBlock(blocks: Map<string, ModuleBlock>, key: string, block: Omit<ModuleBlock, 'parts'>, part: HclBlock,
  file: TerraformFile): void {
  const parts = isOverrideFile(file) ? blocks.get(key)?.parts ?? [] : [];
  blocks.set(key, { ...block, parts: [...parts, { block: part, file }] });
}
