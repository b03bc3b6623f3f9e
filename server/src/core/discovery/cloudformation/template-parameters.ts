import type { PlaceholderValue } from '../../policy/policy-string';
import { findPlaceholders } from '../../syntax/placeholders';
import { isStringNode, itemsOf, memberOf, type Node } from '../../syntax/tree';
import { stringMemberOf } from '../policy-documents/document-shapes';
import type { Template } from './template';

/**
 * Whether what is given for a parameter is its one value. The items of a list are several values, and of an SSM parameter only the name is
 * given, also as the default.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
 */
export function hasOneValue(name: string, template: Template): boolean {
  const parameter = memberOf(template.parameters, name);
  const type = stringMemberOf(parameter?.value, 'Type') ?? 'String';
  return parameter !== undefined && !/^(?:CommaDelimitedList$|List<|AWS::SSM::)/.test(type);
}

/** What a value that is given for a parameter says; undefined for one that a service gives, or that is still to be replaced. */
export function givenParameterValue(text: string): string | undefined {
  return text === '' || text.includes('{{resolve:') || findPlaceholders(text, true, 0).length > 0 ? undefined : text;
}

/** The only allowed value of a parameter, or its default, which a deployment may replace. */
export function parameterValueOf(name: string, template: Template): PlaceholderValue | undefined {
  if (!hasOneValue(name, template)) return undefined;
  const parameter = memberOf(template.parameters, name)?.value;
  const [allowedValue, ...otherValues] = itemsOf(memberOf(parameter, 'AllowedValues')?.value);
  if (allowedValue?.kind === 'scalar' && otherValues.length === 0) return { text: allowedValue.value };
  const node = memberOf(parameter, 'Default')?.value;
  const text = node?.kind === 'scalar' ? givenParameterValue(node.value) : undefined;
  return text === undefined || isComparedWith(text, name, template) ? undefined
    : { text, assumptions: [`the default of the parameter ${name}`] };
}

/** A condition that asks whether the parameter has its default takes it for "not given". */
function isComparedWith(text: string, name: string, { conditions }: Template): boolean {
  const containsComparison = (node: Node | undefined): boolean => {
    if (node?.kind === 'list') return node.items.some(containsComparison);
    if (node?.kind !== 'object') return false;
    const operands = itemsOf(memberOf(node, 'Fn::Equals')?.value);
    const isComparison = operands.some((operand) => isStringNode(memberOf(operand, 'Ref')?.value) && stringMemberOf(operand,
      'Ref') === name)
      && operands.some((operand) => operand.kind === 'scalar' && operand.value === text);
    return isComparison || node.members.some(({ value }) => containsComparison(value));
  };
  return containsComparison(conditions);
}
