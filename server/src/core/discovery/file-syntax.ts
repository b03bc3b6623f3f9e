import { HCL_SYNTAX } from '../syntax/hcl/hcl-syntax';
import { JSON_SYNTAX } from '../syntax/json/json-syntax';
import type { Syntax } from '../syntax/syntax';
import { yamlSyntax } from '../syntax/yaml/yaml-syntax';
import type { DiscoveryFile } from './discoverer';
import { isTerraformFile, isVariablesFile } from './terraform/terraform-file';

/**
 * The short forms of the intrinsic functions.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
const FUNCTION_TAGS: ReadonlyMap<string, string> = new Map([
  ['!Ref', 'Ref'], ['!Condition', 'Condition'],
  ...['And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Length', 'Not', 'Or', 'Select',
    'Split', 'Sub', 'ToJsonString', 'Transform'].map((name): [string, string] => [`!${name}`, `Fn::${name}`]),
]);

const YAML_SYNTAX = yamlSyntax(FUNCTION_TAGS);

/**
 * The syntax of a file, by the suffix of its name. A text that begins with a brace is JSON, which YAML includes and which is read ten times
 * as fast.
 */
export function fileSyntaxOf({ uri, text }: DiscoveryFile): Syntax {
  if (isTerraformFile(uri) || isVariablesFile(uri)) return HCL_SYNTAX;
  return (isYamlFile(uri) || isUntitledTemplate({ uri, text })) && !/^\ufeff?\s*\{/.test(text) ? YAML_SYNTAX : JSON_SYNTAX;
}

/** A document without a file has no suffix that would tell. */
function isUntitledTemplate({ uri, text }: DiscoveryFile): boolean {
  return uri.startsWith('untitled:')
    && /^["']?(?:AWSTemplateFormatVersion|Resources|Transform|Parameters|Description)["']?[ \t]*:/m.test(text);
}

/** Whether the file is one of those that may contain YAML. */
function isYamlFile(uri: string): boolean {
  return /\.(?:ya?ml|template)(?:$|[?#])/i.test(uri);
}
