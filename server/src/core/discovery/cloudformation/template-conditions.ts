import { containsSymbol, withSampleValues } from '../../aws/identifier-comparison';
import { itemsOf, memberOf, type Node } from '../../syntax/tree';
import type { Template } from './template';

/**
 * Whether a condition of a template is true; undefined where a value that it compares is not known.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
 *
 * @param textOf the text of a value, if it is known for certain
 */
export function conditionValueOf(name: string, template: Pick<Template, 'conditions'>,
  textOf: (node: Node | undefined) => string | undefined,
  namesAround: readonly string[] = []): boolean | undefined {
  const valueOfNode = (node: Node | undefined): boolean | undefined => {
    const [member] = node?.kind === 'object' ? node.members : [];
    const operands = itemsOf(member?.value);
    switch (member?.key.value) {
      case 'Fn::Equals': return areEqual(textOf(operands[0]), textOf(operands[1]));
      case 'Fn::Not': return negate(valueOfNode(operands[0]));
      case 'Fn::And': return decideAll(operands.map(valueOfNode));
      case 'Fn::Or': return negate(decideAll(operands.map((operand) => negate(valueOfNode(operand)))));
      case 'Condition': return operands[0]?.kind === 'scalar' ? valueOfName(operands[0].value) : undefined;
      default: return undefined;
    }
  };
  const valueOfName = (other: string): boolean | undefined =>
    // Conditions that refer to each other in a circle have no value.
    namesAround.includes(other) ? undefined : conditionValueOf(other, template, textOf, [...namesAround, other]);
  return valueOfNode(memberOf(template.conditions, name)?.value);
}

function areEqual(a: string | undefined, b: string | undefined): boolean | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a === b) return true;
  // What only a deployment gives is not empty.
  return containsSymbol(a + b) && withSampleValues(a) !== '' && withSampleValues(b) !== '' ? undefined : false;
}

function negate(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function decideAll(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(false)) return false;
  return values.includes(undefined) ? undefined : true;
}
