import { escapeMarkdown } from '../text/markdown';
import { STANDING_NAMES, type MatrixRow } from './matrix';
import { decidingStatementText } from './matrix-csv';

const MARKDOWN_TABLE_HEADER = ['Identity', 'Key', 'Verdict', 'Actions', 'Why', 'Statements'];

/** The matrix as a Markdown table (GitHub Flavored Markdown), one row for each outcome. */
export function matrixMarkdown(rows: readonly MatrixRow[]): string {
  if (rows.length === 0) return 'No identity is related to a key.\n';
  const lines = rows.flatMap(({ identity, key, outcomes }) =>
    outcomes.map(({ standing, actions, says, decidedBy }) =>
      markdownTableRow([identity, key, STANDING_NAMES[standing], actions.join(', '), says, decidedBy.map(decidingStatementText).join(', ')]
        .map(escapeMarkdown)))
  );
  return [markdownTableRow(MARKDOWN_TABLE_HEADER), markdownTableRow(MARKDOWN_TABLE_HEADER.map(() => '---')), ...lines].join('');
}

function markdownTableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
