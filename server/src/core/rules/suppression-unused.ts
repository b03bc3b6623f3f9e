import type { Rule } from './rule';

/**
 * A suppression without effect would suppress the next mistake. It can be found only after all other findings
 * (`analysis/apply-settings.ts`), so this rule only registers the code.
 */
export const suppressionUnused: Rule = {
  code: 'suppression-unused',
  severity: 'warning',
  summary: 'A suppression of kms-handshake.json suppresses nothing',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
  check: {},
};
