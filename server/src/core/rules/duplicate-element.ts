import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { DuplicateElement } from '../policy/policy';
import type { TreeEdit } from '../syntax/tree-edit';
import { nodeToJson, equalJson } from '../syntax/canonical-value';
import { itemsOf, type Member, type Node } from '../syntax/tree';
import { fixPolicy, type Fix } from './shared/fix';
import type { Rule } from './rule';

export const duplicateElement: Rule = {
  code: 'duplicate-element',
  severity: 'error',
  summary: 'The same name appears twice in one object',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html',
  check: {
    *malformedInKmsPolicy(element, { policy: located }) {
      if (element.kind !== 'duplicate-element') return;
      const { first, second } = element;
      const spelled = first.key.value === second.key.value ? '' : ' Names of condition keys are not case-sensitive.';
      yield {
        at: locationInFile(located, second.key.span),
        message: `"${second.key.value}" is not unique: it appears here for the second time. `
          + `The policy language does not allow that, and JSON readers keep only the last one.${spelled}`,
        related: [{ at: locationInFile(located, first.key.span), message: 'The previous one.' }],
        fixes: () => fixesFor(located, element),
      };
    },
  },
};

function fixesFor(located: DiscoveredPolicy, { object, first, second, anyCase }: DuplicateElement): readonly Fix[] {
  if (!first.value || !second.value) return [];
  const remove = (member: Member): TreeEdit => ({ edit: 'remove-member', object, member });
  if (equalJson(nodeToJson(first.value), nodeToJson(second.value))) {
    return [
      fixPolicy(`Remove the second "${second.key.value}", which says the same`, located, [remove(second)], { preferred: true, safe: true }),
    ];
  }
  // Two values of a condition key are alternatives: whether they were meant so only a person knows.
  const merge = mergeEdits(first.value, second);
  return [
    ...(merge ? [fixPolicy(`Merge both "${second.key.value}" into one`, located, [...merge, remove(first)], { preferred: !anyCase })] : []),
    fixPolicy(`Remove the first "${first.key.value}"`, located, [remove(first)]),
    fixPolicy(`Remove the second "${second.key.value}"`, located, [remove(second)]),
  ];
}

/** Elements with one value only: neither of two can be joined to the other. */
const SINGLE_VALUED_ELEMENTS = new Set(['Version', 'Id', 'Sid', 'Effect']);

/** Puts the values of the first into the second, as far as both are lists or objects of different names. */
function mergeEdits(first: Node, second: Member): TreeEdit[] | undefined {
  const { value, key } = second;
  if (SINGLE_VALUED_ELEMENTS.has(key.value) || !value) return undefined;
  if (first.kind === 'object' && value.kind === 'object' && key.value !== 'Statement') {
    const existingNames = new Set(value.members.map((member) => member.key.value.toLowerCase()));
    if (first.members.some((member) => !member.value || existingNames.has(member.key.value.toLowerCase()))) return undefined;
    return first.members.flatMap((member): TreeEdit[] =>
      member.value ? [{ edit: 'set-member', object: value, name: member.key.value, value: nodeToJson(member.value) }] : []);
  }
  const items = [...itemsOf(first), ...itemsOf(value)];
  if (items.some(({ kind }) => kind !== (key.value === 'Statement' ? 'object' : 'scalar'))) return undefined;
  return itemsOf(first).map((item): TreeEdit => ({ edit: 'append', member: second, value: nodeToJson(item) }));
}
