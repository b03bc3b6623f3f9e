import { uniqueBy } from './access-requirements';
import type { Outcome, Reason, Verdict } from './verdict';

const NO_ITEMS: readonly never[] = [];

/** @param parts what the verdict has besides; an empty list for what is left out */
export function createVerdict(outcome: Outcome, reason: Reason, parts: Partial<Omit<Verdict, 'outcome' | 'reason'>> = {}): Verdict {
  return {
    outcome, reason, decidingGate: parts.decidingGate, conditions: parts.conditions ?? NO_ITEMS,
    alternatives: parts.alternatives ?? NO_ITEMS,
    failedConditions: parts.failedConditions ?? NO_ITEMS, sessions: parts.sessions ?? NO_ITEMS, grants: parts.grants ?? NO_ITEMS,
    // One statement can have a part several times, by several of its principals.
    decidedBy: uniqueBy(parts.decidedBy ?? NO_ITEMS, ({ statement }) => statement),
  };
}
