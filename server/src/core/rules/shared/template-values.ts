import { compareIdentifiers, isDeploymentSymbol } from '../../aws/identifier-comparison';
import { arnResource } from '../../aws/arn';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { TemplateResourceRef } from '../../linking/entities';
import { hasSubstitutedPlaceholder, type PolicyString } from '../../policy/policy-string';
import { describeSymbols } from '../../text/symbol-text';
import type { World } from '../../workspace/world';
import { fixPolicy, type Fix } from './fix';

/** What a reference gives in place of an ARN, `the id of DataKey`; undefined for a value that is not that of a reference to a resource. */
export function describeReference({ template }: DiscoveredPolicy, policyString: PolicyString): string | undefined {
  const { value } = policyString;
  if (!template || !hasSubstitutedPlaceholder(policyString) || !isDeploymentSymbol(value, 'resource')) return undefined;
  const [logicalId = ''] = describeSymbols(value).split(' ');
  const isKey = template.file.template.resources.get(logicalId)?.type.startsWith('AWS::KMS::') === true;
  return `the ${isKey ? 'id' : 'name'} of ${logicalId}`;
}

/** Fixes that refer to the ARN of a key whose id or alias a reference of the same template gives. */
export function fixesByKeyArn(world: World, policy: DiscoveredPolicy, policyString: PolicyString): readonly Fix[] {
  const { value } = policyString;
  const key = world.keys.find(({ template, keyId, aliases }) => template?.uri === policy.uri
    && (compareIdentifiers(keyId, value) === 'same' || aliases.includes(value)));
  return fixesByArn(policy, policyString, key);
}

/** Fixes that refer to the ARN of a role or user whose name a reference of the same template gives. */
export function fixesByIdentityArn(world: World, policy: DiscoveredPolicy, policyString: PolicyString): readonly Fix[] {
  const identity = world.identities.find(({ template, arn = '', kind }) => template?.uri === policy.uri
    && (kind === 'role' || kind === 'user') && compareIdentifiers(arnResource(arn).split('/').at(-1), policyString.value) === 'same');
  return fixesByArn(policy, policyString, identity);
}

function fixesByArn(policy: DiscoveredPolicy, policyString: PolicyString,
  subject: { readonly arn: string | undefined; readonly template?: TemplateResourceRef | undefined } | undefined): readonly Fix[] {
  if (subject?.arn === undefined || !subject.template || !hasSubstitutedPlaceholder(policyString)) return [];
  return [fixPolicy(`Use the ARN of ${subject.template.logicalId}`, policy,
    [{ edit: 'replace', node: policyString.node, value: subject.arn }], { preferred: true })];
}
