import type { SourceLayer } from '../../syntax/syntax';
import { isStringNode, memberOf, type Node, type ObjectNode } from '../../syntax/tree';
import type { TreeEdit } from '../../syntax/tree-edit';
import { treeWithoutText } from '../../syntax/tree-without-text';
import { valueAfterEdits } from '../../syntax/value-after-edits';
import type { Span } from '../../text/span';
import type { TemplateResource } from './template';
import type { TemplateReferences } from './template-references';

const OWN_ACCOUNT = { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' };

/**
 * The policy that KMS gives to a key without one, as a tree without text: all of it stands at one place.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function defaultKeyPolicy({ partition, account }: TemplateReferences, span: Span): ObjectNode {
  return treeWithoutText({
    Version: '2012-10-17', Id: 'key-default-1',
    Statement: [{ Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: ownAccountArn({ partition, account }) },
      Action: 'kms:*', Resource: '*' }],
  }, span) as ObjectNode;
}

function ownAccountArn({ partition, account }: Pick<TemplateReferences, 'partition' | 'account'>): string {
  return `arn:${partition}:iam::${account}:root`;
}

/**
 * The layer of the default key policy of a key. An edit of it writes the policy into the template, whole: KMS replaces the default by what
 * the template says, so nothing of it may be lost.
 */
export function layerOfDefaultKeyPolicy(layer: SourceLayer, { logicalId, member, properties }: TemplateResource, policy: ObjectNode,
  references: TemplateReferences): SourceLayer {
  const valueOf = (node: Node): typeof OWN_ACCOUNT | undefined =>
    isStringNode(node) && node.value === ownAccountArn(references) ? OWN_ACCOUNT : undefined;
  const editWith = (edits: readonly TreeEdit[]): TreeEdit | undefined => {
    const value = valueAfterEdits(policy, edits, valueOf);
    if (value === undefined) return undefined;
    if (properties) return { edit: 'set-member', object: properties, name: 'KeyPolicy', value };
    return member.value?.kind === 'object' && !memberOf(member.value, 'Properties')?.value
      ? { edit: 'set-member', object: member.value, name: 'Properties', value: { KeyPolicy: value }, after: 'Type' } : undefined;
  };
  return { ...layer, syntax: { ...layer.syntax, renderEdits: (_, edits) => {
    if (edits.length === 0) return { edits: [] };
    const edit = editWith(edits);
    return edit ? layer.syntax.renderEdits(layer, [edit])
      : { refusal: `${logicalId} has no KeyPolicy in the template, and one cannot be written there for this change.` };
  } } };
}
