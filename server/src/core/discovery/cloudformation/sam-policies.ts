import type { JsonValue } from '../../syntax/tree-edit';
import { scalarWithoutText, treeWithoutText } from '../../syntax/tree-without-text';
import { itemsOf, memberOf, type Member, type Node, type ObjectNode } from '../../syntax/tree';
import { propertyOf, type TemplateResource } from './template';

/** A policy in `Policies` of a function or state machine of SAM, as the document that SAM makes of it. */
export interface SamPolicy {
  readonly document: ObjectNode;
  /** Below the resource. */
  readonly pointer: string;
  /** Of what has no text of its own, and so cannot be edited, the reason. */
  readonly refusal: string | undefined;
}

/**
 * Documents, statements and the policy templates for KMS. The names of managed policies have no document here.
 *
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html, Policies
 */
export function samPoliciesOf(resource: TemplateResource): readonly SamPolicy[] {
  return itemsOf(propertyOf(resource, 'Policies')).flatMap((item, index) => samPolicyOf(item, `/Properties/Policies/${index}`) ?? []);
}

function samPolicyOf(item: Node, pointer: string): SamPolicy | undefined {
  if (item.kind !== 'object') return undefined;
  if (memberOf(item, 'Statement')) return { document: item, pointer, refusal: undefined };
  if (memberOf(item, 'Effect')) {
    return { document: documentAround(item), pointer,
      refusal: 'SAM takes each statement as an item of Policies: add the statement there.' };
  }
  const [member] = item.members;
  const action = TEMPLATE_ACTIONS.get(member?.key.value ?? '');
  const keyId = memberOf(member?.value, 'KeyId')?.value;
  if (!member || !action || !keyId) return undefined;
  return { document: documentOfPolicyTemplate(member, action, keyId), pointer: `${pointer}/${member.key.value}`,
    refusal: `The policy template ${member.key.value} of SAM has no other parameter than KeyId.` };
}

/**
 * The policy templates for KMS with their action.
 *
 * Source: https://github.com/aws/serverless-application-model/blob/develop/samtranslator/policy_templates_data/policy_templates.json
 */
const TEMPLATE_ACTIONS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['KMSDecryptPolicy', 'kms:Decrypt'], ['KMSEncryptPolicy', 'kms:Encrypt'], ['KMSEncryptPolicyV2', ['kms:Encrypt', 'kms:GenerateDataKey']],
]);

/** The statement as the only one of a document; all but the statement has no text. */
function documentAround(statement: ObjectNode): ObjectNode {
  const document = treeWithoutText({ Version: '2012-10-17', Statement: '' }, statement.span) as ObjectNode;
  return { ...document, closed: statement.closed, members: document.members.map((member) =>
    (member.key.value === 'Statement' ? { ...member, value: statement } : member)) };
}

/** What SAM expands a policy template to, with the key id where it is written. */
function documentOfPolicyTemplate(member: Member, action: JsonValue, keyId: Node): ObjectNode {
  const prefix = 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/';
  const statement = { Effect: 'Allow', Action: action, Resource: '' };
  const document = treeWithoutText({ Version: '2012-10-17', Statement: statement }, member.key.span) as ObjectNode;
  const { span } = keyId;
  const listOf = (items: readonly Node[]): Node => ({ kind: 'list', span, closed: true, items });
  const parts = listOf([treeWithoutText('', span), listOf([treeWithoutText({ 'Fn::Sub': prefix }, span), keyId])]);
  const resource: Node = { kind: 'object', span, closed: true,
    members: [{ span, key: scalarWithoutText('Fn::Join', span), value: parts }] };
  return withResource(document, resource);
}

function withResource(document: ObjectNode, resource: Node): ObjectNode {
  return { ...document, members: document.members.map((member) => {
    if (member.key.value !== 'Statement' || member.value?.kind !== 'object') return member;
    const statement = member.value;
    return { ...member, value: { ...statement, members: statement.members.map((element) =>
      (element.key.value === 'Resource' ? { ...element, value: resource } : element)) } };
  }) };
}
