export const USAGE = `kms-handshake: checks AWS KMS key policies and IAM policies against each other

  kms-handshake check    [PATH...] [--format text|json|ndjson|sarif|github|junit|gitlab] [--output FILE]
                             [--fail-on error|warning|info|never] [--max-warnings N] [--hints] [--quiet]
                             [--rule CODE=LEVEL]... [--baseline FILE [--update-baseline]] [READING]
  kms-handshake matrix   [PATH]    [--format text|json|ndjson|csv|markdown|svg] [READING]
  kms-handshake explain  [PATH]    --identity ARN --action kms:Decrypt --key ARN [--format text|json] [READING]
  kms-handshake explain  [PATH]    --message FILE|- [--format text|json] [READING]
  kms-handshake generate consumer   --key-policy FILE [--key ARN] [--identity ARN|--account ID]
                             [--use-case NAME] [--out FILE] [--force] [READING]
  kms-handshake generate key-policy --iam-policy FILE [--key ARN] [--identity ARN|--account ID] [--key-policy FILE]
                             [--use-case NAME] [--out FILE] [--force] [READING]
  kms-handshake lsp --stdio

PATH is a folder or a file, the current folder when left out. FILE may end in a JSON pointer, output.json#/Policy,
or in the logical id of a template's resource, template.yaml#DataKey; so may a key or an identity in place of its ARN.
READING is how files are read: [--config FILE] [--follow-links] [--max-file-size KIB]

  --format     text for people (the default), json for programs, ndjson for databases (one finding or row a line), csv for
               spreadsheets, markdown for documents, svg for a picture of the matrix; sarif for code scanning, github for
               annotations, junit for test reports, gitlab for code quality
  --output     writes the report to FILE and prints the summary
  --fail-on    the mildest severity that ends check with status 1; error when left out
  --max-warnings
               ends with status 1 at more warnings than N, too
  --hints      shows hints too
  --quiet      reports errors only
  --rule       the level of a rule in this run: off, error, warning, info or hint; counts before kms-handshake.json
  --baseline   accepts the findings in FILE; what is new counts. --update-baseline writes all findings there and ends with 0
  --config     reads FILE in place of the kms-handshake.json at the root of the folder
  --follow-links
               reads what links lead to outside of the folder, too; links inside of it are always followed
  --max-file-size KIB
               reads larger files than 1024 KiB in a folder; what is named itself is read up to 256 MiB, output of the AWS CLI
               about a whole account up to 64 MiB
  --key, --identity, --account
               for which key and for whom to write, where the policies leave a choice; explain takes ids and aliases too,
               and the principal of an AWS service: --identity cloudtrail.amazonaws.com
  --message    reads identity, action and key from an AWS AccessDenied error or a CloudTrail record; - is standard input
  --use-case   writes what an AWS service needs: s3-get, s3-multipart, ebs, secretsmanager-read; a NAME it does not know lists all
  --out        writes FILE in place of printing; never over a file that is there, unless --force is given: then the file
               that contains the policy gets what is added and keeps the rest, any other is replaced

Exit status: 0 nothing found at or above --fail-on, 1 something found, 2 wrong usage or unreadable input.
`;

/** Wrong usage or input that cannot be read: a clear line on standard error and exit status 2. */
export class UsageError extends Error {}
