import { itemsOf, memberOf, type Node } from '../../syntax/tree';
import type { TemplateFault } from '../template-fault';
import { listedValues } from './attachments';
import type { TemplateResource } from './template';
import type { TemplateFile } from './template-file';
import type { TemplateChoices } from './template-functions';
import { statementValues } from './value-parts';
import type { WrittenDocument } from './written-document';

/**
 * The roles and users of the template that the policy of a key names by text, and on which the key does not depend: CloudFormation may
 * make the key first, and KMS rejects a policy with a principal that does not exist.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html, "The principals in the key policy must exist and be
 * visible to AWS KMS"
 */
export function principalFaults({ node: document, layer }: WrittenDocument, key: TemplateResource,
  { template, references, dependents, layer: fileLayer }: TemplateFile): readonly TemplateFault[] {
  const resource = key.member.value;
  if (resource?.kind !== 'object') return [];
  return principalNodes(document, references).flatMap((node): TemplateFault[] => {
    const arn = references.textOf(node);
    const identity = arn === undefined ? undefined : references.identityWithArn(arn);
    if (!identity || identity.type === 'AWS::IAM::Group' || dependents(identity.logicalId).includes(key.logicalId)) return [];
    return [{
      kind: 'principal-created-later', at: { uri: template.uri, span: layer.toFileSpan(node.span) }, layer: fileLayer,
      principalId: identity.logicalId, keyId: key.logicalId, key: resource,
      isCircular: dependents(key.logicalId).includes(identity.logicalId),
    }];
  });
}

function principalNodes(document: Node, choices: TemplateChoices): readonly Node[] {
  return [...statementValues(document)].filter(({ element }) => element === 'Principal')
    .flatMap(({ node }) => itemsOf(node)).flatMap((node) => listedValues(memberOf(node, 'AWS')?.value, choices));
}
