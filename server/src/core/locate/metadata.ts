import { parseArn } from '../aws/arn';
import { parseJson } from '../parse/parse';
import { isString, memberOf } from '../parse/tree';
import type { Span } from '../text/span';

/** What collections of an account's policies call the file beside them that says whose they are, such as those of iam-collect. */
const METADATA_NAME = 'metadata.json';
const HAS_ARN = /"arn"\s*:\s*"arn:/;

/** The ARN of a resource to which the policies in the folder of the file belong, with its place. */
export interface ResourceMetadata {
  readonly arn: string;
  readonly span: Span;
}

/** Whether the file may say whose the policies beside it are; in well under a millisecond. */
export function mayBeMetadata(uri: string, text: string): boolean {
  return uri.endsWith(`/${METADATA_NAME}`) && HAS_ARN.test(text);
}

/** Undefined where the file says nothing of a key, user, role, group or managed policy. */
export function readMetadata(uri: string, text: string): ResourceMetadata | undefined {
  if (!mayBeMetadata(uri, text)) return undefined;
  const value = memberOf(parseJson(text, { comments: 'fault' }).root, 'arn')?.value;
  const service = isString(value) ? parseArn(value.value)?.service : undefined;
  return isString(value) && (service === 'kms' || service === 'iam') ? { arn: value.value, span: value.span } : undefined;
}
