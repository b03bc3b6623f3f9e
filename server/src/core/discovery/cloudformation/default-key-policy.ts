import type { SourceLayer } from '../../syntax/syntax';
import { isStringNode, memberOf, type Node, type ObjectNode } from '../../syntax/tree';
import type { TreeEdit } from '../../syntax/tree-edit';
import { valueAfterEdits } from '../../syntax/value-after-edits';
import { accountArn } from '../default-key-policy';
import type { TemplateResource } from './template';
import type { TemplateReferences } from './template-references';

const OWN_ACCOUNT = { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' };

/**
 * The layer of the default key policy of a key. An edit of it writes the policy into the template, whole: KMS replaces the default by what
 * the template says, so nothing of it may be lost.
 */
export function layerOfDefaultKeyPolicy(layer: SourceLayer, { logicalId, member, properties }: TemplateResource, policy: ObjectNode,
  references: TemplateReferences): SourceLayer {
  const valueOf = (node: Node): typeof OWN_ACCOUNT | undefined =>
    isStringNode(node) && node.value === accountArn(references) ? OWN_ACCOUNT : undefined;
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
