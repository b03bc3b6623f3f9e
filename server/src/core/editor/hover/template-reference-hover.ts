import type { Template } from '../../discovery/cloudformation/template';
import { importNameOfPlaceholder } from '../../discovery/cloudformation/template-functions';
import { generatedRole } from '../../discovery/cloudformation/template-references';
import { memberOf } from '../../syntax/tree';
import { code, line, strong, type Line } from './rich-text';

const PSEUDO_PARAMETERS: Readonly<Partial<Record<string, string>>> = {
  'AWS::AccountId': 'the account of this stack', 'AWS::Region': 'the Region of this stack',
  'AWS::Partition': 'the partition of this stack, such as aws or aws-cn', 'AWS::StackName': 'the name of this stack',
  'AWS::StackId': 'the ARN of this stack', 'AWS::URLSuffix': 'the domain of AWS in this partition, such as amazonaws.com',
};

/** By type what the resource is, and what `Ref` of it gives ("Return values" of its page in the CloudFormation template reference). */
const RESOURCES: Readonly<Partial<Record<string, readonly [resource: string, ref: string]>>> = {
  'AWS::KMS::Key': ['KMS key', 'id'], 'AWS::KMS::ReplicaKey': ['KMS replica key', 'id'], 'AWS::KMS::Alias': ['alias', 'name'],
  'AWS::IAM::Role': ['role', 'name'], 'AWS::IAM::User': ['user', 'name'], 'AWS::IAM::Group': ['group', 'name'],
  'AWS::IAM::ManagedPolicy': ['managed policy', 'ARN'],
};

/** What a reference of a template stands for; undefined for a name that the template does not have, and for a value of a function. */
export function describeReference(template: Template, name: string): Line | undefined {
  const pseudoParameter = PSEUDO_PARAMETERS[name];
  if (pseudoParameter !== undefined) return line`${strong(name)}: ${pseudoParameter}.`;
  const importName = importNameOfPlaceholder(name);
  if (importName !== undefined) return line`${strong('Import')} of ${code(importName)}, which another stack exports.`;
  const [logicalId = '', ...attributes] = name.split('.');
  const resource = template.resources.get(logicalId) ?? generatedRole(logicalId, template);
  if (resource) {
    const [kind, ref] = RESOURCES[resource.type] ?? [`resource of type ${resource.type}`, 'value of Ref'];
    const attribute = attributes.length === 0 ? ref : attributes[0] === 'Arn' ? 'ARN' : `attribute ${attributes.join('.')}`;
    return line`${strong(name)}: the ${attribute} of the ${kind} ${code(logicalId)} of this template.`;
  }
  return memberOf(template.parameters, name) ? line`${strong(name)}: a parameter of this template.` : undefined;
}
