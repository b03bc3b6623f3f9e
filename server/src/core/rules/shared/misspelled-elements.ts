import { misspelledElement } from '../../policy/misspelled-elements';
import type { Statement } from '../../policy/policy';

/**
 * Whether the statement has the element, plain or `Not…`, under a misspelled name: that name is then the fault (`unknown-element`),
 * and nothing is missing.
 */
export function hasMisspelledElement({ node }: Statement, element: string): boolean {
  return misspelledElement(node, element) !== undefined;
}
