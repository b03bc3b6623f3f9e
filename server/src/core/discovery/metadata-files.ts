import { parseArn } from '../aws/arn';
import { isStringNode, itemsOf, memberOf } from '../syntax/tree';
import type { Discoverer } from './discoverer';

/** The file that tells to what the policies beside it belong, in collections of an account's policies such as those of iam-collect. */
const METADATA_FILE_NAME = 'metadata.json';
const ARN_MEMBER = /"arn"\s*:\s*"arn:/;
/** The file beside it that lists which managed policies a user, role or group has. */
const MANAGED_POLICIES_FILE_NAME = 'managed-policies.json';
const POLICY_ARN = /"arn:[^":\s]*:iam::[^":\s]*:policy\//;

export const METADATA_FILES: Discoverer = {
  id: 'metadata-files',
  syntaxes: ['json'],
  mayContain: ({ uri, text }) => isNamed(uri, METADATA_FILE_NAME) && ARN_MEMBER.test(text)
    || isNamed(uri, MANAGED_POLICIES_FILE_NAME) && POLICY_ARN.test(text),
  discover(values, sink) {
    const node = values[0]?.node;
    const arn = memberOf(node, 'arn')?.value;
    const service = isStringNode(arn) ? parseArn(arn.value)?.service : undefined;
    if (isStringNode(arn) && isNamed(sink.uri, METADATA_FILE_NAME) && (service === 'kms' || service === 'iam'))
      sink.metadata = { arn: arn.value, span: arn.span };
    if (isNamed(sink.uri, MANAGED_POLICIES_FILE_NAME))
      sink.managedPolicyArns = itemsOf(node).flatMap((
        item,
      ) => (isStringNode(item) && parseArn(item.value)?.service === 'iam' ? item.value : []));
    return values;
  },
};

function isNamed(uri: string, name: string): boolean {
  return uri.endsWith(`/${name}`);
}
