import type { Member, ObjectNode, ScalarNode } from '../syntax/tree';
import { scalarWithoutText } from '../syntax/tree-without-text';
import type { Span } from '../text/span';
import type { PolicyString } from './policy-string';
import { placeholderScalar } from './read-policy-string';
import { isTemplateFunction, mayHaveMoreMembers } from './template-function';

/**
 * The members of a statement. Where a template fills in the whole statement, or adds members to it, each element that is not written has a
 * value of which nothing is known: the statement may then allow or deny anything to anybody, and nothing is taken to be missing in it.
 */
export function withUnknownElements(node: ObjectNode): readonly Member[] {
  const { members, span } = node;
  if (!isTemplateFunction(node) && !mayHaveMoreMembers(node) && !members.some(isPlaceholderAlone)) return members;
  const names = new Set(members.map(({ key }) => key.value));
  const unknownElements = ELEMENTS.filter((name) => !names.has(name) && !names.has(`Not${name}`));
  return [...members, ...unknownElements.map((name) => ({ span, key: scalarWithoutText(name, span), value: unknownScalar(name, span) }))];
}

const ELEMENTS: readonly string[] = ['Effect', 'Principal', 'Action', 'Resource'];

function isPlaceholderAlone({ key, value }: Member): boolean {
  return value === undefined && key.placeholders.length > 0;
}

/** Whether the text is one of those (`unknownScalar`), which say nothing to a person. */
export function isUnknownText({ value, placeholders: [placeholder] }: PolicyString): boolean {
  return placeholder !== undefined && /^\w[\w:]*@\d+$/.test(placeholder.name) && value === `\${${placeholder.name}}`;
}

/** A text of which nothing is known. No other place has the same name, so that nothing is taken to be the same value. */
export function unknownScalar(name: string, span: Span): ScalarNode {
  return placeholderScalar(`${name}@${span.start}`, span);
}
