import assert from 'node:assert/strict';
import { accountsOf, placeOf, shownOf, type Shown } from '../../client/webview/matrix/shown';
import { tallyText } from '../../client/webview/matrix/standings';
import { cellAfter, rangeInView, scrollTo } from '../../client/webview/matrix/window';
import { NO_FILTER, readState } from '../../client/webview/state';
import { pageHtml } from '../../client/src/panel/html';
import type { MatrixOverview } from '../../server/src/lsp/protocol/matrix';
import { fullOverview, NONE, party } from './support/overview';

/** App works with both keys, Zed is blocked on the second. */
const MATRIX: MatrixOverview = {
  identities: [party('role/App', '444455556666', 'analytics'), party('role/Zed', '777788889999')],
  keys: [party('first', '111122223333', 'security'), party('second', '111122223333', 'security')],
  tallies: [{ ...NONE, 'works': 2, 'blocked': 1 }, { ...NONE, 'blocked-by-key-policy': 1 }],
  cells: [[[0, 0], [1, 0]], [[1, 1]]],
};

const names = ({ identities, keys }: Shown): string => `${identities.map(({ label }) => label).join()} | ${keys.map(({ label }) => label).join()}`;
const shown = (filter: Partial<typeof NO_FILTER>): string => names(shownOf(MATRIX, { ...NO_FILTER, ...filter }));

describe('panel: what the filter leaves of the matrix', () => {
  it('is everything without a filter', () => assert.equal(shown({}), 'role/App,role/Zed | first,second'));
  it('is the row of an identity that is named, with the keys that it meets', () => assert.equal(shown({ text: 'zed' }), 'role/Zed | second'));
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
    assert.deepEqual(shownOf(MATRIX, { ...NO_FILTER, standing: 'works' }).tallyAt(0, 1), { ...NONE, works: 2 });
  });
  it('has no tally where the two do not meet', () => assert.equal(shownOf(MATRIX, NO_FILTER).tallyAt(1, 0), undefined));
  it('keeps the selected cell by its names, wherever it moved', () => {
    const [, zed] = MATRIX.identities;
    const selected = { identity: zed?.id ?? '', key: MATRIX.keys[1]?.id ?? '' };
    assert.deepEqual(placeOf(shownOf(MATRIX, NO_FILTER), selected), { row: 1, column: 1 });
    assert.deepEqual(placeOf(shownOf(MATRIX, { ...NO_FILTER, text: 'zed' }), selected), { row: 0, column: 0 });
    assert.equal(placeOf(shownOf(MATRIX, { ...NO_FILTER, text: 'app' }), selected), undefined);
  });
  it('knows the accounts to choose from', () => {
    assert.deepEqual([...accountsOf(MATRIX)], [['111122223333', 'security'], ['444455556666', 'analytics'], ['777788889999', '']]);
  });
  it('takes little time for 200 identities and 200 keys', () => {
    const full = fullOverview(200, 200);
    const from = performance.now();
    shownOf(full, { ...NO_FILTER, text: 'role1 key-1', standing: 'works' });
    assert.ok(performance.now() - from < 500);
  });
  it('is said in words', () => assert.equal(tallyText({ ...NONE, 'works': 2, 'blocked-by-key-policy': 1 }), 'actions: 2 works, 1 blocked by the key policy'));
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
    assert.equal(scrollTo(3, 100, 100, 20), 60);
    assert.equal(scrollTo(7, 100, 100, 20), 100);
    assert.equal(scrollTo(12, 100, 100, 20), 160);
  });
});

describe('panel: keys of the keyboard in the grid (ARIA Authoring Practices, grid pattern)', () => {
  const size = { rows: 10, columns: 5, page: 4 };
  const cases: readonly (readonly [string, boolean, readonly [number, number], readonly [number, number]])[] = [
    ['ArrowRight', false, [2, 2], [2, 3]], ['ArrowRight', false, [2, 4], [2, 4]], ['ArrowLeft', false, [2, 0], [2, 0]],
    ['ArrowDown', false, [9, 1], [9, 1]], ['ArrowUp', false, [3, 1], [2, 1]], ['Home', false, [3, 3], [3, 0]], ['End', false, [3, 3], [3, 4]],
    ['Home', true, [3, 3], [0, 0]], ['End', true, [3, 3], [9, 4]], ['PageDown', false, [3, 3], [7, 3]], ['PageUp', false, [3, 3], [0, 3]],
  ];
  for (const [key, ctrl, [row, column], [toRow, toColumn]] of cases) {
    it(`${ctrl ? 'Ctrl+' : ''}${key} leads from ${row}, ${column} to ${toRow}, ${toColumn}`, () => {
      assert.deepEqual(cellAfter(key, ctrl, { row, column }, size), { row: toRow, column: toColumn });
    });
  }
  it('others lead nowhere', () => assert.equal(cellAfter('a', false, { row: 0, column: 0 }, size), undefined));
});

describe('panel: kept state', () => {
  it('comes back as it was', () => {
    const state = { view: 'map', filter: { text: 'a', account: '111122223333', standing: 'works' }, selected: { identity: 'i', key: 'k' }, handshakes: ['none'], scroll: { top: 3, left: 4 } };
    assert.deepEqual(readState(JSON.parse(JSON.stringify(state))), state);
  });
  for (const kept of [undefined, null, 1, 'x', {}, { view: 'chart', filter: { standing: 'odd' }, selected: {}, handshakes: ['odd', 'several', 1], scroll: 'top' }]) {
    it(`is fresh for ${JSON.stringify(kept)}`, () => {
      assert.deepEqual(readState(kept), { view: 'matrix', filter: NO_FILTER, selected: undefined, handshakes: [], scroll: { top: 0, left: 0 } });
    });
  }
});

describe('panel: the page', () => {
  const html = pageHtml({ nonce: 'n0nce', script: 'https://x/webview.js', style: 'https://x/webview.css', source: 'https://x' });
  it('allows its own script and style sheet, and nothing else', () => {
    assert.match(html, /content="default-src 'none'; style-src https:\/\/x; script-src 'nonce-n0nce'"/);
    assert.doesNotMatch(html, /unsafe|data:|\*/);
  });
  it('has no inline script, style or handler', () => {
    assert.doesNotMatch(html, /<style|style=|\son\w+=/);
    assert.deepEqual(html.match(/<script[^>]*>[^<]*/g), ['<script nonce="n0nce" src="https://x/webview.js">']);
  });
});
