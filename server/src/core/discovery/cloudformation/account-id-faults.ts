import { isAccountConditionKey } from '../../aws/condition-keys';
import type { SourceLayer } from '../../syntax/syntax';
import { itemsOf, memberOf, type Node, type ScalarNode } from '../../syntax/tree';
import type { TemplateFault } from '../template-fault';
import type { Template } from './template';
import { statementValues, valueParts, writtenReferences } from './value-parts';
import type { WrittenDocument } from './written-document';

/**
 * The account ids that YAML may read as numbers, in the values of a policy that contain accounts: written there, or as the default or an
 * allowed value of a parameter, or in a mapping, that is used there.
 *
 * @param fileLayer the layer of the template, in which its parameters and mappings are
 */
export function accountIdFaults(document: WrittenDocument, template: Template, fileLayer: SourceLayer): readonly TemplateFault[] {
  const numbers = new Set<ScalarNode>();
  const collect = (node: Node | undefined): void => {
    for (const part of valueParts(node, document.sub)) {
      if (part.kind === 'text') addIfUnquoted(part.node);
      else if (part.kind === 'reference') collectFromParameter(part.name);
      else if (part.kind === 'map-lookup') scalarsIn(mappingOf(part.keys, template)).forEach(addIfUnquoted);
      else for (const { name } of writtenReferences(part.node)) if (!memberOf(part.substitutions, name)) collectFromParameter(name);
    }
  };
  const addIfUnquoted = (node: ScalarNode): void => {
    if (node.style === 'plain' && /^0\d{11}$/.test(node.value)) numbers.add(node);
  };
  const collectFromParameter = (name: string): void => {
    const parameter = memberOf(template.parameters, name)?.value;
    for (const property of ['Default', 'AllowedValues'])
      scalarsIn(memberOf(parameter, property)?.value).forEach(addIfUnquoted);
  };
  for (const { element, conditionKey, operator, node } of statementValues(document.node)) {
    const isAboutAccounts = conditionKey === undefined ? !element.endsWith('Action')
      : isAccountConditionKey(conditionKey) || /arn$/i.test(conditionKey) || operator?.startsWith('Arn') === true;
    if (isAboutAccounts) collect(node);
  }
  return Array.from(numbers, (node) => ({ kind: 'unquoted-account-id', node, layer: fileLayer,
    at: { uri: template.uri, span: fileLayer.toFileSpan(node.span) } }));
}

/** The part of a mapping that literal keys lead to: what is behind a key that only the deployment knows is one of several values. */
function mappingOf(keys: readonly Node[], { mappings }: Template): Node | undefined {
  let node = mappings;
  for (const key of keys) {
    if (key.kind !== 'scalar') return node;
    node = memberOf(node, key.value)?.value;
  }
  return node;
}

function scalarsIn(node: Node | undefined): readonly ScalarNode[] {
  if (node?.kind === 'scalar') return [node];
  if (node?.kind === 'list') return itemsOf(node).flatMap(scalarsIn);
  return node?.members.flatMap(({ value }) => scalarsIn(value)) ?? [];
}
