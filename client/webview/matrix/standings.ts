import type { Standing } from '../../../server/src/lsp/protocol/matrix';

/** In the order that people read them in. */
export const STANDINGS: readonly Standing[] = ['works', 'works-if', 'blocked-by-key-policy', 'blocked-by-identity-policy', 'blocked', 'unknown'];

/** A sign and words for each, so that none is told by its colour alone. */
export const SIGNS: Readonly<Record<Standing, { readonly sign: string; readonly words: string; readonly hint: string }>> = {
  'works': { sign: '✓', words: 'works', hint: 'Both halves allow it, or the half that is enough' },
  'works-if': { sign: '◐', words: 'works if', hint: 'Allowed while conditions hold' },
  'blocked-by-key-policy': { sign: '✗K', words: 'blocked by the key policy', hint: 'The owner\'s half says no' },
  'blocked-by-identity-policy': { sign: '✗I', words: 'blocked by the IAM policy', hint: 'The consumer\'s half says no' },
  'blocked': { sign: '✗', words: 'blocked', hint: 'Whatever the policies say' },
  'unknown': { sign: '?', words: 'unknown', hint: 'The workspace does not say enough' },
};

type Tally = Readonly<Record<Standing, number>>;

/** "2 actions work, 1 blocked by the key policy" */
export function tallyText(tally: Tally): string {
  const parts = STANDINGS.filter((standing) => tally[standing] > 0).map((standing) => `${tally[standing]} ${SIGNS[standing].words}`);
  return parts.length === 0 ? 'no action' : `actions: ${parts.join(', ')}`;
}
