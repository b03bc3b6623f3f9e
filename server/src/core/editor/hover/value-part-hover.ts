import { containsSymbol, describeIdentifier } from '../../aws/identifier-comparison';
import { conditionKeyNamed } from '../../aws/condition-keys';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { TemplateReferences } from '../../discovery/cloudformation/template-references';
import type { PolicyString } from '../../policy/policy-string';
import { valueSpan, type Placeholder, type ScalarNode } from '../../syntax/tree';
import { joinNames } from '../../text/join-names';
import { spanContainsOffset, type Span } from '../../text/span';
import type { Hover, HoverContext } from './hover-context';
import { describeReference } from './template-reference-hover';
import { afterColon, code, line, link, paragraph, strong, type Block, type Line } from './rich-text';

/** The hover of a part of a value. `isWholeValue`: what the value means is to be told as well. */
export interface PartHover extends Hover {
  readonly isWholeValue: boolean;
}

/** A placeholder or a policy variable at the offset of the file: whatever surrounds it, it is asked for first. */
export function partHoverAt(context: HoverContext, policy: DiscoveredPolicy, { node }: PolicyString,
  offset: number): PartHover | undefined {
  for (const part of [...node.placeholders, ...policyVariableReferencesIn(node)]) {
    const location = locationInFile(policy, valueSpan(node, part.start, part.end));
    if (!spanContainsOffset(location.span, offset)) continue;
    if (part.form === 'variable')
      return { location, blocks: policyVariableHover(part.name, policy.policy.hasPolicyVariables), isWholeValue: false };
    const reference = part.form === 'template' && policy.template ? describeReference(policy.template.file.template, part.name) : undefined;
    return { location, blocks: placeholderHover(context, policy, part, reference),
      isWholeValue: reference !== undefined && part.start === 0 && part.end === node.value.length };
  }
  return undefined;
}

/** @param reference what it stands for in a template */
function placeholderHover(context: HoverContext, { template }: DiscoveredPolicy, { name, form }: Placeholder,
  reference: Line | undefined): readonly Block[] {
  const title = reference
    ?? line`${strong('Placeholder')} ${code(name)}, ${form === 'template' ? 'filled in by the template' : 'a word to replace'}.`;
  return placeholderBlocks(context, template?.file.references, name, { title, isReference: reference !== undefined });
}

/** What stands for a name, behind its title: the value, and where it is from. */
export function placeholderBlocks({ placeholderValues }: HoverContext, references: TemplateReferences | undefined, name: string,
  { title, isReference }: { readonly title: Line; readonly isReference: boolean }): readonly Block[] {
  const value = Object.hasOwn(placeholderValues, name) ? placeholderValues[name] : undefined;
  if (value !== undefined) return paragraph(...title, ...line` Its value is ${code(value)}, as kms-handshake.json declares.`);
  const inTemplate = references?.valueOf(name);
  const isKnown = inTemplate !== undefined && inTemplate.text !== '' && !(isReference && containsSymbol(inTemplate.text));
  if (isKnown) {
    const assumptions = inTemplate.assumptions ? line`, by ${joinNames(inTemplate.assumptions)}` : line``;
    return paragraph(...title, ...line` Its value is ${code(describeIdentifier(inTemplate.text))}${assumptions}.`);
  }
  if (isReference && inTemplate !== undefined) return paragraph(...title);
  return paragraph(...title, ...line` Its value is not known; kms-handshake.json can declare it under ${code('placeholders')}.`);
}

interface PolicyVariableReference extends Span {
  readonly form: 'variable';
  /** The condition key, or the character that it stands for. */
  readonly name: string;
}

/** `${aws:username}`, also with a default, and `${*}`, `${?}`, `${$}` (IAM User Guide, reference_policies_variables). */
const POLICY_VARIABLE_PATTERN = /\$\{\s*([*?$]|[A-Za-z][\w.-]*:[\w/][^{},]*)(?:,[^{}]*)?\}/g;

function* policyVariableReferencesIn({ value, placeholders }: ScalarNode): Generator<PolicyVariableReference> {
  if (!value.includes('${')) return;
  for (const match of value.matchAll(POLICY_VARIABLE_PATTERN)) {
    if (placeholders.some((placeholder) => placeholder.start <= match.index && match.index < placeholder.end)) continue;
    yield { form: 'variable', name: (match[1] ?? '').trim(), start: match.index, end: match.index + match[0].length };
  }
}

const POLICY_VARIABLES_PAGE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html';

function policyVariableHover(name: string, hasPolicyVariables: boolean): readonly Block[] {
  return [
    ...paragraph(policyVariableLine(name, hasPolicyVariables)),
    ...paragraph(link('IAM User Guide: policy variables', POLICY_VARIABLES_PAGE)),
  ];
}

function policyVariableLine(name: string, hasPolicyVariables: boolean): Line {
  const title = line`${strong('Policy variable')} ${code(name)}`;
  if (!hasPolicyVariables) return line`${title}, which stays plain text: variables need ${code('"Version": "2012-10-17"')}.`;
  if (/^[*?$]$/.test(name)) return line`The character ${code(name)} itself, not as a wildcard or the start of a variable.`;
  const key = conditionKeyNamed(name);
  const description = key ? `: ${afterColon(key.description)}` : '.';
  return line`${title}${description} Where a request does not have it, the value matches nothing.`;
}
