import type { Node } from '../syntax/tree';

/** A function of CloudFormation in place of a value: an object with the single key `Ref` or `Fn::…` (docs/aws-rules.md 8.2). */
export function isTemplateFunction(node: Node | undefined): boolean {
  const [first, ...others] = node?.kind === 'object' ? node.members : [];
  return first !== undefined && others.length === 0 && isTemplateFunctionName(first.key.value);
}

export function isTemplateFunctionName(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}

/**
 * The values that may stand in the place of a node: itself, or both branches of `Fn::If`; none for the other functions, of whose value
 * nothing is known, and for `{"Ref": "AWS::NoValue"}`.
 *
 * Source:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html#intrinsic-function-reference-conditions-if
 */
export function possibleValues(node: Node): readonly Node[] {
  const [member] = node.kind === 'object' ? node.members : [];
  if (!member || !isTemplateFunction(node)) return [node];
  return member.key.value === 'Fn::If' && member.value?.kind === 'list' ? member.value.items.slice(1).flatMap(possibleValues) : [];
}
