import assert from 'node:assert/strict';
import { handshakeStateLabels } from '../../client/src/tree/handshake-state-labels';
import { graphSvg } from '../../client/webview/graph/graph-svg';
import { NO_GRAPH_FILTER, buildGraph, handshakesByKey, MAX_NODES, EDGE_STATES, type GraphFilter } from '../../client/webview/graph/graph';
import { placeGraph, type Box, type PlacedGraph } from '../../client/webview/graph/graph-layout';
import { nextFocusTarget, focusTargets } from '../../client/webview/graph/keyboard-navigation';
import { filterMatrix } from '../../client/webview/matrix/filtered-matrix';
import { NO_MATRIX_FILTER } from '../../client/webview/panel-state';
import type { HandshakeStatus } from '../../server/src/lsp/protocol/handshakes';
import type { MatrixSummary } from '../../server/src/lsp/protocol/matrix';
import { handshakeMapOf, type HandshakeTuple, largeHandshakeMap, mapIdentityOf, mapKeyOf } from './support/handshake-map';
import { CONSUMER, OWNER } from '../support/fixtures';
import { NO_STANDINGS, matrixPartyOf } from './support/matrix-overview';

const SMALL = handshakeMapOf(
  [mapKeyOf('a'), mapKeyOf('b'), mapKeyOf('c', CONSUMER)],
  [mapIdentityOf('role/App'), mapIdentityOf('role/Admin', OWNER), { ...mapIdentityOf('lost'), account: undefined },
    mapIdentityOf('role/Other', '777788889999')],
  [['a', 'role/App', 'both'], ['a', 'role/Admin', 'conditional'], ['b', 'role/App', 'key-policy'], ['b', 'lost', 'unknown'], ['c',
    'role/App', 'none'], ['c', 'role/Other', 'identity-policy']],
);

