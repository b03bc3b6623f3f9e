import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { nodeToJson } from '../syntax/canonical-value';
import { baseName, plainUri, relativePath } from '../text/uri-path';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { refusal, type Refusal } from './counterpart';
import { quoteForShell, type Shell } from './shell-quoting';

/** A command for a person to run; nothing here runs it. */
export interface AwsCliCommand {
  /** One line for the shell. What is not known stands in it as a quoted word, `'<REGION>'`. */
  readonly command: string;
  readonly placeholders: readonly string[];
}

/** Option and value, in the order of the command. */
type AwsCliOptions = readonly (readonly [option: string, value: string])[];

/**
 * The AWS CLI command that puts the policy where it belongs: `aws kms put-key-policy`, `aws iam put-role-policy`,
 * `put-user-policy`, `put-group-policy`, or `create-policy` while it is attached to nobody (AWS CLI command reference).
 *
 * @param folder URI of the folder that the command is run in; without it the command names the file only
 */
export function awsCliCommand(world: World, policy: DiscoveredPolicy, folder?: string, shell: Shell = 'posix'): AwsCliCommand | Refusal {
  const reason = reasonWithoutCommand(policy, shell);
  if (reason !== undefined) return refusal(reason);
  // A policy inside a larger file stands in the command itself: there is no file that the command could name.
  const isWholeFile = policy.address.kind === 'document';
  const file = isWholeFile ? `file://${policyFilePath(folder, policy.uri)}` : JSON.stringify(nodeToJson(policy.policy.node));
  if (policy.policy.kind === 'key') return putKeyPolicyCommand(world.keyByPolicy.get(policy), file, shell);
  const name = (isWholeFile ? undefined : policy.container.policyName) ?? policyNameFromUri(policy.uri);
  const [arn, ...others] = (world.identitiesByPolicy.get(policy) ?? []).flatMap(({ arn, link }) => (link.certain ? arn ?? [] : []));
  return arn === undefined || others.length > 0
    ? formatAwsCliCommand(['aws', 'iam', 'create-policy'], [['policy-name', name], ['policy-document', file]], shell)
    : putIdentityPolicyCommand(arn, name, file, shell);
}

function reasonWithoutCommand({ address, policy, layer }: DiscoveredPolicy, shell: Shell): string | undefined {
  if (address.kind !== 'document' && shell !== 'posix') return 'The policy is part of a larger file, and this shell cannot hand over its '
    + 'quotes: take the command for a POSIX shell, or use "Save policy as a file of its own" first.';
  if (policy.isFragment) return 'This is a fragment: put "Version" and "Statement" around it first.';
  if (policy.kind !== 'key' && policy.kind !== 'identity')
    return 'This is neither a key policy nor an IAM policy of a user, role or group.';
  if (layer.syntax.id !== 'json' || layer.syntax.parse(layer.text, { comments: 'fault' }).faults.length > 0)
    return 'AWS accepts only plain JSON: remove comments, template placeholders and syntax errors from the file first.';
  return undefined;
}

function putKeyPolicyCommand(key: Key | undefined, file: string, shell: Shell): AwsCliCommand | Refusal {
  // "default" is the only name that a key policy can have (API reference, PutKeyPolicy).
  return formatAwsCliCommand(['aws', 'kms', 'put-key-policy'], [
    ['key-id', key?.arn ?? key?.keyId ?? '<KEY_ID>'], ['policy-name', 'default'], ['policy', file], ['region', key?.region ?? '<REGION>'],
  ], shell);
}

function putIdentityPolicyCommand(arn: string, policyName: string, file: string, shell: Shell): AwsCliCommand | Refusal {
  const [, kind = '', path = ''] = /^arn:[^:]*:iam:[^:]*:[^:]*:(role|user|group)\/(.+)$/.exec(arn) ?? [];
  if (kind === '') return refusal(`${arn} is not a user, role or group.`);
  const name = baseName(path);
  // AWS itself owns these roles (IAM User Guide, service-linked roles; IAM Identity Center User Guide, permission sets).
  if (kind === 'role' && /^aws-(service-role|reserved)\//.test(path))
    return refusal(`Nobody can put a policy on the role ${name}: an AWS service manages it.`);
  return formatAwsCliCommand(['aws', 'iam', `put-${kind}-policy`],
    [[`${kind}-name`, name], ['policy-name', policyName], ['policy-document', file]], shell);
}

/** Refused where a value, whatever characters a policy brings into it, cannot be one word of the shell. */
export function formatAwsCliCommand(words: readonly string[], options: AwsCliOptions, shell: Shell): AwsCliCommand | Refusal {
  const placeholders = options.flatMap(([, value]) => /^<([A-Z_]+)>$/.exec(value)?.[1] ?? []);
  const command = [...words];
  for (const [option, value] of options) {
    // A value that starts with a hyphen would be taken for an option, unless it is joined to its own.
    const isJoined = value.startsWith('-');
    const result = quoteForShell(isJoined ? `--${option}=${value}` : value, shell);
    if ('reason' in result) return refusal(`${result.reason} Rename the file or the identity `
      + `first${shell === 'posix' ? '' : ', or take the command for another shell'}.`);
    command.push(isJoined ? result.word : `--${option} ${result.word}`);
  }
  return { command: command.join(' '), placeholders };
}

/** The path as the AWS CLI opens it: decoded, since `file://` there is a prefix and not a URI. */
function policyFilePath(folder: string | undefined, uri: string): string {
  const file = plainUri(uri);
  return (folder === undefined ? undefined : relativePath(plainUri(folder), file)) ?? baseName(file);
}

/** IAM takes letters, digits and `_+=,.@-` in a policy name, 128 at most (API reference, PutRolePolicy). */
function policyNameFromUri(uri: string): string {
  const stem = baseName(plainUri(uri)).replace(/\.(json|jsonc|json\.tpl|json\.tftpl)$/i, '');
  return stem.replace(/[^\w+=,.@-]+/g, '-').replace(/^-+/, '').slice(0, 128) || 'policy';
}
