import { isPolicyVariable } from '../../aws/policy-variables';
import { memberOf, valueSpan, type ScalarNode } from '../../syntax/tree';
import type { TemplateFault } from '../template-fault';
import type { Template } from './template';
import { generatedRole } from './template-references';
import { statementValues, valueParts, writtenReferences, type WrittenReference } from './value-parts';
import type { WrittenDocument } from './written-document';

/**
 * Where the values of a policy have a variable of IAM that `Fn::Sub` takes for a name of the template, or a name of the template that
 * stays text since no `Fn::Sub` is around it. Nothing where a macro makes something else of the whole template.
 */
export function subFaults({ node: document, layer, sub, string }: WrittenDocument, template: Template): readonly TemplateFault[] {
  if (template.hasMacro) return [];
  const faults: TemplateFault[] = [];
  const locationOf = (node: ScalarNode, { start, end }: WrittenReference): TemplateFault['at'] =>
    ({ uri: template.uri, span: layer.toFileSpan(valueSpan(node, start, end)) });
  for (const { node: value } of statementValues(document)) {
    for (const part of valueParts(value, sub)) {
      if (part.kind !== 'text' && part.kind !== 'sub-text') continue;
      const { node } = part;
      for (const reference of writtenReferences(node)) {
        const { name } = reference;
        const at = locationOf(node, reference);
        if (part.kind === 'text' && isNameOfTemplate(name, template)) {
          const replaced = string ?? { node, layer };
          faults.push({ kind: 'sub-missing', at, name, ...replaced, subText: subTextOf(replaced.node, template) });
        } else if (part.kind === 'sub-text' && isIamVariable(name) && !memberOf(part.substitutions, name)) {
          faults.push({ kind: 'sub-variable-not-escaped', at, name, layer,
            nameStart: valueSpan(node, reference.start + 2, reference.end).start });
        }
      }
    }
  }
  return faults;
}

/** The names of CloudFormation have no single colon. */
function isIamVariable(name: string): boolean {
  return isPolicyVariable(name) || /^aws:[^:]/i.test(name);
}

/**
 * A pseudo parameter, a parameter, or a resource with or without an attribute.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
 */
function isNameOfTemplate(name: string, template: Template): boolean {
  const { parameters, resources } = template;
  const logicalId = name.split('.')[0] ?? '';
  return /^AWS::(?:AccountId|NotificationARNs|NoValue|Partition|Region|StackId|StackName|URLSuffix)$/.test(name)
    || memberOf(parameters, name) !== undefined || resources.has(logicalId) || generatedRole(logicalId, template) !== undefined;
}

/** The text of an `Fn::Sub` with the same value, but for the names of the template in it. */
function subTextOf(node: ScalarNode, template: Template): string {
  let text = '';
  let end = 0;
  for (const { name, start } of writtenReferences(node)) {
    text += node.value.slice(end, start) + (isNameOfTemplate(name, template) ? '${' : '${!');
    end = start + 2;
  }
  return text + node.value.slice(end);
}