const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('client: the graph of handshakes', () => {
  it('has a node for each key and identity in its account, and an edge for each handshake', () => {
    const { accounts, nodes, edges, notes } = buildGraph(SMALL, NO_GRAPH_FILTER);
    assert.deepEqual(accounts.map(({ label }) => label), [`security (${OWNER})`, `account ${CONSUMER}`, 'an account that is not known',
      'account 777788889999']);
    assert.deepEqual(nodes.map(({ kind, label }) => `${kind} ${label}`), ['key a', 'key b', 'key c', 'identity role/App',
      'identity role/Admin', 'identity lost', 'identity role/Other']);
    assert.deepEqual(edges.map(({ state, says }) => `${state}: ${says}`).slice(0, 2), ['both: role/App and key a: it is both',
      'conditional: role/Admin and key a: it is conditional']);
    assert.deepEqual(edges[0]?.target, { key: 'a', identity: 'role/App' });
    assert.deepEqual(notes, []);
  });

  it('keeps what passes the filter: by name, account or account name, and by state', () => {
    const linesOf = (text: string, states: readonly HandshakeStatus[] = []): string[] =>
      buildGraph(SMALL, { text, states }).edges.map(({ from, to }) => `${from} ${to}`);
    assert.deepEqual(linesOf('ADMIN'), ['key a identity role/Admin']);
    assert.deepEqual(linesOf('7777'), ['key c identity role/Other']);
    assert.deepEqual(linesOf('security'), ['key a identity role/App', 'key a identity role/Admin', 'key b identity role/App',
      'key b identity lost']);
    assert.deepEqual(linesOf('', ['none', 'unknown']), ['key b identity lost', 'key c identity role/App']);
    assert.deepEqual(linesOf('security', ['none']), []);
    assert.deepEqual(buildGraph(SMALL, { text: '', states: ['none'] }).nodes.map(({ label }) => label), ['c', 'role/App'],
      'what has no such handshake is left out');
    assert.deepEqual(buildGraph(SMALL, { text: 'nothing', states: [] }).nodes, []);
  });

  it('takes the text of the filter as the matrix does: words, each in a name of the identity or of the key', () => {
    const [Orders, Reader] = [matrixPartyOf('role/Orders', CONSUMER), matrixPartyOf('role/Reader', CONSUMER)];
    const [first, second] = [matrixPartyOf('first', OWNER, 'security'), matrixPartyOf('second', OWNER, 'security')];
    const works = [[0, 0], [1, 0]] as const;
    const matrix: MatrixSummary = { identities: [Orders, Reader], keys: [first, second], tallies: [{ ...NO_STANDINGS, works: 1 }],
      cells: [works, works] };
    const asMap = handshakeMapOf([mapKeyOf('first'), mapKeyOf('second')], [mapIdentityOf('role/Orders'), mapIdentityOf('role/Reader')],
      matrix.identities.flatMap(({ label }) => matrix.keys.map((matrixParty): HandshakeTuple => [matrixParty.label, label, 'both'])));
    const inMatrix = (text: string): string[] => {
      const { identities, keys, countsAt } = filterMatrix(matrix, { ...NO_MATRIX_FILTER, text });
      return identities.flatMap((matrixHeading, row) =>
        keys.flatMap((other, column) => (countsAt(row, column) ? [`${matrixHeading.label} ${other.label}`] : []))
      );
    };
    const inMap = (text: string): string[] =>
      buildGraph(asMap, { text, states: [] }).edges.map(({ from, to }) => `${to} ${from}`.replace(/identity |key /g, ''));
    for (const text of ['', 'orders', 'second  ORDERS', `reader ${OWNER}`, 'security first', 'orders reader', 'account'])
      assert.deepEqual(inMap(text), inMatrix(text), `"${text}"`);
    assert.deepEqual(inMap('second  ORDERS'), ['role/Orders second']);
    assert.deepEqual(buildGraph(asMap, { text: 'second orders', states: [] }).nodes.map(({ label }) => label), ['second', 'role/Orders'],
      'no other node');
  });

  it('says the same as a list', () => {
    assert.deepEqual(
      handshakesByKey(SMALL, { text: 'role/app', states: [] }).map(({ key: of, handshakes }) => [of.says, handshakes.map(({ says }) =>
        says
      )]),
      [
        [`Key a of security (${OWNER}), us-west-2 · a.json`, ['role/App and key a: it is both']],
        [`Key b of security (${OWNER}), us-west-2 · b.json`, ['role/App and key b: it is key-policy']],
        [`Key c of account ${CONSUMER}, us-west-2 · c.json`, ['role/App and key c: it is none']],
      ],
    );
  });

  it('tells a handshake that works in part from one that works: line, words and filter', () => {
    const map = handshakeMapOf([mapKeyOf('a'), mapKeyOf('b')], [mapIdentityOf('role/App'), mapIdentityOf('role/Admin', OWNER)], [['a',
      'role/App', 'partly', 2], ['a', 'role/Admin', 'both'], ['b', 'role/App', 'partly-if', 1], ['b', 'role/Admin', 'none', 0]]);
    const edges = (states: GraphFilter['states']): string[] =>
      buildGraph(map, { text: '', states }).edges.map(({ state, says }) => `${state}: ${says}`);
    assert.deepEqual(edges([]), [
      'partly: role/App and key a: it is partly, 2 blocked', 'both: role/Admin and key a: it is both',
      'partly-if: role/App and key b: it is partly-if, 1 blocked', 'none: role/Admin and key b: it is none',
    ]);
    assert.deepEqual(edges(['both']), ['both: role/Admin and key a: it is both']);
    assert.deepEqual(edges(['partly', 'partly-if']).length, 2);
  });

  it('has the words of the tree for each state', () => {
    const inTree = handshakeStateLabels((message) => message);
    const { several, ...inMap } = EDGE_STATES;
    assert.deepEqual(Object.fromEntries(Object.entries(inTree).map(([state, [item]]) => [state, item])),
      Object.fromEntries(Object.entries(inMap).map(([state, { name }]) => [state, name])));
    assert.ok(!Object.values(inTree).flat().includes(several.name), 'not the name of a group');
  });

  it('puts identities together by account where there are too many, keys with something amiss first, and says so', () => {
    const { nodes, edges, notes } = buildGraph(largeHandshakeMap(200), NO_GRAPH_FILTER);
    assert.ok(nodes.length <= MAX_NODES, `${nodes.length} nodes`);
    assert.deepEqual(nodes.filter(({ kind }) => kind !== 'key').map(({ label }) => label), ['200 identities']);
    for (const amiss of ['key-5', 'key-12', 'key-19']) assert.ok(nodes.some(({ label }) => label === amiss), `${amiss} is not drawn`);
    assert.equal(edges.find(({ from }) => from === 'key key-5')?.state, 'several');
    assert.match(edges.find(({ from }) => from === 'key key-5')?.says ?? '', /^3 handshakes of key key-5: .*1 blocked/);
    assert.equal(edges.find(({ from }) => from === 'key key-0')?.state, 'both');
    assert.match(notes.join(' '), /200 identities are drawn by account.*40 of 200 keys are drawn/);
    assert.equal(buildGraph(largeHandshakeMap(200), { text: 'role/5', states: ['none'] }).notes.length, 0, 'filtered, it is small enough');
  });
});

