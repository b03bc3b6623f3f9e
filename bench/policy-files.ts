import { EXTERNAL_ACCOUNT_ID, externalStatement, identityPolicyDocument, keyPolicyDocument, OWNER_ACCOUNT_ID, rootArn,
  keyIdFromNumber } from '../test/support/policy-documents';
import { syntheticFiles } from '../test/support/synthetic-workspace';

/**
 * Key policies of one account, and roles of another whose policies name them all by one pattern and ask for more than the key policies
 * give.
 */
export function patternFiles(keys: number, roles: number): Record<string, string> {
  const files: Record<string, object> = {};
  for (let i = 0; i < keys; i++)
    files[`${OWNER_ACCOUNT_ID}/us-west-2/${keyIdFromNumber(i)}/key-policy.json`] = keyPolicyDocument(OWNER_ACCOUNT_ID,
      externalStatement(rootArn(EXTERNAL_ACCOUNT_ID)));
  const asked = identityPolicyDocument([`arn:aws:kms:*:${OWNER_ACCOUNT_ID}:key/*`], ['kms:Decrypt', 'kms:Encrypt', 'kms:Sign']);
  for (let i = 0; i < roles; i++) files[`${EXTERNAL_ACCOUNT_ID}/role/Role${i}/kms.json`] = asked;
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path, toJsonText(content)]));
}

function toJsonText(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** So many policies, half of them key policies, with the `kms-handshake.json` that ties them together; path to text. */
export function policyFiles(count: number): Record<string, string> {
  const files = syntheticFiles({ keys: count / 2, identities: count / 2, links: 'declared', folder: '.' });
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [
    path.replace(/^\.\//, ''), typeof content === 'string' ? content : toJsonText(content),
  ]));
}
