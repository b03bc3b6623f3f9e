import { memberOf } from '../../syntax/tree';
import type { PlaceholderValue } from '../../policy/policy-string';
import { hasOneValue } from '../../discovery/cloudformation/template-parameters';
import { baseName, parentFolder, resolvePath } from '../../text/uri-path';
import type { TemplateParameters } from '../../discovery/unit-part';
import type { Location } from '../../text/span';
import type { UnitFile } from '../unit-file';
import { nameWithoutSuffix, parameterSetsOf } from './template-connections';
import type { TemplateMember } from './template-member';

/** What deployments give to a template. */
export interface GivenParameters {
  readonly values: ReadonlyMap<string, PlaceholderValue>;
  /** Of parameters that they give differently. */
  readonly alternatives: ReadonlyMap<string, readonly string[]>;
}

interface ParameterSet extends Pick<TemplateParameters, 'values' | 'names'> {
  readonly file: UnitFile;
  readonly targets: readonly TemplateMember[];
  readonly assumption: string | undefined;
}

/** By the URI of a template what the files beside it give to its parameters. */
export function givenParametersOf(members: readonly TemplateMember[], files: readonly UnitFile[]): ReadonlyMap<string, GivenParameters> {
  const setsByTemplate = new Map<string, ParameterSet[]>();
  for (const parameterSet of parameterSetsIn(members, files))
    for (const { uri } of parameterSet.targets) setsByTemplate.set(uri, [...setsByTemplate.get(uri) ?? [], parameterSet]);
  return new Map(members.flatMap((member) => {
    const sets = setsByTemplate.get(member.uri);
    return sets ? [[member.uri, mergeSets(sets, member)] as const] : [];
  }));
}

function parameterSetsIn(members: readonly TemplateMember[], files: readonly UnitFile[]): readonly ParameterSet[] {
  return files.flatMap((file) => parameterSetsOf(file).map(({ templatePaths, values, names }): ParameterSet => {
    const folder = parentFolder(file.path);
    const paths = templatePaths?.map((path) => resolvePath(folder, path));
    const targets = paths ? members.filter(({ file: { path } }) => paths.includes(path)) : templatesBeside(file, values, members);
    const isByName = paths !== undefined || targets.some((target) => isNamedAfter(file, target));
    return { file, targets, values, names, assumption: isByName ? undefined : `${baseName(file.path)} beside the template` };
  }));
}

/** The places where files that give values to the parameters of this template alone name its parameter. */
export function parameterNamePlaces(uri: string, name: string, members: readonly TemplateMember[],
  files: readonly UnitFile[]): readonly Location[] {
  return parameterSetsIn(members, files).flatMap(({ file, targets, names }) =>
    (targets.length === 1 && targets[0]?.uri === uri ? names : []).flatMap((place) =>
      (place.name === name ? { uri: file.uri, span: place.span } : [])));
}

/**
 * The template that a parameter file belongs to by its name (`network.yaml` and `network-prod.json`), else the only one in its folder that
 * has all these parameters.
 */
function templatesBeside(file: UnitFile, values: ParameterSet['values'], members: readonly TemplateMember[]): readonly TemplateMember[] {
  const beside = members.filter((member) => parentFolder(member.file.path) === parentFolder(file.path));
  const namesakes = beside.filter((member) => isNamedAfter(file, member));
  if (namesakes.length > 0) {
    const longest = Math.max(...namesakes.map((member) => nameWithoutSuffix(member.file.path).length));
    return namesakes.filter((member) => nameWithoutSuffix(member.file.path).length === longest);
  }
  const [only, ...others] = beside;
  const hasAllParameters = Object.keys(values).every((name) => memberOf(only?.template.parameters, name) !== undefined);
  return only && others.length === 0 && hasAllParameters ? [only] : [];
}

function isNamedAfter({ path }: UnitFile, member: TemplateMember): boolean {
  const name = nameWithoutSuffix(path);
  const template = nameWithoutSuffix(member.file.path);
  return name === template || name.startsWith(template) && /^[._-]/.test(name.slice(template.length));
}

/** Files named after the template come before those that only lie beside it. */
function mergeSets(sets: readonly ParameterSet[], { template }: TemplateMember): GivenParameters {
  const certainSets = sets.filter(({ assumption }) => assumption === undefined);
  const effectiveSets = certainSets.length > 0 ? certainSets : sets;
  const values = new Map<string, PlaceholderValue>();
  const alternatives = new Map<string, readonly string[]>();
  for (const name of new Set(effectiveSets.flatMap(({ values: given }) => Object.keys(given)))) {
    if (!name.startsWith('AWS::') && !hasOneValue(name, template)) continue;
    const texts = new Set(effectiveSets.map(({ values: given }) => (Object.hasOwn(given, name) ? given[name] : undefined)));
    const [text, ...others] = texts;
    const assumptions = effectiveSets.flatMap(({ assumption }) => assumption ?? []);
    if (text !== undefined && others.length === 0) values.set(name, { text, ...assumptions.length > 0 ? { assumptions } : {} });
    else alternatives.set(name, texts.has(undefined) ? [] : [...texts].flatMap((value) => value ?? []));
  }
  return { values, alternatives };
}
