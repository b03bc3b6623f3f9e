import { parseArn } from '../aws/arn';
import { isStringNode, itemsOf, memberOf } from '../syntax/tree';
import type { Discoverer, DiscoveryFile, DiscoverySink, DiscoveryValue } from './discoverer';

/**
 * What collections of an account's policies, such as those of iam-collect, call the file that tells to what the policies beside it belong.
 */
const METADATA_FILE_NAME = 'metadata.json';
const ARN_MEMBER = /"arn"\s*:\s*"arn:/;
/** The file beside it that lists which managed policies a user, role or group has. */
const MANAGED_POLICIES_FILE_NAME = 'managed-policies.json';
const POLICY_ARN = /"arn:[^":\s]*:iam::[^":\s]*:policy\//;

export const METADATA_FILES: Discoverer = {
  id: 'metadata-files',
  mayContain: (file) => hasResourceArn(file) || hasManagedPolicies(file),
  discover(values, sink) {
    const [value] = values;
    if (value && sink.uri.endsWith(`/${METADATA_FILE_NAME}`)) discoverMetadata(value, sink);
    if (value && sink.uri.endsWith(`/${MANAGED_POLICIES_FILE_NAME}`)) discoverManagedPolicies(value, sink);
    return values;
  },
};

function hasResourceArn({ uri, text }: DiscoveryFile): boolean {
  return uri.endsWith(`/${METADATA_FILE_NAME}`) && ARN_MEMBER.test(text);
}

function hasManagedPolicies({ uri, text }: DiscoveryFile): boolean {
  return uri.endsWith(`/${MANAGED_POLICIES_FILE_NAME}`) && POLICY_ARN.test(text);
}

function discoverMetadata({ node }: DiscoveryValue, sink: DiscoverySink): void {
  const value = memberOf(node, 'arn')?.value;
  const service = isStringNode(value) ? parseArn(value.value)?.service : undefined;
  if (isStringNode(value) && (service === 'kms' || service === 'iam')) sink.setMetadata({ arn: value.value, span: value.span });
}

function discoverManagedPolicies({ node }: DiscoveryValue, sink: DiscoverySink): void {
  sink.setManagedPolicies(
    itemsOf(node).flatMap((item) => (isStringNode(item) && parseArn(item.value)?.service === 'iam' ? item.value : [])),
  );
}
