/** The value of the setting `kmsHandshake.files` where it has the form that it ought to have: anything may stand in a settings file. */
export function globListOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '') ? value : undefined;
}

/** As VS Code and its language client both take it. */
type DocumentFilter = { readonly scheme: string; readonly pattern: string } | { readonly scheme: string; readonly language: string };

/**
 * The documents that the server is told of; which of them count is its own judgement. Files by pattern, not by language: `*.json.tpl`
 * and `*.json.tftpl` belong to whatever language another extension gives them. What has no file name yet can only be told by its
 * language.
 *
 * @param files globs relative to each folder of the workspace
 */
export function documentSelector(files: readonly string[]): DocumentFilter[] {
  return [
    ...[...files.map(inAnyFolder), '**/kms-handshake.json'].map((pattern) => ({ scheme: 'file', pattern })),
    { scheme: 'untitled', language: 'json' },
    { scheme: 'untitled', language: 'jsonc' },
    { scheme: 'untitled', language: 'yaml' },
  ];
}

/** VS Code holds a pattern of a selector against the whole path. */
function inAnyFolder(pattern: string): string {
  return `**/${pattern.replace(/^\.?\//, '').replace(/^\*\*\//, '')}`;
}
