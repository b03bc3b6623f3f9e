import { parseHcl } from '../../syntax/hcl/parse-hcl';
import type { Expression, HclAttribute, HclBlock, HclBody } from '../../syntax/hcl/hcl-tree';
import { baseName, parentFolder, plainUri, type PlainUri } from '../../text/uri-path';

/** A file of a Terraform configuration, or one with values for its variables. */
export interface TerraformFile {
  readonly uri: string;
  readonly path: PlainUri;
  readonly directory: PlainUri;
  readonly text: string;
  readonly body: HclBody;
}

/** An expression with the file that it is written in. */
export interface SourcedExpression {
  readonly expression: Expression;
  readonly file: TerraformFile;
}

/** A nested block with the file that it is written in. */
export interface SourcedBlock {
  readonly block: HclBlock;
  readonly file: TerraformFile;
}

export function readTerraformFile(uri: string, text: string): TerraformFile {
  const path = plainUri(uri);
  return { uri, path, directory: parentFolder(path), text, body: parseHcl(text).body };
}

/** A file whose values for variables Terraform takes by itself (Terraform language, variable definitions files). */
export function isVariablesFile(uri: string): boolean {
  return /(?:\/terraform|\.auto)\.tfvars$/i.test(uri);
}

export function isTerraformFile(uri: string): boolean {
  return /\.(?:tf|tofu)(?:$|[?#])/i.test(uri);
}

/**
 * Whether the blocks of the file are merged into those of the other files, argument by argument.
 *
 * Source: https://developer.hashicorp.com/terraform/language/files/override
 */
export function isOverrideFile({ path }: TerraformFile): boolean {
  return /(?:^|_)override\.(?:tf|tofu)$/.test(baseName(path));
}

export function blocksIn({ items }: HclBody): readonly HclBlock[] {
  return items.filter((item) => item.kind === 'block');
}

export function attributesIn({ items }: HclBody): readonly HclAttribute[] {
  return items.filter((item) => item.kind === 'attribute');
}

export function attributeIn(body: HclBody, name: string): HclAttribute | undefined {
  return body.items.find((item): item is HclAttribute => item.kind === 'attribute' && item.name === name);
}
