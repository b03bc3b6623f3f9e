import * as rules from './index';
import type { Rule } from './rule';

/** All rules: those that `index.ts` exports, one line for each. */
export const RULES: readonly Rule[] = Object.values(rules);
