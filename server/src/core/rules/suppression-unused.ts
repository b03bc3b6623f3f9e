import { UNUSED_SUPPRESSION_META } from './shared/unused-suppression';
import type { Rule } from './rule';

/**
 * A suppression without effect would suppress the next mistake. It can be found only after all other findings
 * (`analysis/apply-settings.ts`), so this rule only registers the code.
 */
export const suppressionUnused: Rule = { ...UNUSED_SUPPRESSION_META, check: {} };
