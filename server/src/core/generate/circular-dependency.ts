import { formatArn, parseArn } from '../aws/arn';
import { containsSymbol } from '../aws/identifier-comparison';
import { dependentsOf } from '../discovery/cloudformation/dependents';
import { identityOfTemplateWithArn, subFunction, textForSub, withOwnSymbols } from '../discovery/cloudformation/reference-in-template';
import { propertyOf, readTemplate, type TemplateResource } from '../discovery/cloudformation/template';
import type { PolicyInTemplate, TemplateFile } from '../discovery/cloudformation/template-file';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { renderPolicyEdits } from '../discovery/policy-edits';
import { renderTemplateAdditions, unusedLogicalId } from '../discovery/template-additions';
import { nodeToJson } from '../syntax/canonical-value';
import { fileLayer, type RenderedEdits } from '../syntax/syntax';
import { isStringNode, itemsOf, memberOf, type Node } from '../syntax/tree';
import type { JsonValue, TreeEdit } from '../syntax/tree-edit';
import { applyEdits, singleEditBetween } from '../text/apply-edits';

/**
 * The edits of a key policy in other words, where they name an identity that depends on the key: a reference to it would be a circular
 * dependency. An identity with a name is named as text, in a condition, since KMS accepts a principal only once it exists; that its
 * account is the principal changes nothing, as the condition is true for nobody else. Of another one the inline policies become policies
 * of their own. Undefined where neither is possible.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html, Policy
 */
export function renderWithoutCircularDependency(policy: DiscoveredPolicy, edits: readonly TreeEdit[]): RenderedEdits | undefined {
  const { template } = policy;
  if (!template) return undefined;
  const principals = edits.flatMap((edit) => ('value' in edit ? principalIn(edit.value) ?? [] : []));
  const identity = principals.map((arn) => identityOfTemplateWithArn(arn, template.file)).find((id) => id !== undefined);
  const resource = identity === undefined ? undefined : template.file.template.resources.get(identity);
  if (!resource) return undefined;
  if (principals.every((arn) => !containsSymbol(parseArn(arn)?.resource ?? ''))) {
    return renderPolicyEdits(policy, edits.map((edit) =>
      ('value' in edit ? { ...edit, value: withPrincipalAsCondition(edit.value, template) } : edit)));
  }
  return moveInlinePolicies(policy, template, resource, edits);
}

/** The ARN that a statement names as its only principal. */
function principalIn(statement: JsonValue): string | undefined {
  const principal = memberOfValue(statement, 'Principal');
  const arn = memberOfValue(principal, 'AWS');
  return typeof arn === 'string' ? arn : undefined;
}

function memberOfValue(value: JsonValue | undefined, name: string): JsonValue | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, JsonValue>>)[name] : undefined;
}

function withPrincipalAsCondition(statement: JsonValue, { file, referenceForm }: PolicyInTemplate): JsonValue {
  const arn = principalIn(statement);
  const parts = arn === undefined ? undefined : parseArn(arn);
  if (arn === undefined || !parts) return statement;
  const text = subFunction(withOwnSymbols(arn, file));
  const condition = memberOfValue(statement, 'Condition') ?? {};
  return { ...statement as object, Principal: { AWS: formatArn({ ...parts, resource: 'root' }) }, Condition: {
    ...condition as object, ArnEquals: { ...memberOfValue(condition, 'ArnEquals') as object | undefined,
      'aws:PrincipalArn': referenceForm === 'sub' ? textForSub(text) : text },
  } };
}

