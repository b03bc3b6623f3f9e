import type { Rule } from './rule';

/** Every rule, one line each: what is not in this list does not run. */
export const RULES: readonly Rule[] = [
];
