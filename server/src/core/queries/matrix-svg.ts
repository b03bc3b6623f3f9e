import { plainLine } from '../text/plain-line';
import { ACCESS_STANDINGS, STANDING_NAMES, type AccessStanding } from './matrix';
import type { MatrixSummary, MatrixHeading, ActionCountsByStanding } from './matrix-summary';

/** Tells the standings apart without colour too. */
const STANDING_SYMBOLS: Readonly<Record<AccessStanding, { readonly sign: string; readonly colour: string }>> = {
  'works': { sign: '✓', colour: '#1a7f37' },
  'works-if': { sign: '◐', colour: '#8a5a00' },
  'blocked-by-key-policy': { sign: '✗K', colour: '#b3261e' },
  'blocked-by-identity-policy': { sign: '✗I', colour: '#b3261e' },
  'blocked': { sign: '✗', colour: '#b3261e' },
  'unknown': { sign: '?', colour: '#57606a' },
  'not-requested': { sign: '–', colour: '#57606a' },
};

/** Sizes in user units, which are pixels at 100 %. */
const ROW_HEIGHT = 36;
const COLUMN_WIDTH = 150;
const LABELS_WIDTH = 260;
const HEADER_HEIGHT = 48;
const LEGEND_HEIGHT = 40;
const MARGIN = 12;

/** The overview as a picture for documents: black on white, no script, no style sheet, nothing loaded from elsewhere. */
export function matrixSvg(matrixSummary: MatrixSummary, accessStandings: readonly AccessStanding[] = ACCESS_STANDINGS): string {
  const { identities, keys, cells, tallies } = matrixSummary;
  const width = Math.max(LABELS_WIDTH + keys.length * COLUMN_WIDTH, 720) + 2 * MARGIN;
  const height = HEADER_HEIGHT + identities.length * ROW_HEIGHT + LEGEND_HEIGHT + 2 * MARGIN;
  const columnX = (k: number): number => MARGIN + LABELS_WIDTH + k * COLUMN_WIDTH;
  const rowY = (r: number): number => MARGIN + HEADER_HEIGHT + r * ROW_HEIGHT;
  const cellsOfRow = (r: number): string => (cells[r] ?? []).map(([k, t]) => {
    const position = { x: columnX(k), y: rowY(r), identityLabel: identities[r]?.label ?? '', keyLabel: keys[k]?.label ?? '' };
    return svgCell(position, tallies[t], accessStandings);
  }).join('');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" `
      + 'font-family="sans-serif" font-size="12" role="img">',
    `<title>KMS access matrix: ${identities.length} identities, ${keys.length} keys</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...keys.map((key, k) => svgHeading(key, columnX(k), MARGIN + 16, COLUMN_WIDTH)),
    ...identities.map((identity, r) =>
      `${svgRowLine(rowY(r), width)}${svgHeading(identity, MARGIN, rowY(r) + 15, LABELS_WIDTH)}${cellsOfRow(r)}`),
    svgRowLine(rowY(identities.length), width),
    svgLegend(height - MARGIN - 10, accessStandings),
    '</svg>\n',
  ].join('\n');
}

function svgRowLine(y: number, width: number): string {
  return `<line x1="${MARGIN}" x2="${width - MARGIN}" y1="${y}" y2="${y}" stroke="#d0d7de"/>`;
}

function svgHeading({ name, label, account, accountName }: MatrixHeading, x: number, y: number, width: number): string {
  const where = [account ?? '', accountName].filter((part) => part !== '').join(' ');
  // Letters are about 6.5 units wide: what is longer ends in an ellipsis, and is whole in the title.
  const most = Math.floor((width - 12) / 6.5);
  return `<g><title>${escapeXml(name)}</title><text x="${x}" y="${y}" font-weight="bold">${escapeXml(truncate(label, most))}</text>`
    + `<text x="${x}" y="${y + 15}" fill="#57606a">${escapeXml(truncate(where, most))}</text></g>`;
}

interface SvgCellPosition {
  readonly x: number;
  readonly y: number;
  readonly identityLabel: string;
  readonly keyLabel: string;
}

/** Signs with numbers, and the same in words as its title. */
function svgCell({ x, y, identityLabel, keyLabel }: SvgCellPosition, tally: ActionCountsByStanding | undefined,
  accessStandings: readonly AccessStanding[]): string {
  const displayed = accessStandings.filter((standing) => (tally?.[standing] ?? 0) > 0);
  if (displayed.length === 0) return '';
  const parts = displayed.map((standing) => svgSymbol(standing, ` ${tally?.[standing] ?? 0}`)).join('<tspan> </tspan>');
  const words = displayed.map((standing) => `${tally?.[standing] ?? 0} ${STANDING_NAMES[standing]}`).join(', ');
  return `<text x="${x}" y="${y + 22}"><title>${escapeXml(`${identityLabel}, ${keyLabel}: ${words}`)}</title>${parts}</text>`;
}

function svgSymbol(standing: AccessStanding, text = ''): string {
  const { colour, sign } = STANDING_SYMBOLS[standing];
  return `<tspan fill="${colour}">${sign}${text}</tspan>`;
}

function svgLegend(y: number, accessStandings: readonly AccessStanding[]): string {
  const parts = accessStandings.map((standing) => `${svgSymbol(standing)} ${STANDING_NAMES[standing]}`);
  return `<text x="${MARGIN}" y="${y}" xml:space="preserve">${parts.join('    ')} (number of actions)</text>`;
}

function truncate(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Text for XML 1.0, which has no control characters at all but tab and line ends: they are written as JSON writes them. */
function escapeXml(text: string): string {
  return plainLine(text).replace(/[\ufffe\uffff]/g, '').replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
