import { plainLine } from '../text/plain-line';
import { STANDING_WORDS, type MatrixOutcome, type MatrixRow } from './matrix';

/** The matrix for people to read in a terminal: each identity, below it its keys, below these what stands how, and why. */
export function matrixText(rows: readonly MatrixRow[]): string {
  if (rows.length === 0) return 'no identity is related to a key\n';
  return rows.map(({ identity, key, outcomes }, i) => {
    const heading = rows[i - 1]?.identity === identity ? [] : [...(i > 0 ? [''] : []), identity];
    return [...heading, `  ${key}`, ...outcomes.flatMap(outcomeLines)].map((line) => `${plainLine(line)}\n`).join('');
  }).join('');
}

function outcomeLines({ standing, actions, says }: MatrixOutcome): string[] {
  return [`    ${STANDING_WORDS[standing]}: ${actions.join(', ')}`, `        ${says}`];
}
