/** The first member of outputs that list the policies or keys of an account: of the AWS CLI, and of AWS Config. */
const FIRST_OUTPUT_MEMBERS: ReadonlySet<string | undefined> = new Set([
  'UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies', 'Keys', 'Aliases', 'Grants', 'KeyMetadata',
  'fileVersion', 'configSnapshotId', 'configurationItems', 'baseConfigurationItems',
]);
const FIRST_MEMBER = /^\s*(?:\[\s*)?\{\s*"(\w+)"\s*:/;

/** Whether a text that begins so is output of the AWS CLI, or a snapshot of AWS Config, with what an account has. */
export function isAwsOutput(beginning: string): boolean {
  return FIRST_OUTPUT_MEMBERS.has(FIRST_MEMBER.exec(beginning)?.[1]);
}
