import { plainLine } from '../text/plain-line';
import type { DecidingStatement, MatrixRow } from './matrix';

const CSV_HEADER = ['identity', 'key', 'verdict', 'half', 'actions', 'reason', 'conditions', 'statements', 'explanation'];

/**
 * The matrix as comma-separated values (RFC 4180), one record and one line for each outcome: control characters of names and Sids are
 * written as JSON writes them, since CSV has no form of its own for them.
 */
export function matrixCsv(rows: readonly MatrixRow[]): string {
  const records = rows.flatMap(({ identity, key, outcomes }) =>
    outcomes.map(({ verdict, decidingGate, actions, reason, conditions, decidedBy, says }) => [
      identity, key, verdict, verdict === 'denied' ? decidingGate ?? '' : '', actions.join(' '), reason, conditions.join(' and '),
      decidedBy.map(decidingStatementText).join('; '), says,
    ])
  );
  return [CSV_HEADER, ...records].map((record) => `${record.map((value) => csvField(plainLine(value))).join(',')}\r\n`).join('');
}

/** `Allow producer/key.json:12 (UseKey)` */
export function decidingStatementText({ effect, file, line, sid }: DecidingStatement): string {
  return `${effect ?? 'statement'} ${file}:${line}${sid === undefined || sid === '' ? '' : ` (${sid})`}`;
}

/**
 * One field. What a spreadsheet would take for a formula is made a text by an apostrophe before it
 * (OWASP, "CSV Injection": = + - @, tab and carriage return).
 */
export function csvField(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
