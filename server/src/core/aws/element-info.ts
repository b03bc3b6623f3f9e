import data from './data/element-texts.json';
import type { Documentation, DocumentationTexts } from './documentation';

/** An element of a policy, a statement or a Principal: `Version`, `Sid`, `AWS`. */
export interface ElementInfo extends Documentation {
  readonly name: string;
}

const elementDocumentation: DocumentationTexts = data;

/** All elements that have a text (IAM User Guide, reference_policies_elements). */
export const ELEMENTS: readonly ElementInfo[] = Object.entries(elementDocumentation).map(([name, text]) => ({ name, ...text }));

const elementsByName = new Map(ELEMENTS.map((element) => [element.name, element]));

/** The element of exactly that name: elements are documented in one spelling. */
export function elementNamed(name: string): ElementInfo | undefined {
  return elementsByName.get(name);
}
