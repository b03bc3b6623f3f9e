import { isStringNode, memberOf, type Member, type Node } from '../../syntax/tree';

/**
 * The member of that name in an output, however the tool that made it writes names: `PolicyDocument` (AWS CLI), `policyDocument`
 * (AWS Config, SDKs), `policy_document` (Steampipe), `ARN` for `Arn`.
 */
export function outputMember(node: Node | undefined, name: string): Member | undefined {
  if (node?.kind !== 'object') return undefined;
  const exact = memberOf(node, name);
  if (exact) return exact;
  const normalizedName = normalizedMemberName(name);
  return node.members.find(({ key: { value } }) =>
    (value.charCodeAt(0) | LOWER_CASE) === normalizedName.charCodeAt(0) && normalizedMemberName(value) === normalizedName
  );
}

/** Of a letter, the bit that makes it a small one. */
const LOWER_CASE = 0x20;

/** `policydocument` for all three. */
export function normalizedMemberName(name: string): string {
  return name.replace(/_/g, '').toLowerCase();
}

/** The string of that member; undefined for all other values. */
export function outputString(node: Node | undefined, name: string): string | undefined {
  const value = outputMember(node, name)?.value;
  return isStringNode(value) ? value.value : undefined;
}
