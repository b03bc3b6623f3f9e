/** The files of a key policy of one account and of the IAM policy of a role in another. */
import {
  identityPolicyAllow, KEY_ARN, keyPolicyAllow, manifestOf, ownerKeyPolicy, policyDocument, ROLE_ARN, type StatementJson,
} from './fixtures';

export function keyPolicyForRole(actions: readonly string[], ...statements: readonly StatementJson[]): object {
  return ownerKeyPolicy({ Sid: 'Consumer', ...keyPolicyAllow(ROLE_ARN, actions) }, ...statements);
}

export function identityPolicyForRole(actions: readonly string[], resource = KEY_ARN): object {
  return policyDocument({ Sid: 'UseKey', ...identityPolicyAllow(actions, { Resource: resource }) });
}

/** Declares what the paths do not tell. */
export const MANIFEST = manifestOf('producer/key.json', 'consumer/app.json');

/** The identity policy allows more than the key policy. */
export function mismatchedPair(): Record<string, object> {
  return { 'kms-handshake.json': MANIFEST, 'producer/key.json': keyPolicyForRole(['kms:Decrypt']),
    'consumer/app.json': identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt']) };
}

/** Both policies allow the same action. */
export function matchingPair(): Record<string, object> {
  return { ...mismatchedPair(), 'consumer/app.json': identityPolicyForRole(['kms:Decrypt']) };
}

export const NOT_ALLOWED_CODE = 'action-not-allowed-by-key-policy';

export function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
