import { isAccountId, parseArn, type Arn } from '../../aws/arn';
import type { ObjectNode } from '../../syntax/tree';
import type { ContainerFacts } from '../discovery-result';
import { outputMember, outputString } from './output-members';

/** What the members of an object around a policy say, on top of what the objects further out say. */
export function readContainerFacts(node: ObjectNode, around: ContainerFacts): ContainerFacts {
  const metadata = outputMember(node, 'KeyMetadata')?.value;
  const key = keyReferenceIn(node) ?? (metadata ? keyReferenceIn(metadata.kind === 'object' ? metadata : node) : undefined);
  const identity = identityReferenceIn(node);
  const arn = parseArn(outputString(node, 'Arn') ?? '');
  const declaredKind = identity || isManagedPolicy(arn) ? 'identity' : key ? 'key' : around.declaredKind;
  return {
    declaredKind,
    keyArn: key?.arn ?? around.keyArn,
    keyId: key?.id ?? around.keyId,
    identityArn: identity ? identity.arn : around.identityArn,
    identityName: identity ? identity.name : around.identityName,
    account: accountIn(node) ?? parseArn(key?.arn ?? identity?.arn ?? '')?.account ?? (arn?.account || around.account),
    policyName: outputString(node, 'PolicyName') ?? around.policyName,
    attachments: around.attachments,
  };
}

/** The resource that the object is about has a policy of its own, and is neither a key nor an identity. */
export function belongsToOtherResource(node: ObjectNode): boolean {
  const arn = parseArn(outputString(node, 'Arn') ?? '');
  return arn !== undefined && !['kms', 'iam', 'sts', 'organizations'].includes(arn.service);
}

function isManagedPolicy(arn: Arn | undefined): boolean {
  return arn?.service === 'iam' && arn.resource.startsWith('policy/');
}

function keyReferenceIn(node: ObjectNode): { readonly arn: string | undefined; readonly id: string | undefined } | undefined {
  const id = outputString(node, 'KeyId');
  const arn = [outputString(node, 'KeyArn'), outputString(node, 'Arn'), id].find((text) =>
    text !== undefined && parseArn(text)?.service === 'kms'
  );
  if (arn === undefined && id === undefined) return undefined;
  const resource = parseArn(arn ?? '')?.resource;
  return { arn, id: id === undefined || id.startsWith('arn:') ? resource?.startsWith('key/') ? resource.slice(4) : undefined : id };
}

const IDENTITY_NAME_MEMBERS = [['RoleName', 'role'], ['UserName', 'user'], ['GroupName', 'group']] as const;

function identityReferenceIn(node: ObjectNode): { readonly arn: string | undefined; readonly name: string } | undefined {
  const arn = outputString(node, 'Arn');
  const { service, resource } = parseArn(arn ?? '') ?? {};
  const kind = service === 'iam' ? /^(role|user|group)\/./.exec(resource ?? '')?.[1] : undefined;
  for (const [member, ofName] of IDENTITY_NAME_MEMBERS) {
    const name = outputString(node, member);
    if (name !== undefined) return { name: `${ofName}/${name}`, arn: kind === ofName ? arn : undefined };
  }
  // A row about an identity has its name in a column "name", or nowhere but in the ARN.
  return kind === undefined ? undefined : { name: `${kind}/${resource?.split('/').at(-1) ?? ''}`, arn };
}

function accountIn(node: ObjectNode): string | undefined {
  return ['AWSAccountId', 'AccountId', 'Account'].map((name) => outputString(node, name)).find((text) =>
    text !== undefined && isAccountId(text)
  );
}
