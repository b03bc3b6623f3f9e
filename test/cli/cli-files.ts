import * as fs from 'node:fs';
import * as path from 'node:path';
import { identityPolicyAllow, keyPolicyAllow, manifestOf, OWNER_STATEMENT, policyDocument, ROLE_ARN } from '../support/fixtures';

export function keyPolicy(...actions: readonly string[]): object {
  return policyDocument({ ...OWNER_STATEMENT, Sid: 'Owner' }, { Sid: 'App', ...keyPolicyAllow(ROLE_ARN, actions) });
}

export function iamPolicy(...actions: readonly string[]): object {
  return policyDocument({ Sid: 'Use', ...identityPolicyAllow(actions) });
}

export const MANIFEST = manifestOf('producer/key-policy.json', 'consumer/*.json');

/** Files below the folder, by their paths; a value that is not a text is printed as JSON. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | object>>): void {
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
}
