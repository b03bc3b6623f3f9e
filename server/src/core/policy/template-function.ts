import { CONDITIONAL } from '../syntax/hcl/canonical-tree';
import { isStringNode, memberOf, type Node } from '../syntax/tree';

/**
 * A function in place of a value: of CloudFormation, an object with the single key `Ref` or `Fn::…` (docs/aws-rules.md 8.2), or a call of
 * HCL.
 */
export function isTemplateFunction(node: Node | undefined): boolean {
  const [first, ...others] = node?.kind === 'object' ? node.members : [];
  return first !== undefined && others.length === 0 && (isTemplateFunctionName(first.key.value) || isCall(node));
}

function isCall(node: Node | undefined): boolean {
  return node?.kind === 'object' && node.style === 'call';
}

export function isTemplateFunctionName(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}

/**
 * Whether a function adds members to those that are written: `Fn::Transform` and `Fn::ForEach` do where they stand among others.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-transform.html and
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
 */
export function mayHaveMoreMembers(node: Node | undefined): boolean {
  return node?.kind === 'object' && node.members.some(({ key }) => isMemberAddingFunction(key.value));
}

export function isMemberAddingFunction(name: string): boolean {
  return name === 'Fn::Transform' || name.startsWith('Fn::ForEach');
}

/** `{"Ref": "AWS::NoValue"}`: nothing stands there. */
export function isNoValue(node: Node): boolean {
  const reference = memberOf(node, 'Ref')?.value;
  return isStringNode(reference) && reference.value === 'AWS::NoValue';
}

/**
 * The values that may stand in the place of a node: itself, or both branches of `Fn::If` or of a conditional of HCL; none for
 * `{"Ref": "AWS::NoValue"}`. Among them may be other functions, of whose value nothing is known.
 *
 * Source:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html#intrinsic-function-reference-conditions-if
 */
export function possibleValues(node: Node): readonly Node[] {
  const branches = isTemplateFunction(node) ? memberOf(node, isCall(node) ? CONDITIONAL : 'Fn::If')?.value : undefined;
  if (branches?.kind === 'list') return branches.items.slice(1).flatMap(possibleValues);
  return isNoValue(node) ? [] : [node];
}
