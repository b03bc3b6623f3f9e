import { parseArn } from '../../aws/arn';
import type { SourceLayer } from '../../syntax/syntax';
import { isStringNode, memberOf, type Node } from '../../syntax/tree';
import type { ArnAsAttachment, TemplateFault } from '../template-fault';
import { HOLDER_PROPERTIES, identityOfArn, listedValues, type IdentityKind } from './attachments';
import { policyPlacesOf } from './policy-holders';
import { propertyOf, type Template, type TemplateResource } from './template';
import { identityKindOf, type TemplateReferences } from './template-references';

/**
 * The ARNs in the properties of a resource that take names: of a policy, of a user with groups, of members of a group.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html, Roles: "The name
 * (friendly name, not ARN) of the role to attach the policy to"
 */
export function attachmentFaults(resource: TemplateResource, template: Template, references: TemplateReferences,
  layer: SourceLayer): readonly TemplateFault[] {
  return HOLDER_PROPERTIES.filter(([kind]) => takesNamesOf(resource, kind, references)).flatMap(([kind, properties]) =>
    properties.flatMap((property) => listedValues(propertyOf(resource, property), references).flatMap((node): ArnAsAttachment[] => {
      const identity = identityOfArn(node, references);
      const text = isStringNode(node) ? node.value : undefined;
      const arn = text === undefined ? undefined : parseArn(text);
      if (!identity && !isArnText(node, references)) return [];
      return [{
        kind: 'attachment-not-a-name', at: { uri: template.uri, span: layer.toFileSpan(node.span) }, layer, property, identityKind: kind,
        node,
        logicalId: identity && identityKindOf(identity) === kind ? identity.logicalId : undefined,
        name: arn?.service === 'iam' && arn.resource.startsWith(`${kind}/`) ? arn.resource.split('/').at(-1) : undefined,
      }];
    })));
}

function takesNamesOf(resource: TemplateResource, kind: IdentityKind, references: TemplateReferences): boolean {
  if (resource.type === 'AWS::IAM::User') return kind === 'group';
  if (resource.type === 'AWS::IAM::UserToGroupAddition') return kind !== 'role';
  return policyPlacesOf(resource, references).some(({ holder }) => holder === 'attached');
}

/** A text that begins like an ARN, be it with parts that only a deployment gives. */
function isArnText(node: Node, { textOf }: TemplateReferences): boolean {
  return (textOf(node) ?? subTextOf(node)).startsWith('arn:');
}

function subTextOf(node: Node): string {
  const argument = memberOf(node, 'Fn::Sub')?.value;
  const text = argument?.kind === 'list' ? argument.items[0] : argument;
  return isStringNode(text) ? text.value : '';
}
