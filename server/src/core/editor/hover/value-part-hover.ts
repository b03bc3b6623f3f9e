import { conditionKeyNamed } from '../../aws/condition-keys';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { PolicyString } from '../../policy/policy-string';
import { valueSpan, type ScalarNode } from '../../syntax/tree';
import { spanContains, type Location, type Span } from '../../text/span';
import type { HoverContext } from './hover-context';
import { afterColon, code, line, link, paragraph, strong, type Block } from './rich-text';

/** What is told of a part of a value, with the place of that part. */
export interface ValuePartHover {
  readonly location: Location;
  readonly blocks: readonly Block[];
}

/** A placeholder or a policy variable at the offset of the file: whatever surrounds it, it is asked for first. */
export function partHoverAt(
  context: HoverContext, policy: DiscoveredPolicy, { node }: PolicyString, offset: number,
): ValuePartHover | undefined {
  const isAt = (location: Location): boolean => spanContains(location.span, { start: offset, end: offset });
  for (const placeholder of node.placeholders) {
    const location = locationOfPart(policy, node, placeholder);
    if (isAt(location)) return { location, blocks: placeholderHover(context, placeholder.name, placeholder.form) };
  }
  for (const policyVariableReference of policyVariableReferencesIn(node)) {
    const location = locationOfPart(policy, node, policyVariableReference);
    if (isAt(location)) return { location, blocks: policyVariableHover(policyVariableReference.name, policy.policy.hasPolicyVariables) };
  }
  return undefined;
}

function locationOfPart(policy: DiscoveredPolicy, node: ScalarNode, { start, end }: Span): Location {
  return locationInFile(policy, valueSpan(node, start, end));
}

function placeholderHover({ placeholderValues }: HoverContext, name: string, form: 'template' | 'word'): readonly Block[] {
  const value = Object.hasOwn(placeholderValues, name) ? placeholderValues[name] : undefined;
  const formText = form === 'template' ? 'filled in by the template' : 'a word to replace';
  return paragraph(value === undefined
    ? line`${strong('Placeholder')} ${code(name)}, ${formText}. Its value is not known; kms-handshake.json can declare it under ${
      code('placeholders')
    }.`
    : line`${strong('Placeholder')} ${code(name)}, ${formText}. Its value is ${code(value)}, as kms-handshake.json declares.`);
}

interface PolicyVariableReference extends Span {
  /** The condition key, or the character that it stands for. */
  readonly name: string;
}

/** `${aws:username}`, also with a default, and `${*}`, `${?}`, `${$}` (IAM User Guide, reference_policies_variables). */
const POLICY_VARIABLE_PATTERN = /\$\{\s*([*?$]|[A-Za-z][\w.-]*:[\w/][^{},]*)(?:,[^{}]*)?\}/g;

function* policyVariableReferencesIn({ value, placeholders }: ScalarNode): Generator<PolicyVariableReference> {
  if (!value.includes('${')) return;
  for (const match of value.matchAll(POLICY_VARIABLE_PATTERN)) {
    if (placeholders.some((placeholder) => placeholder.start <= match.index && match.index < placeholder.end)) continue;
    yield { name: (match[1] ?? '').trim(), start: match.index, end: match.index + match[0].length };
  }
}

const POLICY_VARIABLES_PAGE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html';

function policyVariableHover(name: string, hasPolicyVariables: boolean): readonly Block[] {
  const page = paragraph(link('IAM User Guide: policy variables', POLICY_VARIABLES_PAGE));
  if (!hasPolicyVariables) {
    return [
      ...paragraph(
        line`${strong('Policy variable')} ${code(name)}, which stays plain text: variables need ${code('"Version": "2012-10-17"')}.`,
      ),
      ...page,
    ];
  }
  if (/^[*?$]$/.test(name))
    return [...paragraph(line`The character ${code(name)} itself, not as a wildcard or the start of a variable.`), ...page];
  const key = conditionKeyNamed(name);
  const means = key ? `: ${afterColon(key.description)}` : '.';
  return [
    ...paragraph(line`${strong('Policy variable')} ${code(name)}${means}`, ' Where a request does not have it, the value matches nothing.'),
    ...page,
  ];
}
