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
  const drawn = cells.map((row, r) =>
    row.map(([k, t]) => (
      svgCell({ x: MARGIN + LABELS_WIDTH + k * COLUMN_WIDTH, y: MARGIN + HEADER_HEIGHT + r * ROW_HEIGHT,
        identityLabel: identities[r]?.label ?? '', keyLabel: keys[k]?.label ?? '' }, tallies[t], accessStandings)
    )).join('')
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" `
      + 'font-family="sans-serif" font-size="12" role="img">',
    `<title>KMS access matrix: ${identities.length} identities, ${keys.length} keys</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...keys.map((key, k) => svgHeading(key, MARGIN + LABELS_WIDTH + k * COLUMN_WIDTH, MARGIN + 16, COLUMN_WIDTH)),
    ...identities.map((identity, r) =>
      `${svgRowLine(MARGIN + HEADER_HEIGHT + r * ROW_HEIGHT, width)}${
        svgHeading(identity, MARGIN, MARGIN + HEADER_HEIGHT + r * ROW_HEIGHT + 15, LABELS_WIDTH)
      }${drawn[r] ?? ''}`
    ),
    svgRowLine(MARGIN + HEADER_HEIGHT + identities.length * ROW_HEIGHT, width),
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
  const shown = accessStandings.filter((accessStanding) => (tally?.[accessStanding] ?? 0) > 0);
  const parts = shown.map((standing) => `<tspan fill="${STANDING_SYMBOLS[standing].colour}">${STANDING_SYMBOLS[standing].sign} `
    + `${tally?.[standing] ?? 0}</tspan>`);
  const words = shown.map((standing) => `${tally?.[standing] ?? 0} ${STANDING_NAMES[standing]}`).join(', ');
  return parts.length === 0
    ? ''
    : `<text x="${x}" y="${y + 22}"><title>${escapeXml(`${identityLabel}, ${keyLabel}: ${words}`)}</title>${
      parts.join('<tspan> </tspan>')
    }</text>`;
}

function svgLegend(y: number, accessStandings: readonly AccessStanding[]): string {
  const parts = accessStandings.map((accessStanding) =>
    `<tspan fill="${STANDING_SYMBOLS[accessStanding].colour}">${STANDING_SYMBOLS[accessStanding].sign}</tspan> ${
      STANDING_NAMES[accessStanding]
    }`
  );
  return `<text x="${MARGIN}" y="${y}" xml:space="preserve">${parts.join('    ')} (number of actions)</text>`;
}

function truncate(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Text for XML 1.0, which has no control characters at all but tab and line ends: they are written as JSON writes them. */
function escapeXml(text: string): string {
  return plainLine(text).replace(/[\ufffe\uffff]/g, '').replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
