import { mentionsKms, readPolicy } from '../../policy/read-policy';
import type { SourceLayer } from '../../syntax/syntax';
import { isStringNode, memberOf, type Node } from '../../syntax/tree';
import type { TemplateFault } from '../template-fault';
import { samPoliciesOf } from './sam-policies';
import type { Template, TemplateResource } from './template';
import { resolveFunctions } from './template-functions';

/**
 * `Policies` with KMS actions of a function or state machine with a `Role`: SAM makes no role for it, and the policies have no effect.
 *
 * Source: https://repost.aws/knowledge-center/lambda-sam-template-permissions
 */
export function samFaults(resource: TemplateResource, template: Template, layer: SourceLayer): readonly TemplateFault[] {
  const { logicalId, type, properties } = resource;
  const policies = memberOf(properties, 'Policies');
  if (!template.isServerless || !policies || !hasRole(memberOf(properties, 'Role')?.value)
    || type !== 'AWS::Serverless::Function' && type !== 'AWS::Serverless::StateMachine') return [];
  const concernKms = samPoliciesOf(resource).some(({ document }) => {
    const content = resolveFunctions(document, { template });
    return content.kind === 'object' && mentionsKms(readPolicy(content, { declaredKind: 'identity' }));
  });
  if (!concernKms) return [];
  const at = { uri: template.uri, span: layer.toFileSpan(policies.key.span) };
  return [{ kind: 'sam-policies-ignored', logicalId, at, layer }];
}

/** For certain: where a condition leaves the property out SAM may make a role. */
function hasRole(node: Node | undefined): boolean {
  const reference = memberOf(node, 'Ref')?.value;
  return node !== undefined && !memberOf(node, 'Fn::If') && !(isStringNode(reference) && reference.value === 'AWS::NoValue');
}
