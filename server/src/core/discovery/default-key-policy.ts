import type { Identifier } from '../aws/identifier-comparison';
import type { ObjectNode } from '../syntax/tree';
import { treeWithoutText } from '../syntax/tree-without-text';
import type { Span } from '../text/span';

/**
 * The policy that KMS gives to a key without one, as a tree without text: all of it stands at one place.
 *
 * @param owner the ARN of the account, as a principal
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function defaultKeyPolicy(owner: Identifier, span: Span): ObjectNode {
  return treeWithoutText({
    Version: '2012-10-17', Id: 'key-default-1',
    Statement: [{ Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: owner }, Action: 'kms:*', Resource: '*' }],
  }, span) as ObjectNode;
}

/** The account as a whole. */
export function accountArn({ partition, account }: { readonly partition: Identifier; readonly account: Identifier }): Identifier {
  return `arn:${partition}:iam::${account}:root`;
}
