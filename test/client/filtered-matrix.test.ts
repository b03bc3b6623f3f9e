import assert from 'node:assert/strict';
import { matrixAccountNames, cellPositionOf, filterMatrix, type FilteredMatrix } from '../../client/webview/matrix/filtered-matrix';
import { standingCountsText } from '../../client/webview/matrix/standing-labels';
import { cellAfterKey, rangeInView, scrollOffsetFor } from '../../client/webview/matrix/virtual-scroll';
import { NO_MATRIX_FILTER, parsePanelState } from '../../client/webview/panel-state';
import { panelHtml } from '../../client/src/panel/panel-html';
import type { MatrixSummary, MatrixHeading } from '../../server/src/lsp/protocol/matrix';
import { fullMatrixOverview, NO_STANDINGS, matrixPartyOf } from './support/matrix-overview';

/** App works with both keys, Zed is blocked on the second. */
const MATRIX: MatrixSummary = {
  identities: [matrixPartyOf('role/App', '444455556666', 'analytics'), matrixPartyOf('role/Zed', '777788889999')],
  keys: [matrixPartyOf('first', '111122223333', 'security'), matrixPartyOf('second', '111122223333', 'security')],
  tallies: [{ ...NO_STANDINGS, 'works': 2, 'blocked': 1 }, { ...NO_STANDINGS, 'blocked-by-key-policy': 1 }],
  cells: [[[0, 0], [1, 0]], [[1, 1]]],
};

const names = ({ identities, keys }: FilteredMatrix): string => `${identities.map(({ label }) => label).join()} | `
  + keys.map(({ label }) => label).join();
const shown = (filter: Partial<typeof NO_MATRIX_FILTER>): string => names(filterMatrix(MATRIX, { ...NO_MATRIX_FILTER, ...filter }));

