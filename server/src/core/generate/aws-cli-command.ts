import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { baseName, plainUri, relativePath } from '../text/uri-path';
import type { Identity, Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { isRefusal, refusal, type Refusal } from './counterpart';
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
  const reason = reasonWithoutCommand(policy);
  if (reason !== undefined) return refusal(reason);
  const file = `file://${policyFilePath(folder, policy.uri)}`;
  if (policy.policy.kind === 'key') return putKeyPolicyCommand(world.keyByPolicy.get(policy), file, shell);
  const attached = (world.identitiesByPolicy.get(policy) ?? []).filter(isNamedIdentity);
  const [only, ...others] = attached;
  const name = policyNameFromUri(policy.uri);
  if (!only || others.length > 0)
    return formatAwsCliCommand(['aws', 'iam', 'create-policy'], [['policy-name', name], ['policy-document', file]], shell);
  return putIdentityPolicyCommand(only, name, file, shell);
}

function reasonWithoutCommand(policy: DiscoveredPolicy): string | undefined {
  if (policy.address.kind !== 'document') return 'The policy is part of a larger file: '
    + 'save the policy document in a file of its own, which the command can then name.';
  if (policy.policy.isFragment) return 'This is a fragment: put "Version" and "Statement" around it first.';
  if (policy.policy.kind !== 'key' && policy.policy.kind !== 'identity')
    return 'This is neither a key policy nor an IAM policy of a user, role or group.';
  const { syntax, text } = policy.layer;
  if (syntax.id !== 'json' || syntax.parse(text, { comments: 'fault' }).faults.length > 0)
    return 'AWS accepts only plain JSON: '
      + 'remove comments, template placeholders and syntax errors from the file first.';
  return undefined;
}

function putKeyPolicyCommand(key: Key | undefined, file: string, shell: Shell): AwsCliCommand | Refusal {
  // "default" is the only name that a key policy can have (API reference, PutKeyPolicy).
  return formatAwsCliCommand(['aws', 'kms', 'put-key-policy'], [
    ['key-id', key?.arn ?? key?.keyId ?? '<KEY_ID>'], ['policy-name', 'default'], ['policy', file], ['region', key?.region ?? '<REGION>'],
  ], shell);
}

function putIdentityPolicyCommand(identity: Identity & { readonly arn: string }, name: string, file: string, shell: Shell): AwsCliCommand
  | Refusal {
  const [, kind = '', path = ''] = /^arn:[^:]*:iam:[^:]*:[^:]*:(role|user|group)\/(.+)$/.exec(identity.arn) ?? [];
  if (kind === '') return refusal(`${identity.arn} is not a user, role or group.`);
  // AWS itself owns these roles (IAM User Guide, service-linked roles; IAM Identity Center User Guide, permission sets).
  if (kind === 'role' && /^aws-(service-role|reserved)\//.test(path))
    return refusal(`Nobody can put a policy on the role ${baseName(path)}: an AWS service manages it.`);
  return formatAwsCliCommand(['aws', 'iam', `put-${kind}-policy`], [[`${kind}-name`, baseName(path)], ['policy-name', name], [
    'policy-document',
    file,
  ]], shell);
}

/**
 * The command of these words and options: every value is one word for the shell, whatever characters a policy brings into it, or a refusal.
 */
export function formatAwsCliCommand(words: readonly string[], awsCliOptions: AwsCliOptions, shell: Shell): AwsCliCommand | Refusal {
  const placeholders = awsCliOptions.flatMap(([, value]) => /^<([A-Z_]+)>$/.exec(value)?.[1] ?? []);
  const optionTexts: string[] = [];
  for (const option of awsCliOptions) {
    const text = formatOption(option, shell);
    if (isRefusal(text)) return text;
    optionTexts.push(text.option);
  }
  return { command: [...words, ...optionTexts].join(' '), placeholders };
}

/** A value that starts with a hyphen would be taken for an option, unless it is joined to its own. */
function formatOption([option, value]: readonly [string, string], shell: Shell): { readonly option: string } | Refusal {
  const startsWithHyphen = value.startsWith('-');
  const result = quoteForShell(startsWithHyphen ? `--${option}=${value}` : value, shell);
  if ('reason' in result) return refusal(`${result.reason} Rename the file or the identity `
    + `first${shell === 'posix' ? '' : ', or take the command for another shell'}.`);
  return { option: startsWithHyphen ? result.word : `--${option} ${result.word}` };
}

/** The path as the AWS CLI opens it: decoded, since `file://` there is a prefix and not a URI. */
function policyFilePath(folder: string | undefined, uri: string): string {
  const file = plainUri(uri);
  const relative = folder === undefined ? undefined : relativePath(plainUri(folder), file);
  return relative ?? baseName(file);
}

/** IAM takes letters, digits and `_+=,.@-` in a policy name, 128 at most (API reference, PutRolePolicy). */
function policyNameFromUri(uri: string): string {
  const stem = baseName(plainUri(uri)).replace(/\.(json|jsonc|json\.tpl|json\.tftpl)$/i, '');
  return stem.replace(/[^\w+=,.@-]+/g, '-').replace(/^-+/, '').slice(0, 128) || 'policy';
}

function isNamedIdentity(identity: Identity): identity is Identity & { readonly arn: string } {
  return identity.arn !== undefined && identity.link.certain;
}
