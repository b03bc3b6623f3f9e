import { parseArn } from '../../aws/arn';
import { parseKeyArn } from '../../aws/key-arn';
import type { Template } from '../../discovery/cloudformation/template';
import { pseudoParameterSymbols } from '../../discovery/cloudformation/template-references';
import { NO_UNIT_VALUES, type UnitValues } from '../../discovery/unit-part';
import type { PlaceholderValue } from '../../policy/policy-string';
import type { UnitDeclaration, UnitFile } from '../unit-file';
import { environmentsOf, type Environment } from './environments';
import { linkImports, parentStacksOf } from './link-templates';
import { givenParametersOf } from './parameter-sets';
import { createTemplateEvaluator, type KnownValues, type TemplateEvaluator } from './template-evaluator';
import { templateMemberOf, type TemplateMember } from './template-member';

/** By URI what the other files of a unit, and declarations, say about each of its templates. */
export function resolveTemplates(files: readonly UnitFile[]): ReadonlyMap<string, UnitValues> {
  const members = files.flatMap((file) => templateMemberOf(file) ?? []);
  const parameters = givenParametersOf(members, files);
  const knownValues = new Map(members.map((member): [string, KnownValues] => {
    const givenParameters = parameters.get(member.uri);
    return [member.uri, { values: new Map([...givenParameters?.values ?? [], ...declaredValuesOf(member)]),
      alternatives: givenParameters?.alternatives ?? new Map() }];
  }));
  const parentStacks = parentStacksOf(members);
  const imports = linkImports(members, createTemplateEvaluator(members, knownValues, { parentStacks, imports: new Map() }));
  const links = { parentStacks, imports };
  const environments = environmentsOf(members, knownValues, links);
  const knownInEnvironment = new Map(members.map((member): [string, KnownValues] => {
    const { values = new Map<string, PlaceholderValue>(), alternatives = new Map<string, readonly string[]>() } =
      knownValues.get(member.uri) ?? {};
    return [member.uri, { values: new Map([...values, ...environmentValuesOf(member, environments.get(member.uri))]), alternatives }];
  }));
  const evaluator = createTemplateEvaluator(members, knownInEnvironment, links);
  const membersByPath = new Map(members.map((member) => [member.file.path, member]));
  return new Map(members.map((member) => {
    const names = [...knownInEnvironment.get(member.uri)?.values.keys() ?? [], ...parameterNamesOf(member.template),
      ...member.imports.map(({ placeholder }) => placeholder),
      ...member.nestedStacks.flatMap(({ logicalId, path }) =>
        outputNamesOf(membersByPath.get(path)?.template).map((output) => `${logicalId}.Outputs.${output}`))];
    return [member.uri, unitValuesOf(member, names, evaluator, knownInEnvironment.get(member.uri)?.alternatives,
      environments.get(member.uri)?.assumed)];
  }));
}

function unitValuesOf(member: TemplateMember, names: readonly string[], evaluator: TemplateEvaluator,
  alternatives: KnownValues['alternatives'] | undefined, assumedEnvironment: UnitValues['assumedEnvironment']): UnitValues {
  const values = Object.fromEntries([...new Set(names)].flatMap((name) => {
    const value = evaluator.valueFromUnit(member, name);
    return value ? [[name, value] as const] : [];
  }));
  const ambiguousParameters = parameterNamesOf(member.template).filter((name) => evaluator.hasSeveralValues(member, name));
  const openValues = Object.fromEntries(ambiguousParameters.map((name) => [name, alternatives?.get(name) ?? []]));
  return Object.keys(values).length + ambiguousParameters.length === 0 && !assumedEnvironment ? NO_UNIT_VALUES
    : { values, alternatives: openValues, assumedEnvironment };
}

/** What the template would not say itself. */
function environmentValuesOf({ template, partition }: TemplateMember, environment: Environment | undefined): readonly [string,
  PlaceholderValue][] {
  const symbols = pseudoParameterSymbols(template);
  return [...environment?.values ?? []].flatMap(([name, text]) =>
    (text === symbols[name] || name === 'AWS::Partition' && text === partition ? [] : [[name, { text }]]));
}

function parameterNamesOf({ parameters }: Template): readonly string[] {
  return parameters?.kind === 'object' ? parameters.members.map(({ key }) => key.value) : [];
}

function outputNamesOf(template: Template | undefined): readonly string[] {
  return template?.outputs?.kind === 'object' ? template.outputs.members.map(({ key }) => key.value) : [];
}

/**
 * What the ARN of a key or identity of the stack says: account, Region and partition of all of it, and the id or name of the resource.
 * Nothing where declarations contradict each other.
 */
function declaredValuesOf({ file, template }: TemplateMember): readonly [string, PlaceholderValue][] {
  const { declarations } = file;
  return [
    ...onlyValue('AWS::AccountId', declarations.map(({ account }) => account)),
    ...onlyValue('AWS::Region', declarations.map(({ kind, arn }) => (kind === 'key' ? parseArn(arn ?? '')?.region : undefined))),
    ...onlyValue('AWS::Partition', declarations.map(({ arn }) => parseArn(arn ?? '')?.partition)),
    ...declarations.flatMap((declaration) => declaredNameOf(declaration, template)),
  ];
}

function onlyValue(name: string, texts: readonly (string | undefined)[]): readonly [string, PlaceholderValue][] {
  const [text, ...others] = new Set(texts.filter((value) => value !== undefined));
  return text === undefined || others.length > 0 ? [] : [[name, { text }]];
}

/** The id of the key whose policy the declaration names. */
function declaredNameOf({ kind, arn, pointer }: UnitDeclaration, { resources }: Template): readonly [string, PlaceholderValue][] {
  const keyId = kind === 'key' ? parseKeyArn(arn ?? '')?.keyId : undefined;
  if (keyId === undefined) return [];
  const [, logicalId] = /^\/Resources\/(\w+)/.exec(pointer ?? '') ?? [];
  const keys = [...resources.values()].filter(({ type }) => type === 'AWS::KMS::Key' || type === 'AWS::KMS::ReplicaKey');
  const resource = logicalId === undefined ? keys.length === 1 ? keys[0] : undefined : resources.get(logicalId);
  return resource ? [[resource.logicalId, { text: keyId }]] : [];
}
