import type { DiscoveryFile } from '../discoverer';
import type { ParameterName, TemplateParameters } from '../unit-part';
import { givenValues, parameterOfOverride } from './parameter-files';
import { readTomlSettings, type TomlText } from './toml-settings';

/** Whether the file is the configuration of the SAM CLI and contains what a deployment gives to a template. */
export function isSamConfig({ uri, text }: DiscoveryFile): boolean {
  return uri.endsWith('/samconfig.toml') && SETTINGS.some((setting) => text.includes(setting));
}

const SETTINGS = ['parameter_overrides', 'region', 'stack_name'] as const;

/**
 * For each environment (`[default.deploy.parameters]`) what `sam deploy` gives to the template.
 *
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html
 */
export function readSamConfig(text: string): readonly TemplateParameters[] {
  const environments = new Map<string, Map<string, readonly TomlText[]>>();
  for (const { table, name, values } of readTomlSettings(text)) {
    const [environment = '', command, part] = table;
    if (part !== 'parameters' || command !== 'deploy' && command !== 'global') continue;
    const settings = environments.get(environment) ?? new Map<string, readonly TomlText[]>();
    // What is said of the command comes before what is said of all commands.
    if (command === 'deploy' || !settings.has(name)) settings.set(name, values);
    environments.set(environment, settings);
  }
  return Array.from(environments.values(), parametersOf);
}

const DEFAULT_TEMPLATES: readonly string[] = ['template.yaml', 'template.yml', 'template.json'];

function parametersOf(settings: ReadonlyMap<string, readonly TomlText[]>): TemplateParameters {
  const [region, stackName, templatePath] = [['region'], ['stack_name'], ['template_file', 'template']].map((names) =>
    names.flatMap((name) => settings.get(name) ?? [])[0]?.text);
  const overrides = (settings.get('parameter_overrides') ?? []).flatMap(splitOverrides);
  return {
    kind: 'parameters', templatePaths: templatePath === undefined ? DEFAULT_TEMPLATES : [templatePath],
    values: { ...givenValues(overrides.map(({ text }) => parameterOfOverride(text)).filter((parameter) => parameter !== undefined)),
      ...region === undefined ? {} : { 'AWS::Region': region }, ...stackName === undefined ? {} : { 'AWS::StackName': stackName } },
    names: overrides.flatMap(nameOfOverride),
  };
}

/** `Name=Value Other="a value"`, and the form with `ParameterKey=Name,ParameterValue=Value`; quotes keep blanks together. */
function splitOverrides({ text, offsets }: TomlText): readonly TomlText[] {
  const overrides: TomlText[] = [];
  let override = '';
  let overrideOffsets: number[] = [];
  let quote = '';
  for (let at = 0; at <= text.length; at++) {
    const character = text[at] ?? ' ';
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === '\'')) quote = character;
    else if (at < text.length && (quote !== '' || character.trim() !== '')) {
      override += character;
      overrideOffsets.push(offsets[at] ?? 0);
    } else {
      if (override !== '') overrides.push(withoutKeywords({ text: override, offsets: overrideOffsets }));
      override = '';
      overrideOffsets = [];
    }
  }
  return overrides;
}

/** `Name=Value` of `ParameterKey=Name,ParameterValue=Value`. */
function withoutKeywords(override: TomlText): TomlText {
  const [, keyword, name, separator] = /^(ParameterKey=)(\w+)(,ParameterValue=)/.exec(override.text) ?? [];
  if (keyword === undefined || name === undefined || separator === undefined) return override;
  const endOfName = keyword.length + name.length;
  const end = endOfName + separator.length;
  return { text: `${name}=${override.text.slice(end)}`,
    offsets: [...override.offsets.slice(keyword.length, endOfName + 1), ...override.offsets.slice(end)] };
}

function nameOfOverride({ text, offsets }: TomlText): readonly ParameterName[] {
  const [name] = parameterOfOverride(text) ?? [];
  const [start, last] = [offsets[0], offsets[(name?.length ?? 0) - 1]];
  return name === undefined || start === undefined || last === undefined ? [] : [{ name, span: { start, end: last + 1 } }];
}
