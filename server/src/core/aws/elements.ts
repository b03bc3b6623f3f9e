import data from './data/element-texts.json';
import type { Documented, Texts } from './documented';

/** An element of a policy, a statement or a Principal: `Version`, `Sid`, `AWS`. */
export interface ElementInfo extends Documented {
  readonly name: string;
}

const texts: Texts = data;

/** All elements that have a text (IAM User Guide, reference_policies_elements). */
export const ELEMENTS: readonly ElementInfo[] = Object.entries(texts).map(([name, text]) => ({ name, ...text }));

const byName = new Map(ELEMENTS.map((element) => [element.name, element]));

/** The element of exactly that name: elements are documented in one spelling. */
export function elementNamed(name: string): ElementInfo | undefined {
  return byName.get(name);
}
