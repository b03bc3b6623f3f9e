import type { Location } from '../../text/span';
import type { KeyFact } from '../discovery-result';
import { propertyOf, type Template, type TemplateResource } from './template';
import type { TemplateReferences } from './template-references';

/** What a template says about a key that it makes. */
export function keyFactOf(resource: TemplateResource, keyArn: string, template: Template, references: TemplateReferences,
  location: Location): KeyFact {
  const { textOf } = references;
  const isReplica = resource.type === 'AWS::KMS::ReplicaKey';
  const multiRegion = textOf(propertyOf(resource, 'MultiRegion'));
  return {
    ...location, source: 'template', keyArn, keyId: undefined, logicalId: resource.logicalId,
    aliases: aliasesOf(keyArn, template, references),
    // KMS's defaults (CloudFormation template reference, AWS::KMS::Key); a replica has those of its primary key.
    keySpec: isReplica ? undefined : textOrDefault(resource, 'KeySpec', 'SYMMETRIC_DEFAULT', references),
    keyUsage: isReplica ? undefined : textOrDefault(resource, 'KeyUsage', 'ENCRYPT_DECRYPT', references),
    multiRegion: isReplica || (propertyOf(resource, 'MultiRegion') === undefined ? false : multiRegion === undefined ? undefined
      : multiRegion === 'true'),
    manager: 'CUSTOMER', grants: [],
  };
}

function textOrDefault(resource: TemplateResource, property: string, defaultValue: string,
  { textOf }: TemplateReferences): string | undefined {
  const node = propertyOf(resource, property);
  return node === undefined ? defaultValue : textOf(node);
}

/** Names of the aliases of the template whose target is the key, by its ARN or its id. */
function aliasesOf(keyArn: string, template: Template, references: TemplateReferences): readonly string[] {
  return [...template.resources.values()].flatMap((resource) => {
    if (resource.type !== 'AWS::KMS::Alias') return [];
    const target = references.textOf(propertyOf(resource, 'TargetKeyId'));
    const isTarget = target !== undefined && (target === keyArn || keyArn.endsWith(`:key/${target}`));
    return isTarget ? references.valueOf(resource.logicalId)?.text ?? [] : [];
  });
}
