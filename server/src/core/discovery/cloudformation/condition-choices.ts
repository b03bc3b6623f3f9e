import type { ConditionChoice } from '../../policy/presence';
import { nodeToJson } from '../../syntax/canonical-value';
import { memberOf, type Node } from '../../syntax/tree';
import type { Template } from './template';
import { evaluateCondition, readConditionFunction } from './template-conditions';

/**
 * What follows for the other conditions of a template from one of them being true, or false: those that it is made of, those that are made
 * of it, and that one value is not two texts.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
 *
 * @param decidedValueOf the value of a condition that does not depend on the deployment
 */
export function conditionChoice(name: string, isTrue: boolean, template: Pick<Template, 'conditions' | 'uri'>,
  decidedValueOf: (name: string) => boolean | undefined): ConditionChoice {
  const idOf = (condition: string): string => `${condition} of ${template.uri}`;
  const impliedBy = (value: boolean): readonly string[] => Array.from(
    impliedValues(name, value, template.conditions, decidedValueOf), ([condition, isOther]) => `${isOther ? '' : '!'}${idOf(condition)}`);
  return { name: idOf(name), isTrue, implied: impliedBy(isTrue), impliedOtherwise: impliedBy(!isTrue) };
}

/** By name the conditions whose values follow. */
function impliedValues(name: string, isTrue: boolean, conditions: Node | undefined,
  decidedValueOf: (name: string) => boolean | undefined): ReadonlyMap<string, boolean> {
  const values = new Map<string, boolean>();
  const comparisons = new Map<string, boolean>();
  /** By the value that is compared the text that it is. */
  const texts = new Map<string, string>();
  const setName = (condition: string, value: boolean): void => {
    if (values.has(condition)) return;
    values.set(condition, value);
    setNode(memberOf(conditions, condition)?.value, value);
  };
  const setNode = (node: Node | undefined, value: boolean): void => {
    const { name: functionName, operands } = readConditionFunction(node);
    if (functionName === 'Condition' && operands[0]?.kind === 'scalar') setName(operands[0].value, value);
    else if (functionName === 'Fn::Not') setNode(operands[0], !value);
    else if (functionName === (value ? 'Fn::And' : 'Fn::Or')) for (const operand of operands) setNode(operand, value);
    else if (functionName === 'Fn::Equals') {
      const { compared, text, key } = readComparison(operands);
      comparisons.set(key, value);
      if (value && text !== undefined) texts.set(compared, text);
    }
  };
  const valueOfComparison = (operands: readonly Node[]): boolean | undefined => {
    const { compared, text, key } = readComparison(operands);
    const textOfCompared = texts.get(compared);
    return comparisons.get(key) ?? (text !== undefined && textOfCompared !== undefined ? text === textOfCompared : undefined);
  };
  const valueOfName = (condition: string, namesAround: readonly string[]): boolean | undefined => {
    if (values.has(condition)) return values.get(condition);
    // Conditions that refer to each other in a circle have no value.
    if (namesAround.includes(condition)) return undefined;
    return decidedValueOf(condition) ?? evaluateCondition(memberOf(conditions, condition)?.value,
      { ofComparison: valueOfComparison, ofName: (other) => valueOfName(other, [...namesAround, condition]) });
  };
  setName(name, isTrue);
  const names = conditions?.kind === 'object' ? conditions.members.map(({ key }) => key.value) : [];
  for (const other of names) {
    const value = valueOfName(other, []);
    if (value !== undefined) setName(other, value);
  }
  return values;
}

/** The two values of `Fn::Equals` in any order, one of which may be a text. */
function readComparison(operands: readonly Node[]): { readonly key: string; readonly compared: string; readonly text: string | undefined } {
  const text = operands.find(({ kind }) => kind === 'scalar');
  const compared = JSON.stringify(operands.filter((operand) => operand !== text).map(nodeToJson));
  return { key: operands.map((operand) => JSON.stringify(nodeToJson(operand))).sort().join(' '), compared,
    text: text?.kind === 'scalar' ? text.value : undefined };
}
