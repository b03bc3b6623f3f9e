import type { AccessStanding } from '../../../server/src/lsp/protocol/matrix';
import { t } from '../l10n';

/** In the order that people read them in. */
export const STANDINGS: readonly AccessStanding[] = ['works', 'works-if', 'blocked-by-key-policy', 'blocked-by-identity-policy', 'blocked',
  'unknown', 'not-requested'];

/** What is broken first: that is what somebody looks for in the details of a cell. */
export const STANDINGS_BY_URGENCY: readonly AccessStanding[] = ['blocked-by-key-policy', 'blocked-by-identity-policy', 'blocked', 'unknown',
  'works-if', 'works', 'not-requested'];

/** Whether something is requested and denied. */
export function isBlockedStanding(standing: AccessStanding): boolean {
  return standing === 'blocked' || standing === 'blocked-by-key-policy' || standing === 'blocked-by-identity-policy';
}

/** A sign and words for each, so that none is told by its colour alone. */
export const STANDING_LABELS: Readonly<Record<AccessStanding, { readonly sign: string; readonly words: string; readonly hint: string }>> = {
  'works': { sign: '✓', words: t('works'), hint: t('Both halves allow it, or the half that is enough') },
  'works-if': { sign: '◐', words: t('works if'), hint: t('Allowed if conditions are met') },
  'blocked-by-key-policy': { sign: '✗K', words: t('blocked by the key policy'),
    hint: t('Asked for, and the owner\'s half does not allow it') },
  'blocked-by-identity-policy': { sign: '✗I', words: t('blocked by the IAM policy'),
    hint: t('Asked for, and the consumer\'s half does not allow it') },
  'blocked': { sign: '✗', words: t('blocked'), hint: t('Asked for, and denied whatever the policies say') },
  'unknown': { sign: '?', words: t('unknown'), hint: t('The workspace does not contain enough') },
  'not-requested': { sign: '–', words: t('not asked for'),
    hint: t('Denied, and no IAM policy of the identity asks for it by name') },
};

/** Number of actions by how they stand. */
export type StandingCounts = Readonly<Record<AccessStanding, number>>;

/** "actions: 2 works, 1 blocked by the key policy" */
export function standingCountsText(tally: StandingCounts): string {
  const parts = STANDINGS.filter((standing) => tally[standing] > 0).map((standing) =>
    `${tally[standing]} ${STANDING_LABELS[standing].words}`
  );
  return parts.length === 0 ? t('no action') : t('actions: {0}', parts.join(', '));
}