describe('client: the layout of the graph', () => {
  const check = (placed: PlacedGraph): void => {
    for (const [i, entry] of placed.nodes.entries())
      for (const other of placed.nodes.slice(i + 1)) assert.ok(!overlap(entry, other), `${entry.node.label} lies on ${other.node.label}`);
    for (const [i, element] of placed.accounts.entries())
      for (const other of placed.accounts.slice(i + 1)) assert.ok(!overlap(element, other),
          `${element.account.label} lies on ${other.account.label}`);
    for (const box of placed.nodes) {
      const frame = placed.accounts.find(({ account }) => account.id === box.node.account);
      assert.ok(
        frame && box.x > frame.x && box.y > frame.y && box.x + box.width < frame.x + frame.width
          && box.y + box.height < frame.y + frame.height,
        `${box.node.label} is not in its account`,
      );
      assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= placed.width && box.y + box.height <= placed.height,
        `${box.node.label} is outside`);
    }
    for (const { edge, points } of placed.edges) {
      for (const [id, point] of [[edge.from, points[0]], [edge.to, points.at(-1)]] as const) {
        const box = placed.nodes.find(({ node }) => node.id === id);
        assert.ok(box && point && (point.x === box.x || point.x === box.x + box.width) && point.y === box.y + box.height / 2,
          `${edge.id} does not meet ${id}`);
      }
    }
  };

  it('lays nothing on anything else, each node in the frame of its account', () => {
    check(placeGraph(buildGraph(SMALL, NO_GRAPH_FILTER)));
    check(placeGraph(buildGraph(largeHandshakeMap(25), NO_GRAPH_FILTER)));
    check(placeGraph(buildGraph(largeHandshakeMap(200), NO_GRAPH_FILTER)));
  });

  it('lays accounts apart that use each other\'s keys', () => {
    const accounts = ['111111111111', '222222222222', '333333333333', '444444444444'];
    const keys = accounts.map((account) => mapKeyOf(`key-${account[0] ?? ''}`, account));
    const roles = accounts.map((account) => mapIdentityOf(`role-${account[0] ?? ''}`, account));
    const handshakeTuples = keys.flatMap(({ id }) => roles.map((role): HandshakeTuple => [id, role.id, 'both']));
    check(placeGraph(buildGraph(handshakeMapOf(keys, roles, handshakeTuples), NO_GRAPH_FILTER)));
  });

  it('has nothing to lay out where nothing is', () => {
    assert.deepEqual(placeGraph(buildGraph(handshakeMapOf([], [], []), NO_GRAPH_FILTER)).nodes, []);
  });

  it('lets every node and edge be reached with the arrow keys', () => {
    const stops = focusTargets(placeGraph(buildGraph(SMALL, NO_GRAPH_FILTER)));
    const reached = new Set<string>();
    const queue = ['key a'];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      if (reached.has(id)) continue;
      reached.add(id);
      for (const direction of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'] as const)
        queue.push(nextFocusTarget(stops, id, direction)?.id ?? id);
    }
    assert.deepEqual(stops.filter(({ id }) => !reached.has(id)).map(({ id }) => id), []);
    assert.equal(nextFocusTarget(stops, 'key a', 'ArrowRight')?.id, 'handshake a role/App');
    assert.equal(nextFocusTarget(stops, 'handshake a role/App', 'ArrowRight')?.id, 'identity role/App');
  });
});

describe('client: the map as SVG', () => {
  it('stands alone: no address but the namespace, every state with its words in the legend', () => {
    const svg = graphSvg(SMALL);
    assert.ok(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"'));
    assert.deepEqual(svg.match(/https?:[^"]*/g), ['http://www.w3.org/2000/svg']);
    assert.ok(!svg.includes('var(--'), 'colours of an editor mean nothing outside of it');
    for (const state of ['both', 'conditional', 'key-policy', 'identity-policy', 'none', 'unknown'] as const)
      assert.ok(svg.includes(`>${EDGE_STATES[state].name}</text>`), state);
  });

  it('says by a sign of its own, in the legend and in the title how many actions are blocked although others work', () => {
    const svg = graphSvg(
      handshakeMapOf([mapKeyOf('a')], [mapIdentityOf('role/App'), mapIdentityOf('role/Admin')], [['a', 'role/App', 'partly', 2], ['a',
        'role/Admin', 'both']]),
    );
    assert.match(svg,
      /class="edge partly" data-id="handshake a role\/App" aria-label="role\/App and key a: it is partly, 2 blocked"><title>role\/App and key a: it is partly, 2 blocked<\/title>.*?<rect class="frame"[^>]*\/><text class="sign"[^>]*>✓ ✕2<\/text>/);
    assert.match(svg, /<text x="72" y="14">works, some actions blocked<\/text>/);
    assert.match(svg, /class="edge both" data-id="handshake a role\/Admin"[^>]*>.*?<circle/);
  });

  it('takes names for text, whatever is in them', () => {
    const svg = graphSvg(
      handshakeMapOf([{ ...mapKeyOf('a'), label: '<script>&"\u0001' }], [mapIdentityOf('role/App')], [['a', 'role/App', 'both']]),
    );
    assert.ok(!svg.includes('<script>') && !svg.includes('\u0001'));
    assert.ok(svg.includes('&lt;script&gt;&amp;&quot;'));
  });

  it('draws the missing half of a half-made handshake apart from the one that is there', () => {
    const halves = (state: HandshakeStatus): number =>
      graphSvg(handshakeMapOf([mapKeyOf('a')], [mapIdentityOf('role/App')], [['a', 'role/App', state]])).match(/class="line missing"/g)
        ?.length ?? 0;
    assert.deepEqual([halves('key-policy'), halves('identity-policy'), halves('both')], [2, 2, 0], 'one in the map and one in the legend');
  });
});
