import { isAccountId, parseArn } from '../aws/arn';
import { memberOf, type ObjectNode } from '../parse/tree';
import type { WrapperFacts } from './located';
import { stringOf } from './shapes';

/** What the members of an object around a policy say, on top of what the objects further out say. */
export function factsOf(node: ObjectNode, around: WrapperFacts): WrapperFacts {
  const metadata = memberOf(node, 'KeyMetadata')?.value;
  const key = keyOf(node) ?? (metadata ? keyOf(metadata.kind === 'object' ? metadata : node) : undefined);
  const identity = identityOf(node);
  const arn = stringOf(node, 'Arn');
  const says = identity ? 'identity' : key ? 'key' : around.says;
  return {
    says,
    keyArn: key?.arn ?? around.keyArn,
    keyId: key?.id ?? around.keyId,
    identityArn: identity ? identity.arn : around.identityArn,
    identityName: identity ? identity.name : around.identityName,
    account: accountOf(node) ?? parseArn(key?.arn ?? identity?.arn ?? arn ?? '')?.account ?? around.account,
    policyName: stringOf(node, 'PolicyName') ?? around.policyName,
    attachments: around.attachments,
  };
}

function keyOf(node: ObjectNode): { readonly arn: string | undefined; readonly id: string | undefined } | undefined {
  const id = stringOf(node, 'KeyId');
  const arn = [stringOf(node, 'KeyArn'), stringOf(node, 'Arn'), id].find((text) => text !== undefined && parseArn(text)?.service === 'kms');
  if (arn === undefined && id === undefined) return undefined;
  const resource = parseArn(arn ?? '')?.resource;
  return { arn, id: id === undefined || id.startsWith('arn:') ? resource?.startsWith('key/') ? resource.slice(4) : undefined : id };
}

const IDENTITIES = [['RoleName', 'role'], ['UserName', 'user'], ['GroupName', 'group']] as const;

function identityOf(node: ObjectNode): { readonly arn: string | undefined; readonly name: string } | undefined {
  for (const [member, kind] of IDENTITIES) {
    const name = stringOf(node, member);
    if (name === undefined) continue;
    const arn = stringOf(node, 'Arn');
    return { name: `${kind}/${name}`, arn: arn !== undefined && parseArn(arn)?.resource.startsWith(`${kind}/`) ? arn : undefined };
  }
  return undefined;
}

function accountOf(node: ObjectNode): string | undefined {
  return ['AWSAccountId', 'AccountId', 'Account'].map((name) => stringOf(node, name)).find((text) => text !== undefined && isAccountId(text));
}
