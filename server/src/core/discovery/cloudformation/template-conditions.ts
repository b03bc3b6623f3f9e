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
  return evaluateCondition(memberOf(template.conditions, name)?.value, {
    ofComparison: ([a, b]) => areEqual(textOf(a), textOf(b)),
    // Conditions that refer to each other in a circle have no value.
    ofName: (other) => (namesAround.includes(other) ? undefined : conditionValueOf(other, template, textOf, [...namesAround, other])),
  });
}

/** What the functions in a condition rest on; undefined where it is not known. */
export interface ConditionValues {
  /** Of `Fn::Equals`, by its operands. */
  readonly ofComparison: (operands: readonly Node[]) => boolean | undefined;
  /** Of another condition. */
  readonly ofName: (name: string) => boolean | undefined;
}

export function evaluateCondition(node: Node | undefined, values: ConditionValues): boolean | undefined {
  const { name, operands } = readConditionFunction(node);
  const valueOf = (operand: Node | undefined): boolean | undefined => evaluateCondition(operand, values);
  switch (name) {
    case 'Fn::Equals': return values.ofComparison(operands);
    case 'Fn::Not': return negate(valueOf(operands[0]));
    case 'Fn::And': return decideAll(operands.map(valueOf));
    case 'Fn::Or': return negate(decideAll(operands.map((operand) => negate(valueOf(operand)))));
    case 'Condition': return operands[0]?.kind === 'scalar' ? values.ofName(operands[0].value) : undefined;
    default: return undefined;
  }
}

export function readConditionFunction(node: Node | undefined): { readonly name: string | undefined; readonly operands: readonly Node[] } {
  const [member] = node?.kind === 'object' ? node.members : [];
  return { name: member?.key.value, operands: itemsOf(member?.value) };
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
