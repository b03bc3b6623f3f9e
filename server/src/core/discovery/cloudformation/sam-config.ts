import type { DiscoveryFile } from '../discoverer';
import type { TemplateParameters } from '../unit-part';
import { givenValues, parameterOfOverride } from './parameter-files';
import { readTomlSettings } from './toml-settings';

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
  const environments = new Map<string, Map<string, readonly string[]>>();
  for (const { table, name, values } of readTomlSettings(text)) {
    const [environment = '', command, part] = table;
    if (part !== 'parameters' || command !== 'deploy' && command !== 'global') continue;
    const settings = environments.get(environment) ?? new Map<string, readonly string[]>();
    // What is said of the command comes before what is said of all commands.
    if (command === 'deploy' || !settings.has(name)) settings.set(name, values);
    environments.set(environment, settings);
  }
  return Array.from(environments.values(), parametersOf);
}

const DEFAULT_TEMPLATES: readonly string[] = ['template.yaml', 'template.yml', 'template.json'];

function parametersOf(settings: ReadonlyMap<string, readonly string[]>): TemplateParameters {
  const [region] = settings.get('region') ?? [];
  const [stackName] = settings.get('stack_name') ?? [];
  const [templatePath] = settings.get('template_file') ?? settings.get('template') ?? [];
  const overrides = (settings.get('parameter_overrides') ?? []).flatMap(splitOverrides);
  return {
    kind: 'parameters', templatePaths: templatePath === undefined ? DEFAULT_TEMPLATES : [templatePath],
    values: { ...givenValues(overrides.map(parameterOfOverride).filter((parameter) => parameter !== undefined)),
      ...region === undefined ? {} : { 'AWS::Region': region }, ...stackName === undefined ? {} : { 'AWS::StackName': stackName } },
  };
}

/** `Name=Value Other="a value"`, and the form with `ParameterKey=Name,ParameterValue=Value`; quotes keep blanks together. */
function splitOverrides(text: string): readonly string[] {
  const overrides: string[] = [];
  let override = '';
  let quote = '';
  for (const character of `${text} `) {
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === '\'')) quote = character;
    else if (quote !== '' || character.trim() !== '') override += character;
    else {
      if (override !== '') overrides.push(override.replace(/^ParameterKey=(\w+),ParameterValue=/, '$1='));
      override = '';
    }
  }
  return overrides;
}
