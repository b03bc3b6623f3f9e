export const USAGE = `kms-handshake: checks AWS KMS key policies and IAM policies against each other

  kms-handshake check    [PATH...] [--format text|json] [--fail-on error|warning|info|never] [--hints] [--config FILE]
  kms-handshake matrix   [PATH]    [--format text|json] [--config FILE]
  kms-handshake generate consumer   --key-policy FILE [--key ARN] [--identity ARN|--account ID] [--use-case NAME] [--out FILE] [--force]
  kms-handshake generate key-policy --iam-policy FILE [--key ARN] [--identity ARN|--account ID] [--key-policy FILE] [--use-case NAME] [--out FILE] [--force]
  kms-handshake lsp --stdio

PATH is a folder or a file, the current folder when left out. FILE may end in a JSON pointer: output.json#/Policy.
generate prints the policy; with --out it writes the file, and never over one that is there unless --force is given.
Exit status: 0 nothing found at or above --fail-on (error), 1 something found, 2 wrong usage or unreadable input.
`;

/** Wrong usage or input that cannot be read: a clear line on standard error and exit status 2. */
export class UsageError extends Error {}
