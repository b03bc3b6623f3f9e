import { STATEMENT_ELEMENTS } from '../aws/policy-grammar';
import type { Member, ObjectNode } from '../syntax/tree';
import { nearestWord } from '../text/nearest-word';

/** The element that a name which is none is meant for: other capitals, a plural, a typing slip. */
export function intendedElement(name: string, elements: readonly string[]): string | undefined {
  return nearestWord(name, elements);
}

/** The member of a statement that is meant for the element, plain or `Not…`, under a misspelled name, which `unknown-element` reports. */
export function misspelledElement(node: ObjectNode, element: string): Member | undefined {
  return node.members.find(({ key: { value } }) => {
    if (STATEMENT_ELEMENTS.includes(value)) return false;
    const intendedName = intendedElement(value, STATEMENT_ELEMENTS);
    return intendedName === element || intendedName === `Not${element}`;
  });
}
