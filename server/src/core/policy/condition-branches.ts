import { memberOf, type Member, type Node, type ObjectNode } from '../syntax/tree';
import { ALWAYS, type ConditionChoices, type Presence } from './presence';
import { isNoValue, isTemplateFunction } from './template-function';

/** What may stand in the place of a node. */
interface Branch {
  readonly node: Node;
  /** In the list that is a branch, from 0. */
  readonly position: number;
  readonly presence: Presence;
  /** It is not known whether it is there. */
  readonly isUndecided: boolean;
}

/** The branches of `Fn::If`, each with its condition, and the items of lists in them; or the node itself. */
export function branchesOf(node: Node, choiceOf: ConditionChoices | undefined, around = NO_CONDITIONS): readonly Branch[] {
  if (node.kind === 'list')
    return node.items.flatMap((item, position) => branchesOf(item, choiceOf, { ...around, position: around.position + position }));
  const condition = conditionOf(node);
  if (condition)
    return condition.branches.slice(0, 2).flatMap((branch, index) => branchesOf(branch, choiceOf, choiceOf
      ? { ...around, presence: [...around.presence, choiceOf(condition.name, index === 0)] } : { ...around, isUndecided: true }));
  return isNoValue(node) ? [] : [{ node, ...around, isUndecided: around.isUndecided || isTemplateFunction(node) }];
}

const NO_CONDITIONS: Omit<Branch, 'node'> = { position: 0, presence: ALWAYS, isUndecided: false };

/** More conditions in one statement are not told apart: what they decide stays unknown. */
const MAX_CONDITIONS = 3;

/** A statement as conditions of the template make it. */
interface DecidedStatement {
  readonly node: ObjectNode;
  readonly presence: Presence;
}

/** A statement with values that conditions decide, once for each way in which they do; none where no condition decides any. */
export function decideConditions(node: ObjectNode, choiceOf: ConditionChoices): readonly DecidedStatement[] {
  const names = [...new Set(conditionNamesIn(node))];
  if (names.length === 0 || names.length > MAX_CONDITIONS) return [];
  const decisions = names.reduce<readonly Decisions[]>((partial, name) =>
    partial.flatMap((decided) => [true, false].map((isTrue) => new Map([...decided, [name, isTrue]]))), [new Map()]);
  return decisions.map((decided) => (
    { node: decideMembers(node, decided), presence: Array.from(decided, ([name, isTrue]) => choiceOf(name, isTrue)) }));
}

type Decisions = ReadonlyMap<string, boolean>;

function conditionOf(node: Node | undefined): { readonly name: string; readonly branches: readonly Node[] } | undefined {
  const argument = isTemplateFunction(node) ? memberOf(node, 'Fn::If')?.value : undefined;
  const [name, ...branches] = argument?.kind === 'list' ? argument.items : [];
  return name?.kind === 'scalar' ? { name: name.value, branches } : undefined;
}

function* conditionNamesIn(node: Node | undefined): Iterable<string> {
  const condition = conditionOf(node);
  if (condition) yield condition.name;
  if (node?.kind === 'list') for (const item of node.items) yield* conditionNamesIn(item);
  else if (node?.kind === 'object') for (const { value } of node.members) yield* conditionNamesIn(value);
}

/** The node with every `Fn::If` decided; undefined where nothing stands there then. */
function decide(node: Node, decisions: Decisions): Node | undefined {
  const condition = conditionOf(node);
  const isTrue = condition && decisions.get(condition.name);
  if (condition && isTrue !== undefined) {
    const branch = condition.branches[isTrue ? 0 : 1];
    return branch && decide(branch, decisions);
  }
  if (isNoValue(node)) return undefined;
  if (node.kind === 'list') return { ...node, items: node.items.flatMap((item) => itemsAfter(item, decide(item, decisions))) };
  return node.kind === 'object' ? decideMembers(node, decisions) : node;
}

/** A list in a branch in a list is meant to be its items. */
function itemsAfter(item: Node, decided: Node | undefined): readonly Node[] {
  return decided?.kind === 'list' && item.kind !== 'list' ? decided.items : decided ? [decided] : [];
}

function decideMembers(node: ObjectNode, decisions: Decisions): ObjectNode {
  return { ...node, members: node.members.flatMap((member): readonly Member[] => {
    const value = member.value && decide(member.value, decisions);
    return value || !member.value ? [{ ...member, value }] : [];
  }) };
}
