import type { Identifier } from '../../aws/identifier-comparison';
import type { PlaceholderValue } from '../../policy/policy-string';
import type { HclBlock } from '../../syntax/hcl/hcl-tree';
import type { PlainUri } from '../../text/uri-path';
import { attributeIn, blocksIn, type SourcedBlock, type SourcedExpression, type TerraformFile } from './terraform-file';
import type { Value } from './value';

/** The files of one directory: what one of them says counts in all of them. */
export interface TerraformModule {
  readonly directory: PlainUri;
  /** The URI of the directory, as the editor spells it. */
  readonly uri: string;
  /** The name of the directory, for messages. */
  readonly name: string;
  readonly files: readonly TerraformFile[];
  /** Resources and data sources, by address: `aws_kms_key.main`, `data.aws_iam_policy_document.main`. */
  readonly blocks: ReadonlyMap<string, ModuleBlock>;
  readonly calls: ReadonlyMap<string, ModuleBlock>;
  readonly locals: ReadonlyMap<string, SourcedExpression>;
  readonly outputs: ReadonlyMap<string, ModuleBlock>;
  /** What `kms-handshake.json` says that an expression stands for, by the expression without blanks. */
  readonly declaredValue: (expression: string) => PlaceholderValue | undefined;
  /** `provider` blocks, by the name that resources refer to: `aws`, `aws.replica`. */
  readonly providers: ReadonlyMap<string, ModuleBlock>;
  readonly localValue: (name: string) => Value;
  readonly variableValue: (name: string) => Value;
  /** The output of a module that is called. */
  readonly outputValue: (call: string, output: string) => Value;
  /** What an attribute of a resource or data source stands for. */
  readonly attributeValue: (block: ModuleBlock, attribute: string) => Value;
  readonly environmentOf: (block: ModuleBlock) => ModuleEnvironment;
  /** By the name of a provider configuration: `aws`, `aws.replica`. */
  readonly environmentNamed: (provider: string) => ModuleEnvironment;
  /** The partition of the ARNs that are written in the files; undefined where none is, or several are. */
  readonly literalPartition: string | undefined;
}

/** Where a provider configuration makes its resources. */
export interface ModuleEnvironment {
  readonly account: Identifier;
  readonly region: Identifier;
  readonly partition: Identifier;
}

/** A block of a module, with the blocks of override files behind it. */
export interface ModuleBlock {
  /** `aws_kms_key.main`, `data.aws_kms_key.main`; of a module call `module.key`. */
  readonly address: string;
  /** `aws_kms_key`; empty for what has one label. */
  readonly type: string;
  readonly name: string;
  readonly isData: boolean;
  readonly parts: readonly SourcedBlock[];
}

/** Where names are looked up: in a module, and among the variables of a `for` or of a `dynamic` block. */
export interface Scope {
  readonly module: TerraformModule;
  readonly file: TerraformFile;
  readonly variables: ReadonlyMap<string, Value>;
  /** What these variables are of: an expression that contains one of them has another value elsewhere. */
  readonly iteration: string;
}

/** The argument of a block, of an override file before others. */
export function argumentOf({ parts }: ModuleBlock, name: string): SourcedExpression | undefined {
  for (const { block, file } of [...parts].reverse()) {
    const attribute = attributeIn(block.body, name);
    if (attribute) return { expression: attribute.value, file };
  }
  return undefined;
}

/** The nested blocks of that type, of an override file in place of all others; `dynamic` ones included. */
export function nestedBlocksOf({ parts }: ModuleBlock, type: string): readonly SourcedBlock[] {
  for (const { block, file } of [...parts].reverse()) {
    const blocks = blocksIn(block.body).filter((nested) => isOfType(nested, type));
    if (blocks.length > 0) return blocks.map((nested) => ({ block: nested, file }));
  }
  return [];
}

/** Whether a nested block is of the type, or a `dynamic` block that makes some. */
export function isOfType({ type, labels }: HclBlock, expectedType: string): boolean {
  return type === expectedType || type === 'dynamic' && labels[0]?.value === expectedType;
}

/** The scope of the arguments of a block: with `count` or `for_each` it is there several times, with other values. */
export function scopeOfBlock(block: ModuleBlock, file: TerraformFile, module: TerraformModule): Scope {
  return { module, file, variables: INSTANCE_VARIABLES, iteration: block.address };
}

const INSTANCE_VARIABLES: ReadonlyMap<string, Value> = new Map((['each', 'count', 'self'] as const).map((name) =>
  [name, { kind: 'unknown' }]));
export const NO_VARIABLES: ReadonlyMap<string, Value> = new Map();
