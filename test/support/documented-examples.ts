import { readFileSync } from 'node:fs';
import path from 'node:path';
import { keyPolicy, identityPolicy, manifest, OWNER_STATEMENT, policyDocument } from './fixtures';
import type { FilesByPath } from './workspace-from-texts';

export const RULE_PAGES = path.join(__dirname, '..', '..', 'docs', 'rules');

/** The examples of a page of a rule in JSON, or of templates in YAML, in their order. */
function examplesOf(page: string, language: 'json' | 'yaml' = 'json'): string[] {
  return [...readFileSync(path.join(RULE_PAGES, page), 'utf8').matchAll(/```(\w+)\r?\n([^]*?)```/g)]
    .filter(([, name]) => name === language).map(([, , text]) => text ?? '');
}

function isKeyPolicy(example: string): boolean {
  return /"(Not)?Principal"/.test(example) && !example.includes('"PolicyDocument"');
}

/** A statement of a page as the policy that it belongs to. */
function wholePolicy(example: string): string | object {
  if (!/^\s*\{\s*"(Effect|Sid)"/.test(example)) return example;
  const statement = JSON.parse(example) as Record<string, unknown>;
  return isKeyPolicy(example) ? policyDocument(OWNER_STATEMENT, statement) : policyDocument(statement);
}

/** The workspaces that the examples of a page stand for: each by itself, beside another half, and beside the example that follows it. */
export function workspacesOfPage(page: string): FilesByPath[] {
  const templates = examplesOf(page, 'yaml');
  if (templates.length > 0) return templates.map((example) => ({ 'template.yaml': example }));
  const examples = examplesOf(page);
  if (page === 'manifest-invalid.md' || page === 'link-ambiguous.md')
    return examples.map((example) => ({ 'kms-handshake.json': example, 'producer/key-policy.json': keyPolicy() }));
  if (page === 'kms-action-in-other-policy.md') return examples.map((example) => ({ 'bucket.json': example }));
  return examples.flatMap((example, index) => {
    const next = examples[index + 1];
    const name = isKeyPolicy(example) ? 'key.json' : 'app.json';
    const alone = { 'kms-handshake.json': manifest(), [name]: wholePolicy(example) };
    return [
      alone,
      { 'key.json': keyPolicy({ Action: 'kms:*' }), 'app.json': identityPolicy(), ...alone },
      ...name === 'key.json' && next !== undefined && !isKeyPolicy(next) ? [{ ...alone, 'app.json': wholePolicy(next) }] : [],
    ];
  });
}
