import { escapeMarkdown } from '../text/markdown';
import { STANDING_WORDS, type MatrixRow } from './matrix';
import { statementText } from './matrix-csv';

const HEADER = ['Identity', 'Key', 'Verdict', 'Actions', 'Why', 'Statements'];

/** The matrix as a Markdown table (GitHub Flavored Markdown), one row for each outcome. */
export function matrixMarkdown(rows: readonly MatrixRow[]): string {
  if (rows.length === 0) return 'No identity is related to a key.\n';
  const lines = rows.flatMap(({ identity, key, outcomes }) => outcomes.map(({ standing, actions, says, because }) => line([
    identity, key, STANDING_WORDS[standing], actions.join(', '), says, because.map(statementText).join(', '),
  ].map(escapeMarkdown))));
  return [line(HEADER), line(HEADER.map(() => '---')), ...lines].join('');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
