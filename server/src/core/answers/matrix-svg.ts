import { plainLine } from '../text/plain-line';
import { STANDINGS, STANDING_WORDS, type Standing } from './matrix';
import type { Overview, Party, Tally } from './overview';

/** Tells the standings apart without colour too. */
const MARKS: Readonly<Record<Standing, { readonly sign: string; readonly colour: string }>> = {
  'works': { sign: '✓', colour: '#1a7f37' },
  'works-if': { sign: '◐', colour: '#8a5a00' },
  'blocked-by-key-policy': { sign: '✗K', colour: '#b3261e' },
  'blocked-by-identity-policy': { sign: '✗I', colour: '#b3261e' },
  'blocked': { sign: '✗', colour: '#b3261e' },
  'unknown': { sign: '?', colour: '#57606a' },
};

/** Sizes in user units, which are pixels at 100 %. */
const ROW = 36;
const COLUMN = 150;
const LABELS = 260;
const HEADER = 48;
const LEGEND = 40;
const MARGIN = 12;

/** The overview as a picture for documents: black on white, no script, no style sheet, nothing loaded from elsewhere. */
export function matrixSvg(overview: Overview, standings: readonly Standing[] = STANDINGS): string {
  const { identities, keys, cells, tallies } = overview;
  const width = Math.max(LABELS + keys.length * COLUMN, 720) + 2 * MARGIN;
  const height = HEADER + identities.length * ROW + LEGEND + 2 * MARGIN;
  const drawn = cells.map((row, r) => row.map(([k, t]) => (
    cell({ x: MARGIN + LABELS + k * COLUMN, y: MARGIN + HEADER + r * ROW, who: identities[r]?.label ?? '', key: keys[k]?.label ?? '' }, tallies[t], standings))).join(''));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>KMS access matrix: ${identities.length} identities, ${keys.length} keys</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...keys.map((key, k) => heading(key, MARGIN + LABELS + k * COLUMN, MARGIN + 16, COLUMN)),
    ...identities.map((identity, r) => `${rule(MARGIN + HEADER + r * ROW, width)}${heading(identity, MARGIN, MARGIN + HEADER + r * ROW + 15, LABELS)}${drawn[r] ?? ''}`),
    rule(MARGIN + HEADER + identities.length * ROW, width),
    legend(height - MARGIN - 10, standings),
    '</svg>\n',
  ].join('\n');
}

function rule(y: number, width: number): string {
  return `<line x1="${MARGIN}" x2="${width - MARGIN}" y1="${y}" y2="${y}" stroke="#d0d7de"/>`;
}

function heading({ name, label, account, accountName }: Party, x: number, y: number, width: number): string {
  const where = [account ?? '', accountName].filter((part) => part !== '').join(' ');
  // Letters are about 6.5 units wide: what is longer ends in an ellipsis, and is whole in the title.
  const most = Math.floor((width - 12) / 6.5);
  return `<g><title>${escaped(name)}</title><text x="${x}" y="${y}" font-weight="bold">${escaped(cut(label, most))}</text>`
    + `<text x="${x}" y="${y + 15}" fill="#57606a">${escaped(cut(where, most))}</text></g>`;
}

interface CellPlace {
  readonly x: number;
  readonly y: number;
  readonly who: string;
  readonly key: string;
}

/** Signs with numbers, and the same in words as its title. */
function cell({ x, y, who, key }: CellPlace, tally: Tally | undefined, standings: readonly Standing[]): string {
  const shown = standings.filter((standing) => (tally?.[standing] ?? 0) > 0);
  const parts = shown.map((standing) => `<tspan fill="${MARKS[standing].colour}">${MARKS[standing].sign} ${tally?.[standing] ?? 0}</tspan>`);
  const words = shown.map((standing) => `${tally?.[standing] ?? 0} ${STANDING_WORDS[standing]}`).join(', ');
  return parts.length === 0 ? '' : `<text x="${x}" y="${y + 22}"><title>${escaped(`${who}, ${key}: ${words}`)}</title>${parts.join('<tspan> </tspan>')}</text>`;
}

function legend(y: number, standings: readonly Standing[]): string {
  const parts = standings.map((standing) => `<tspan fill="${MARKS[standing].colour}">${MARKS[standing].sign}</tspan> ${STANDING_WORDS[standing]}`);
  return `<text x="${MARGIN}" y="${y}" xml:space="preserve">${parts.join('    ')} (number of actions)</text>`;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Text for XML 1.0, which has no control characters at all but tab and line ends: they are written as JSON writes them. */
function escaped(text: string): string {
  return plainLine(text).replace(/[\ufffe\uffff]/g, '').replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
