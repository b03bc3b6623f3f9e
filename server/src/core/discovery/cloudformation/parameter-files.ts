import { isStringNode, memberOf, valueSpan, type Node } from '../../syntax/tree';
import type { Discoverer } from '../discoverer';
import { isCloudFormationTemplate } from '../policy-documents/document-shapes';
import type { ParameterName } from '../unit-part';
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
  discover: (values, sink) => values.filter(({ node, layer }) => {
    const parameters = parametersIn(node);
    if (parameters === undefined) return true;
    sink.unitParts.push({ kind: 'parameters', templatePaths: undefined,
      values: givenValues(parameters.map(({ name, text }) => [name, text])),
      names: parameters.map(({ name, span }) => ({ name, span: layer.toFileSpan(span) })) });
    return false;
  }),
};

/** A parameter with the text that is given for it; `span` is that of its name. */
interface GivenParameter extends ParameterName {
  readonly text: string;
}

/** Undefined for a value that is not a parameter file. */
function parametersIn(node: Node): readonly GivenParameter[] | undefined {
  if (node.kind === 'list') return allOf(node.items.map(parameterOfItem));
  const parameters = isCloudFormationTemplate(node) ? undefined : memberOf(node, 'Parameters')?.value;
  return parameters?.kind === 'object'
    ? allOf(parameters.members.map(({ key, value }) =>
      (value?.kind === 'scalar' ? { name: key.value, span: key.content, text: value.value } : undefined))) : undefined;
}

/** `{ "ParameterKey": …, "ParameterValue": … }` or `"Key=Value"`. */
function parameterOfItem(item: Node): GivenParameter | undefined {
  if (isStringNode(item)) {
    const override = parameterOfOverride(item.value);
    return override && { name: override[0], text: override[1], span: valueSpan(item, 0, override[0].length) };
  }
  const key = memberOf(item, 'ParameterKey')?.value;
  const value = memberOf(item, 'ParameterValue')?.value;
  // With "UsePreviousValue" the value is not in the file.
  return isStringNode(key) ? { name: key.value, span: key.content, text: value?.kind === 'scalar' ? value.value : '' } : undefined;
}

export function parameterOfOverride(override: string): readonly [string, string] | undefined {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(override) ?? [];
  return name === undefined || value === undefined ? undefined : [name, value];
}

/** Undefined where one of the items is not a parameter, or none is there. */
function allOf(parameters: readonly (GivenParameter | undefined)[]): readonly GivenParameter[] | undefined {
  const complete = parameters.filter((parameter) => parameter !== undefined);
  return parameters.length === 0 || complete.length < parameters.length ? undefined : complete;
}

export function givenValues(parameters: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries(parameters.flatMap(([name, text]) => {
    const value = givenParameterValue(text);
    return value === undefined ? [] : [[name, value]];
  }));
}
