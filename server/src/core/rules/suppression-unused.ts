import { UNUSED_SUPPRESSION_META } from './shared/unused-suppression';
import type { RuleFor, WorldSubject } from './rule';

/**
 * A suppression that hides nothing hides the next mistake. What it hides is known only when all other findings are there,
 * so they are made behind the rules (`finish.ts`); this gives the code its place among the others.
 */
export const suppressionUnused: RuleFor<'world', WorldSubject> = {
  scope: 'world',
  meta: UNUSED_SUPPRESSION_META,
  check: () => [],
};
