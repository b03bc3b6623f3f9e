import { isTemplateFunction } from '../../policy/template-function';
import { memberOf, type Node } from '../../syntax/tree';

/** A document of a place, with its JSON pointer. */
interface DocumentBranch {
  readonly node: Node;
  readonly pointer: string;
  /** A condition decides whether it is there. */
  readonly isMaybe: boolean;
}

/** The documents that may stand in a place: both branches of `Fn::If`, or the node itself. */
export function documentBranches(node: Node, pointer: string, isMaybe = false): readonly DocumentBranch[] {
  const branches = isTemplateFunction(node) ? memberOf(node, 'Fn::If')?.value : undefined;
  if (branches?.kind !== 'list') return [{ node, pointer, isMaybe }];
  return branches.items.slice(1).flatMap((branch, index) => documentBranches(branch, `${pointer}/Fn::If/${index + 1}`, true));
}
