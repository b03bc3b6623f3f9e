import type { Rule } from '../rule';

/** The metadata of the rule `suppression-unused`, whose findings are made after all others (`analysis/apply-settings.ts`). */
export const UNUSED_SUPPRESSION_META: Omit<Rule, 'check'> = {
  code: 'suppression-unused',
  severity: 'warning',
  summary: 'A suppression suppresses nothing',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
};
