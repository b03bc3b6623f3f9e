import type { PlaceholderValue } from '../policy/policy-string';
import type { Span } from '../text/span';
import type { Template } from './cloudformation/template';
import type { TerraformFile } from './terraform/terraform-file';
import type { TerraformPart } from './terraform/terraform-part';
import type { TemplateImport } from './cloudformation/template-imports';

/** What a file contributes to the unit that it is a part of: files that are read together (`units/`). Depends on its text alone. */
export type UnitPart = TemplatePart | TemplateParameters | CloudAssembly | TerraformPart;

export interface TemplatePart {
  readonly kind: 'template';
  readonly template: Template;
  /** That of the ARNs in the template; undefined where they have none, or several. */
  readonly partition: string | undefined;
  readonly imports: readonly TemplateImport[];
  /** All of it that other files can depend on. */
  readonly fingerprint: string;
}

/** What one deployment gives to a template. */
export interface TemplateParameters {
  readonly kind: 'parameters';
  /** Paths of the templates, seen from the folder of the file; undefined where only the names of the files tell. */
  readonly templatePaths: readonly string[] | undefined;
  /** By the names of parameters and pseudo parameters. */
  readonly values: Readonly<Record<string, string>>;
  /** Where the file names parameters; empty for files that a tool makes. */
  readonly names: readonly ParameterName[];
}

/** The name of a parameter, with its place in the file. */
export interface ParameterName {
  readonly name: string;
  readonly span: Span;
}

/** The output of the CDK: what it says of each of its templates. */
export interface CloudAssembly {
  readonly kind: 'cloud-assembly';
  readonly stacks: readonly TemplateParameters[];
}

/**
 * What the other files of its unit say about a file, to read it with. Plain data: while it stays equal, the file is not read again.
 */
export interface UnitValues {
  /** By the names of placeholders. */
  readonly values: Readonly<Record<string, PlaceholderValue>>;
  /** The values of parameters that several deployments give differently; empty where not even these are known. */
  readonly alternatives: Readonly<Record<string, readonly string[]>>;
  readonly assumedEnvironment: AssumedEnvironment | undefined;
  /** The other files of its directory, and of those that call it or that it calls. */
  readonly terraformFiles?: readonly TerraformFile[] | undefined;
}

/** The account and Region of a stack rest on an assumption. */
export interface AssumedEnvironment {
  /** In words: "the account in the path of app.yaml". */
  readonly reason: string;
  /** The name of all files whose stacks have the same account and Region for certain: between them the assumption does not matter. */
  readonly group: string;
}

export const NO_UNIT_VALUES: UnitValues = { values: {}, alternatives: {}, assumedEnvironment: undefined };
