import type { TextEdit } from '../../text/span';
import { combineEdits, editsOfFile, planEdits, type ContainerChange, type EditPlan } from '../edit-plan';
import type { RenderedEdits, SourceLayer } from '../syntax';
import type { ListNode, Member, ObjectNode, ScalarNode } from '../tree';
import type { JsonValue, TreeEdit } from '../tree-edit';
import { bodyEdits } from './body-edits';
import { createTarget, type HclTarget, spanKey, styleAt } from './edit-target';
import type { Expression } from './hcl-tree';
import { withLayout } from './layout';
import { listItemEdits, objectItemEdits, wrapInListEdits } from './item-edits';
import { printExpression, printName } from './print-hcl';
import { replacementEdits } from './value-edits';

/**
 * Writes edits of a tree as edits of the file, beside what is there, in its style and in the layout of `terraform fmt`. What is computed by
 * an expression is refused, where there is no place in it for the new value.
 */
export function renderHclEdits(layer: SourceLayer, edits: readonly TreeEdit[]): RenderedEdits {
  const plan = planEdits(edits);
  if (plan.nodeWraps.length > 0) return { refusal: JSON_ONLY };
  const target = createTarget(layer.text);
  const textEdits = [...plan.textEdits];
  for (const result of resultsOf(target, plan)) {
    if (typeof result === 'string') return { refusal: result };
    textEdits.push(...result);
  }
  return editsOfFile(layer, withLayout(layer.text, combineEdits(textEdits)));
}

const JSON_ONLY = 'This can be put into a document of its own in JSON only';
const COMPUTED = 'This value is computed by an expression: write the change by hand';

/** Edits, or the reason why one cannot be made. */
type EditResult = readonly TextEdit[] | string;

function resultsOf(target: HclTarget, plan: EditPlan): readonly EditResult[] {
  return [
    ...plan.replacements.map(({ node, value }) => replacementEdits(target, node, value) ?? COMPUTED),
    ...plan.renames.map(({ key, name }) => renameEdits(target, key, name)),
    ...Array.from(plan.containerChanges, ([node, change]) => containerEdits(target, node, change)),
    ...Array.from(plan.valuesToWrap, ([member, values]) => appendEdits(target, member, values)),
    ...Array.from(plan.valuesForEmptyMembers, ([member, values]) => valueEdits(target, member, values)),
  ];
}

function renameEdits(target: HclTarget, { span }: ScalarNode, name: string): EditResult {
  const part = target.parts.get(span.start);
  if (part?.kind === 'item' && part.item.key.kind !== 'variable' && part.item.key.kind !== 'template') return COMPUTED;
  const style = styleAt(target, span.start);
  const hasQuotedNames = target.text.charAt(span.start) === '"';
  return [{ span, newText: printName(name, { ...style, hasQuotedNames }) }];
}

function containerEdits(target: HclTarget, node: ListNode | ObjectNode, change: ContainerChange): EditResult {
  const expression = target.expressions.get(spanKey(node.span));
  if (node.kind === 'object') {
    if (expression?.kind === 'object') return objectItemEdits(target, expression, change);
    const block = target.blocks.get(spanKey(node.span));
    const body = block?.body ?? (spanKey(target.body.span) === spanKey(node.span) ? target.body : undefined);
    return body ? bodyEdits(target, { body, block }, change) : COMPUTED;
  }
  const removedStarts = new Set(Array.from(change.removedParts, ({ span }) => span.start));
  const edits = expression && listItemEdits(target, expression, removedStarts, change.addedParts.map(({ value }) => value), true);
  return edits ?? COMPUTED;
}

/** A value that is not a list, as far as is known, becomes one. */
function appendEdits(target: HclTarget, { key, value }: Member, values: readonly JsonValue[]): EditResult {
  const expression = value && target.expressions.get(spanKey(value.span));
  if (!expression) return COMPUTED;
  // Arguments of a block are lists where they take several values; members of an object can be both.
  const isList = target.parts.get(key.span.start)?.kind === 'attribute';
  if (isSingleValue(expression)) return wrapInListEdits(target, expression, values);
  return listItemEdits(target, expression, new Set(), values, isList) ?? COMPUTED;
}

/** Texts, numbers and attributes of resources of which the names do not tell that they are lists. */
function isSingleValue(expression: Expression): boolean {
  const { kind } = expression;
  if (kind !== 'traversal') return kind === 'literal' || kind === 'template' || kind === 'object';
  const { source, steps } = expression;
  const step = steps.at(-1);
  return source.kind === 'variable' && !/^(?:var|local|module|each)$/.test(source.name) && !steps.some((other) => other.kind === 'splat')
    && step?.kind === 'attribute' && !step.name.endsWith('s');
}

/** Gives a value to a name that has none yet. */
function valueEdits(target: HclTarget, { key }: Member, values: readonly JsonValue[]): EditResult {
  const { text } = target;
  const { end } = key.span;
  const style = styleAt(target, key.span.start);
  const sign = /^[ \t]*(?:=|:)/.exec(text.slice(end, end + 80))?.[0];
  const [only, ...others] = values;
  const printed = printExpression(only === undefined || others.length > 0 ? values : only, style);
  const at = end + (sign?.length ?? 0);
  return [{ span: { start: at, end: at + (/^[ \t]*/.exec(text.slice(at))?.[0].length ?? 0) },
    newText: (sign === undefined ? style.assignment : ' ') + printed }];
}
