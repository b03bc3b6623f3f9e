import { isStringNode, memberOf, type Node } from '../../syntax/tree';
import type { Discoverer } from '../discoverer';
import { isCloudFormationTemplate, stringMemberOf } from '../policy-documents/document-shapes';
import { givenParameterValue } from './template-parameters';

const PARAMETERS = /"Parameters"\s{0,99}:\s{0,99}\{/;
/** A list of `"Key=Value"` is known by its first item. */
const OVERRIDES = /^\s{0,99}\[\s{0,99}"\w+=/;

/**
 * Files with the parameters of a template: those of `create-stack`, the template configuration of CodePipeline, and `--parameter-overrides`
 * of `deploy`.
 *
 * Source: https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/
 */
export const PARAMETER_FILES: Discoverer = {
  id: 'parameter-files',
  syntaxes: ['json'],
  mayContain: ({ text }) => text.includes('"ParameterKey"') || text.includes('"Parameters"') && PARAMETERS.test(text)
    || OVERRIDES.test(text),
  discover: (values, sink) => values.filter(({ node }) => {
    const parameters = parametersIn(node);
    if (parameters === undefined) return true;
    sink.unitParts.push({ kind: 'parameters', templatePaths: undefined, values: parameters });
    return false;
  }),
};

/** Undefined for a value that is not a parameter file. */
function parametersIn(node: Node): Readonly<Record<string, string>> | undefined {
  if (node.kind === 'list') return recordOf(node.items.map(parameterOfItem));
  const parameters = isCloudFormationTemplate(node) ? undefined : memberOf(node, 'Parameters')?.value;
  return parameters?.kind === 'object'
    ? recordOf(parameters.members.map(({ key, value }) => (value?.kind === 'scalar' ? [key.value, value.value] : undefined))) : undefined;
}

/** `{ "ParameterKey": …, "ParameterValue": … }` or `"Key=Value"`. */
function parameterOfItem(item: Node): readonly [string, string] | undefined {
  if (isStringNode(item)) return parameterOfOverride(item.value);
  const name = stringMemberOf(item, 'ParameterKey');
  const value = memberOf(item, 'ParameterValue')?.value;
  // With "UsePreviousValue" the value is not in the file.
  return name === undefined ? undefined : [name, value?.kind === 'scalar' ? value.value : ''];
}

export function parameterOfOverride(override: string): readonly [string, string] | undefined {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(override) ?? [];
  return name === undefined || value === undefined ? undefined : [name, value];
}

/** Undefined where one of the items is not a parameter, or none is there. */
function recordOf(parameters: readonly (readonly [string, string] | undefined)[]): Readonly<Record<string, string>> | undefined {
  if (parameters.length === 0 || parameters.some((parameter) => parameter === undefined)) return undefined;
  return givenValues(parameters.filter((parameter) => parameter !== undefined));
}

export function givenValues(parameters: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries(parameters.flatMap(([name, text]) => {
    const value = givenParameterValue(text);
    return value === undefined ? [] : [[name, value]];
  }));
}
