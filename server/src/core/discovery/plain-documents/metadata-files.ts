import { parseArn } from '../../aws/arn';
import { JSON_SYNTAX } from '../../syntax/json/json-syntax';
import { isStringNode, itemsOf, memberOf } from '../../syntax/tree';
import type { Span } from '../../text/span';

/** What collections of an account's policies call the file beside them that says whose they are, such as those of iam-collect. */
const METADATA_FILE_NAME = 'metadata.json';
const ARN_MEMBER = /"arn"\s*:\s*"arn:/;
/** The file beside it that lists which managed policies a user, role or group has. */
const MANAGED_POLICIES_FILE_NAME = 'managed-policies.json';
const POLICY_ARN = /"arn:[^":\s]*:iam::[^":\s]*:policy\//;

/** The ARN of a resource to which the policies in the folder of the file belong, with its place. */
export interface ResourceMetadata {
  readonly arn: string;
  readonly span: Span;
}

/** Whether the file may say whose the policies beside it are; in well under a millisecond. */
export function mayBeMetadataFile(uri: string, text: string): boolean {
  return hasResourceArn(uri, text) || hasManagedPolicies(uri, text);
}

function hasResourceArn(uri: string, text: string): boolean {
  return uri.endsWith(`/${METADATA_FILE_NAME}`) && ARN_MEMBER.test(text);
}

function hasManagedPolicies(uri: string, text: string): boolean {
  return uri.endsWith(`/${MANAGED_POLICIES_FILE_NAME}`) && POLICY_ARN.test(text);
}

/** The ARNs of the managed policies that the identity of the folder has. */
export function readManagedPolicies(uri: string, text: string): readonly string[] {
  if (!hasManagedPolicies(uri, text)) return [];
  const items = itemsOf(JSON_SYNTAX.parse(text, { comments: 'fault' }).root);
  return items.flatMap((item) => (isStringNode(item) && parseArn(item.value)?.service === 'iam' ? item.value : []));
}

/** Undefined where the file says nothing of a key, user, role, group or managed policy. */
export function readMetadata(uri: string, text: string): ResourceMetadata | undefined {
  if (!hasResourceArn(uri, text)) return undefined;
  const value = memberOf(JSON_SYNTAX.parse(text, { comments: 'fault' }).root, 'arn')?.value;
  const service = isStringNode(value) ? parseArn(value.value)?.service : undefined;
  return isStringNode(value) && (service === 'kms' || service === 'iam') ? { arn: value.value, span: value.span } : undefined;
}
