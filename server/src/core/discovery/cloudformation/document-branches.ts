import { isNoValue, isTemplateFunction } from '../../policy/template-function';
import { memberOf, type Node } from '../../syntax/tree';
import { decidedBranch, type TemplateChoices } from './template-functions';

/** A document of a place, with its JSON pointer. */
interface DocumentBranch {
  readonly node: Node;
  readonly pointer: string;
  /** A condition decides whether it is there. */
  readonly isMaybe: boolean;
}

/** The documents that may stand in a place: the branches of `Fn::If`, of which a decided condition leaves one, or the node itself. */
export function documentBranches(node: Node, pointer: string, choices: TemplateChoices, isMaybe = false): readonly DocumentBranch[] {
  if (isNoValue(node)) return [];
  const argument = isTemplateFunction(node) ? memberOf(node, 'Fn::If')?.value : undefined;
  if (argument?.kind !== 'list') return [{ node, pointer, isMaybe }];
  const decided = decidedBranch(node, choices);
  return argument.items.slice(1).flatMap((branch, index) => (decided !== undefined && branch !== decided ? []
    : documentBranches(branch, `${pointer}/Fn::If/${index + 1}`, choices, isMaybe || decided === undefined)));
}
