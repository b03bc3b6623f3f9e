import type { ObjectNode } from '../../syntax/tree';
import { treeWithoutText } from '../../syntax/tree-without-text';
import type { Span } from '../../text/span';
import type { TemplateReferences } from './template-references';

/**
 * The policy that KMS gives to a key without one, as a tree without text: all of it stands at one place.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function defaultKeyPolicy({ partition, account }: TemplateReferences, span: Span): ObjectNode {
  return treeWithoutText({
    Version: '2012-10-17', Id: 'key-default-1',
    Statement: [{ Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Action: 'kms:*', Resource: '*' }],
  }, span) as ObjectNode;
}