/** The inline policies of the identity that refer to the key, as `AWS::IAM::Policy` behind the last resource. */
function moveInlinePolicies(policy: DiscoveredPolicy, template: PolicyInTemplate, resource: TemplateResource,
  edits: readonly TreeEdit[]): RenderedEdits | undefined {
  const { file } = template;
  const { logicalId, properties } = resource;
  const member = memberOf(properties, 'Policies');
  const inlinePolicies = itemsOf(propertyOf(resource, 'Policies'))
    .filter((item) => !isIndependent(file, logicalId, template.logicalId, item));
  const fileWithoutPolicies = fileWithout(file, logicalId, inlinePolicies);
  if (!properties || !member || inlinePolicies.length === 0 || fileWithoutPolicies.dependents(template.logicalId).includes(logicalId)
    || resource.type === 'AWS::IAM::Group' || inlinePolicies.some((item) => !isMovable(item, file))) return undefined;
  const newResources = new Map<string, JsonValue>();
  for (const [index, item] of inlinePolicies.entries()) {
    const name = unusedLogicalId(file, `${logicalId}Policy`);
    newResources.set(index === 0 ? name : `${name}${index + 1}`, { Type: 'AWS::IAM::Policy', Properties: { ...nodeToJson(item) as object,
      [resource.type === 'AWS::IAM::User' ? 'Users' : 'Roles']: [{ Ref: logicalId }] } });
  }
  const isLast = inlinePolicies.length === itemsOf(member.value).length;
  const rendered = [
    renderPolicyEdits({ ...policy, template: { ...template, file: fileWithoutPolicies } }, edits),
    file.layer.syntax.renderEdits(file.layer, isLast ? [{ edit: 'remove-member', object: properties, member }]
      : inlinePolicies.map((item): TreeEdit => ({ edit: 'remove-item', member, item }))),
  ];
  const refused = rendered.find(({ refusal }) => refusal !== undefined);
  if (refused) return refused;
  const before = file.layer.text;
  const withoutPolicies = applyEdits(before, rendered.flatMap((part) => part.edits ?? []));
  // The new resources may go where the text ends that is removed.
  const reread = readAgain(file, withoutPolicies);
  const additions = reread && renderTemplateAdditions(reread, { resources: Object.fromEntries(newResources) });
  return additions?.edits ? { edits: [singleEditBetween(before, applyEdits(withoutPolicies, additions.edits))] } : additions;
}

function readAgain(file: TemplateFile, text: string): TemplateFile | undefined {
  const layer = fileLayer(text, file.layer.syntax);
  const { root } = layer.syntax.parse(text, { comments: 'fault' });
  return root?.kind === 'object' ? { ...file, template: readTemplate(root, file.template.uri), root, layer } : undefined;
}

/** Whether the inline policy does not refer to the key, nor to what depends on it. */
function isIndependent(file: TemplateFile, identity: string, key: string, part: Node): boolean {
  const policies = itemsOf(memberOf(file.template.resources.get(identity)?.properties, 'Policies')?.value);
  const otherPolicies = policies.filter((item) => item !== part);
  return !fileWithout(file, identity, otherPolicies, true).dependents(key).includes(identity);
}

/**
 * The template as if the identity did not have these inline policies.
 *
 * @param onlyPolicies of the identity nothing else counts
 */
function fileWithout(file: TemplateFile, identity: string, removed: readonly Node[], onlyPolicies = false): TemplateFile {
  const resource = file.template.resources.get(identity);
  const policies = memberOf(resource?.properties, 'Policies');
  if (!resource?.properties || !policies?.value) return file;
  const list: Node = { kind: 'list', span: policies.value.span, closed: true,
    items: itemsOf(policies.value).filter((item) => !removed.includes(item)) };
  const members = resource.properties.members.filter((member) => !onlyPolicies || member === policies)
    .map((member) => (member === policies ? { ...member, value: list } : member));
  const properties = { ...resource.properties, members };
  const value = resource.member.value?.kind === 'object' ? { ...resource.member.value,
    members: resource.member.value.members.map((member) => (member.key.value === 'Properties' ? { ...member, value: properties } : member)),
  } : resource.member.value;
  const resources = new Map(file.template.resources).set(identity, { ...resource, properties, member: { ...resource.member, value } });
  const template = { ...file.template, resources };
  return { ...file, template, dependents: dependentsOf(template) };
}

/** What is printed anew would lose its comments, and an anchor its name. */
function isMovable(item: Node, { layer }: TemplateFile): boolean {
  const text = layer.text.slice(item.span.start, item.span.end);
  return item.kind === 'object' && isStringNode(memberOf(item, 'PolicyName')?.value) && memberOf(item, 'PolicyDocument') !== undefined
    && (layer.syntax.id === 'json' || !/(?:^|\s)#|[&*]\w/m.test(text));
}
