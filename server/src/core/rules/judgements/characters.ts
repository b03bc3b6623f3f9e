/**
 * The characters that AWS takes in a policy: tab, line feed, carriage return, U+0020 to U+00FF (KMS API model, PolicyType;
 * IAM User Guide, reference_iam-quotas).
 */
const FORBIDDEN = /[^\t\n\r\u0020-\u00ff]/;

/** Whether a text holds a character that neither KMS nor IAM takes anywhere in a policy. */
export function hasForbiddenCharacter(text: string): boolean {
  return FORBIDDEN.test(text);
}
