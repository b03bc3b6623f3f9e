import { equalJson, nodeToJson } from '../canonical-value';
import { combineEdits, editsOfFile, planEdits, type ContainerChange, type EditPlan } from '../edit-plan';
import type { RenderedEdits, SourceLayer } from '../syntax';
import type { Span, TextEdit } from '../../text/span';
import type { ListNode, Node, ObjectNode } from '../tree';
import type { JsonValue, TreeEdit } from '../tree-edit';
import { blockEdits } from './block-edits';
import { isInFlow, ownMembers, type YamlTarget } from './edit-target';
import { flowEdits } from './flow-edits';
import { flowSpans } from './lexemes';
import { parseYaml } from './parse-yaml';
import { printScalar } from './print-yaml';
import type { TagMembers } from './builder';
import { replacementEdits, valueEdits, wrapEdits } from './value-edits';
import { yamlLayout } from './yaml-layout';

/**
 * Writes edits of a tree as edits of the file that the layer stands in, beside what is there and in its style. What the text has elsewhere
 * too (anchors), or has as a function, is refused.
 */
export function renderYamlEdits(layer: SourceLayer, edits: readonly TreeEdit[], tagMembers: TagMembers): RenderedEdits {
  const { text } = layer;
  const plan = planEdits(edits);
  const refusal = refusalOf(plan, edits, sharedSpans(text, tagMembers));
  if (refusal !== undefined) return { refusal };
  const target: YamlTarget = { text, layout: yamlLayout(text, tagMembers), flowSpans: flowSpans(text) };
  const textEdits = [
    ...plan.textEdits,
    ...plan.replacements.flatMap(({ node, value }) => replacementEdits(target, node, value)),
    ...plan.renames.map(({ key, name }) => ({ span: key.span, newText: printScalar(name, {
      quote: key.style === 'double-quoted' ? '"' : '\'', always: key.style !== 'plain' }, isInFlow(target, key.span.start)) })),
    ...Array.from(plan.valuesForEmptyMembers, ([member, values]) => valueEdits(target, member, values)).flat(),
    ...Array.from(plan.valuesToWrap, ([member, values]) => wrapEdits(target, member, values)).flat(),
  ];
  for (const [node, change] of plan.containerChanges) {
    const containerEdits = editsOfContainer(target, node, change);
    if (!containerEdits) return { refusal: 'The lines of this list cannot be told apart' };
    textEdits.push(...containerEdits);
  }
  return editsOfFile(layer, combineEdits(textEdits));
}

function editsOfContainer(target: YamlTarget, node: ListNode | ObjectNode, change: ContainerChange): TextEdit[] | undefined {
  const parts: readonly unknown[] = node.kind === 'list' ? node.items : ownMembers(node);
  const isEmptied = parts.every((part) => change.removedParts.has(part as Node));
  if (node.style === 'flow' && !(isEmptied && !isInFlow(target, node.span.start))) return flowEdits(target, node, change);
  if (!isEmptied) return blockEdits(target, node, change);
  const values = change.addedParts.map(({ value }) => value);
  const value: JsonValue = node.kind === 'list' ? values
    : Object.fromEntries(change.addedParts.map(({ name, value: memberValue }) => [name ?? '', memberValue]));
  return equalJson(nodeToJson(node), value) ? [] : replacementEdits(target, node, value);
}

const JSON_ONLY = 'This can be put into a document of its own in JSON only';
const SHARED = 'This text is used in several places by an anchor (&) and aliases (*): a change would be one of all of them';
const FUNCTION = 'This value is computed by a function: there is no text here to change';
const MERGED = 'This member comes from a merge key (<<): its text is elsewhere';

function refusalOf(plan: EditPlan, edits: readonly TreeEdit[], shared: readonly Span[]): string | undefined {
  if (plan.nodeWraps.length > 0) return JSON_ONLY;
  const touched = [
    ...plan.replacements.map(({ node }) => node.span),
    ...plan.renames.map(({ key }) => key.span),
    ...Array.from(plan.containerChanges.keys(), ({ span }) => span),
    ...Array.from(plan.valuesToWrap.keys(), ({ value, key }) => (value ?? key).span),
    ...Array.from(plan.valuesForEmptyMembers.keys(), ({ key }) => key.span),
  ];
  if (touched.some((span) => shared.some(({ start, end }) => start <= span.start && span.end <= end))) return SHARED;
  for (const [node, { removedParts }] of plan.containerChanges) {
    if (node.style === 'tag') return FUNCTION;
    if (node.kind === 'object' && node.members.slice(0, node.mergedMembers ?? 0).some((member) => removedParts.has(member))) return MERGED;
  }
  const isTagKey = edits.some((edit) => edit.edit === 'rename-member' && edit.member.key.style === 'tag'
    || edit.edit === 'append' && edit.member.key.style === 'tag');
  return isTagKey ? FUNCTION : undefined;
}

/** The anchored nodes that an alias stands for. */
function sharedSpans(text: string, tagMembers: TagMembers): readonly Span[] {
  if (!/&\w/.test(text) || !/\*\w/.test(text)) return [];
  const visitedNodes = new Set<Node>();
  const shared = new Map<Node, Span>();
  const visit = (node: Node | undefined): void => {
    if (!node) return;
    if (visitedNodes.has(node)) {
      shared.set(node, node.span);
      return;
    }
    visitedNodes.add(node);
    if (node.kind === 'list') node.items.forEach(visit);
    else if (node.kind === 'object') for (const { value } of node.members) visit(value);
  };
  parseYaml(text, tagMembers).roots.forEach(visit);
  return [...shared.values()];
}