describe('panel: what the filter leaves of the matrix', () => {
  it('is everything without a filter', () => assert.equal(shown({}), 'role/App,role/Zed | first,second'));
  it('is the row of an identity that is named, with the keys that it meets', () =>
    assert.equal(shown({ text: 'zed' }), 'role/Zed | second'));
  it('is the column of a key that is named', () => assert.equal(shown({ text: 'FIRST' }), 'role/App | first'));
  it('is one cell where both are named, in any order', () => assert.equal(shown({ text: 'second  app' }), 'role/App | second'));
  it('knows names of accounts', () => assert.equal(shown({ text: 'analytics' }), 'role/App | first,second'));
  it('is what an account has a part in', () => {
    assert.equal(shown({ account: '777788889999' }), 'role/Zed | second');
    assert.equal(shown({ account: '111122223333' }), 'role/App,role/Zed | first,second');
  });
  it('is nothing where nothing passes', () => assert.equal(shown({ text: 'nobody' }), ' | '));
  it('is the cells with such a verdict, and of them only these actions', () => {
    assert.equal(shown({ standing: 'blocked-by-key-policy' }), 'role/Zed | second');
    assert.deepEqual(filterMatrix(MATRIX, { ...NO_MATRIX_FILTER, standing: 'works' }).countsAt(0, 1), { ...NO_STANDINGS, works: 2 });
  });
  it('has no tally where the two do not meet', () => assert.equal(filterMatrix(MATRIX, NO_MATRIX_FILTER).countsAt(1, 0), undefined));
  it('keeps the selected cell by its names, wherever it moved', () => {
    const [, zed] = MATRIX.identities;
    const selected = { identity: zed?.id ?? '', key: MATRIX.keys[1]?.id ?? '' };
    assert.deepEqual(cellPositionOf(filterMatrix(MATRIX, NO_MATRIX_FILTER), selected), { row: 1, column: 1 });
    assert.deepEqual(cellPositionOf(filterMatrix(MATRIX, { ...NO_MATRIX_FILTER, text: 'zed' }), selected), { row: 0, column: 0 });
    assert.equal(cellPositionOf(filterMatrix(MATRIX, { ...NO_MATRIX_FILTER, text: 'app' }), selected), undefined);
  });
  it('knows the accounts to choose from', () => {
    assert.deepEqual([...matrixAccountNames(MATRIX)], [['111122223333', 'security'], ['444455556666', 'analytics'], ['777788889999', '']]);
  });
  it('compares the names of each identity and each key once, not once for each cell', () => {
    const full = fullMatrixOverview(200, 200);
    let reads = 0;
    const counted = (party: MatrixHeading): MatrixHeading => new Proxy(party, {
      get: (target, name, receiver) => {
        reads += 1;
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
    filterMatrix({ ...full, identities: full.identities.map(counted), keys: full.keys.map(counted) },
      { ...NO_MATRIX_FILTER, text: 'role1 key-1', standing: 'works' });
    assert.ok(reads <= 20 * (200 + 200), `${reads} reads`);
  });
  it('is said in words', () =>
    assert.equal(standingCountsText({ ...NO_STANDINGS, 'works': 2, 'blocked-by-key-policy': 1 }),
      'actions: 2 works, 1 blocked by the key policy'));
});

describe('panel: rows in view', () => {
  it('are those within the viewport, and a few beyond', () => {
    assert.deepEqual(rangeInView(0, 100, 20, 1000, 2), { from: 0, to: 7 });
    assert.deepEqual(rangeInView(405, 100, 20, 1000, 2), { from: 18, to: 28 });
    assert.deepEqual(rangeInView(19_990, 100, 20, 1000, 2), { from: 997, to: 1000 });
  });
  it('are none of nothing, nor in a viewport that has no size yet', () => {
    assert.deepEqual(rangeInView(0, 100, 20, 0), { from: 0, to: 0 });
    assert.deepEqual(rangeInView(0, -46, 20, 10, 0), { from: 0, to: 0 });
  });
  it('come into view by the shortest way', () => {
    assert.equal(scrollOffsetFor(3, 100, 100, 20), 60);
    assert.equal(scrollOffsetFor(7, 100, 100, 20), 100);
    assert.equal(scrollOffsetFor(12, 100, 100, 20), 160);
  });
});

describe('panel: keys of the keyboard in the grid (ARIA Authoring Practices, grid pattern)', () => {
  const size = { rows: 10, columns: 5, page: 4 };
  const cases: readonly (readonly [string, boolean, readonly [number, number], readonly [number, number]])[] = [
    ['ArrowRight', false, [2, 2], [2, 3]], ['ArrowRight', false, [2, 4], [2, 4]], ['ArrowLeft', false, [2, 0], [2, 0]],
    ['ArrowDown', false, [9, 1], [9, 1]], ['ArrowUp', false, [3, 1], [2, 1]], ['Home', false, [3, 3], [3, 0]],
    ['End', false, [3, 3], [3, 4]],
    ['Home', true, [3, 3], [0, 0]], ['End', true, [3, 3], [9, 4]], ['PageDown', false, [3, 3], [7, 3]], ['PageUp', false, [3, 3], [0, 3]],
  ];
  for (const [key, ctrl, [row, column], [toRow, toColumn]] of cases) {
    it(`${ctrl ? 'Ctrl+' : ''}${key} leads from ${row}, ${column} to ${toRow}, ${toColumn}`, () => {
      assert.deepEqual(cellAfterKey(key, ctrl, { row, column }, size), { row: toRow, column: toColumn });
    });
  }
  it('others lead nowhere', () => assert.equal(cellAfterKey('a', false, { row: 0, column: 0 }, size), undefined));
});

describe('panel: kept state', () => {
  it('comes back as it was', () => {
    const state = { view: 'map', filter: { text: 'a', account: '111122223333', standing: 'works' }, selected: { identity: 'i', key: 'k' },
      handshakes: ['none'], scroll: { top: 3, left: 4 } };
    assert.deepEqual(parsePanelState(JSON.parse(JSON.stringify(state))), state);
  });
  for (const kept of [undefined, null, 1, 'x', {}, { view: 'chart', filter: { standing: 'odd' }, selected: {},
    handshakes: ['odd', 'several', 1], scroll: 'top' }]) {
    it(`is fresh for ${JSON.stringify(kept)}`, () => {
      assert.deepEqual(parsePanelState(kept), { view: 'matrix', filter: NO_MATRIX_FILTER, selected: undefined, handshakes: [],
        scroll: { top: 0, left: 0 } });
    });
  }
});

describe('panel: the page', () => {
  const html = panelHtml({ nonce: 'n0nce', script: 'https://x/webview.js', style: 'https://x/webview.css', cspSource: 'https://x',
    language: 'en' });
  it('allows its own script and style sheet, and nothing else', () => {
    assert.match(html, /content="default-src 'none'; style-src https:\/\/x; script-src 'nonce-n0nce'"/);
    assert.doesNotMatch(html, /unsafe|data:|\*/);
  });
  it('has no inline script, style or handler', () => {
    assert.doesNotMatch(html, /<style|style=|\son\w+=/);
    assert.deepEqual(html.match(/<script[^>]*>[^<]*/g), ['<script nonce="n0nce" src="https://x/webview.js">']);
  });
});
