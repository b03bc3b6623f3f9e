import { plainLine } from '../text/plain-line';
import { STANDING_NAMES, type MatrixRow } from './matrix';

/** The matrix for people to read in a terminal: each identity, below it its keys, below these what stands how, and why. */
export function matrixText(rows: readonly MatrixRow[]): string {
  if (rows.length === 0) return 'no identity is related to a key\n';
  return rows.map(({ identity, key, outcomes }, i) => {
    const heading = rows[i - 1]?.identity === identity ? [] : [...(i > 0 ? [''] : []), identity];
    const lines = outcomes.flatMap(({ standing, actions, says }) =>
      [`    ${STANDING_NAMES[standing]}: ${actions.join(', ')}`, `        ${says}`]);
    return [...heading, `  ${key}`, ...lines].map((line) => `${plainLine(line)}\n`).join('');
  }).join('');
}
