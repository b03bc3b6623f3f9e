import type { HandshakeMap } from '../../../server/src/lsp/protocol/handshakes';
import { contextMenu } from '../context-menu';
import { createElement } from '../element';
import { t } from '../l10n';
import type { MapTarget } from '../messages';
import { graphShapes, svgNode } from './graph-shapes';
import { graphSvg } from './graph-svg';
import { buildGraph, handshakesByKey, EDGE_STATES, type EdgeState, type Graph, type GraphFilter } from './graph';
import { placeGraph } from './graph-layout';
import { svgElement } from './svg-element';
import { createGraphToolbar } from './graph-toolbar';
import { createViewport } from './viewport';
import { isNavigationKey, nextFocusTarget, focusTargets, type FocusTarget } from './keyboard-navigation';

export interface GraphViewOptions {
  /** What was asked for last, kept over hiding and reloading. */
  readonly filter: () => GraphFilter;
  readonly saveFilter: (filter: GraphFilter) => void;
  /** A key, an identity or a handshake was chosen. */
  readonly openTarget: (target: MapTarget) => void;
  /** The map as it is shown, to be saved. */
  readonly saveSvg: (svg: string) => void;
}

export interface GraphView {
  readonly show: (map: HandshakeMap) => void;
}

const HELP = t('Map of the access to KMS keys. '
  + 'Arrow keys move between keys, handshakes and identities; Enter opens the policy; plus, minus and zero zoom.');
const BROKEN_STATES: ReadonlySet<EdgeState> = new Set(['none', 'identity-policy', 'partly', 'partly-if', 'key-policy']);
const EMPTY_GRAPH: Graph = { accounts: [], nodes: [], edges: [], notes: [] };

/** The tab "Map": accounts, keys and identities with their handshakes, drawn or as a list. */
export function createGraphView(root: HTMLElement, on: GraphViewOptions): GraphView {
  let map: HandshakeMap | undefined;
  let shown = '';
  let graph = EMPTY_GRAPH;
  let stops: readonly FocusTarget[] = [];
  let current: string | undefined;
  let asList = false;

  const toolbar = createGraphToolbar(root, {
    onFilter: (filter) => {
      on.saveFilter(filter);
      draw();
    },
    onList: (wanted) => {
      asList = wanted;
      draw();
    },
    onZoom: (factor) => view.zoom(factor),
    onFit: () => view.fit(),
    onSave: () => {
      if (map) on.saveSvg(graphSvg(map, on.filter()));
    },
  });
  const svg = svgElement(svgNode('svg', { 'class': 'map', 'role': 'group', 'aria-label': HELP })) as SVGSVGElement;
  const list = createElement('ul', { 'class': 'map-list', 'aria-label': t('Keys and their handshakes') });
  root.append(svg, list);
  const view = createViewport(svg);

  const targetOf = (id: string | null | undefined): MapTarget | undefined =>
    [...graph.nodes, ...graph.edges].find((item) => item.id === id)?.target;
  const menuOf = (id: string | null): string | undefined => {
    const target = targetOf(id);
    if (target === undefined) return undefined;
    const state = graph.edges.find((edge) => edge.id === id)?.state;
    return contextMenu(target, state === undefined
      ? ['opens', 'generates', 'copiesArn', 'copiesCommand']
      : ['opens', 'explains', ...BROKEN_STATES.has(state) ? ['fixes', 'generates'] as const : []]);
  };
  const elementOf = (
    id: string | undefined,
  ): SVGElement | null => (id === undefined ? null : svg.querySelector<SVGElement>(`[data-id="${CSS.escape(id)}"]`));
  /** One stop for the tab key; the arrows go on from there. */
  const settle = (id: string | undefined): void => {
    elementOf(current)?.setAttribute('tabindex', '-1');
    current = id;
    elementOf(current)?.setAttribute('tabindex', '0');
  };
  const drawMap = (): void => {
    const hadFocus = svg.contains(document.activeElement);
    const placed = placeGraph(graph);
    stops = focusTargets(placed);
    svg.replaceChildren(svgElement(graphShapes(placed)));
    for (const part of svg.querySelectorAll('[data-id]')) {
      const opens = targetOf(part.getAttribute('data-id')) !== undefined;
      part.setAttribute('role', opens ? 'button' : 'img');
      part.setAttribute('tabindex', '-1');
      part.classList.toggle('opens', opens);
      const menu = menuOf(part.getAttribute('data-id'));
      if (menu !== undefined) part.setAttribute('data-vscode-context', menu);
    }
    settle(stops.some(({ id }) => id === current) ? current : stops[0]?.id);
    if (hadFocus) elementOf(current)?.focus();
    view.resize(placed.width, placed.height);
  };
  const draw = (): void => {
    if (!map) return;
    const filter = on.filter();
    graph = buildGraph(map, filter);
    svg.toggleAttribute('hidden', asList);
    list.hidden = !asList;
    list.replaceChildren(...asList ? listItems(map, filter, on.openTarget) : []);
    toolbar.setLegend(asList ? [] : statesInGraph(graph));
    toolbar.setStatus(graphStatusText(map, graph, asList));
    if (!asList) drawMap();
  };

  const choose = (part: Element | null): void => {
    const target = targetOf(part?.closest('[data-id]')?.getAttribute('data-id'));
    if (target) on.openTarget(target);
  };
  svg.addEventListener('click', ({ target }) => choose(target instanceof Element ? target : null));
  svg.addEventListener('focusin', ({ target }) => {
    const id = target instanceof Element ? target.getAttribute('data-id') : null;
    if (id !== null) settle(id);
  });
  const walk = (next: FocusTarget | undefined): void => {
    if (!next) return;
    settle(next.id);
    elementOf(next.id)?.focus({ preventScroll: true });
    view.reveal({ x: next.x - 60, y: next.y - 20, width: 120, height: 40 });
  };
  svg.addEventListener('keydown', (event) => {
    const { key } = event;
    if (key === 'Enter' || key === ' ') choose(document.activeElement);
    else if (key === '+' || key === '=') view.zoom(1.25);
    else if (key === '-') view.zoom(0.8);
    else if (key === '0') view.fit();
    else if (isNavigationKey(key)) walk(nextFocusTarget(stops, current, key));
    else return;
    event.preventDefault();
  });

  return {
    show: (next) => {
      toolbar.setFilter(on.filter());
      const text = JSON.stringify([next, on.filter()]);
      if (text === shown) return;
      shown = text;
      map = next;
      draw();
    },
  };
}

function statesInGraph({ edges }: Graph): EdgeState[] {
  return (Object.keys(EDGE_STATES) as EdgeState[]).filter((state) => edges.some((edge) => edge.state === state));
}

function graphStatusText({ keys, identities }: HandshakeMap, { nodes, notes }: Graph, asList: boolean): string {
  if (keys.length + identities.length === 0) return t('The workspace has no key policy, and no IAM policy that uses KMS.');
  if (nodes.length === 0) return t('Nothing matches the filter.');
  const countedKeys = keys.length === 1 ? t('1 key') : t('{0} keys', keys.length);
  const countedIdentities = identities.length === 1 ? t('1 identity') : t('{0} identities', identities.length);
  const all = t('{0} and {1} in all.', countedKeys, countedIdentities);
  return asList ? all : [all, ...notes].join(' ');
}

function listItems(map: HandshakeMap, filter: GraphFilter, open: (target: MapTarget) => void): HTMLElement[] {
  const entry = (words: string, target: MapTarget | undefined): HTMLElement | string => {
    if (!target) return words;
    const button = createElement('button', { type: 'button', class: 'link' }, words);
    button.addEventListener('click', () => open(target));
    return button;
  };
  return handshakesByKey(map, filter).map(({ key, handshakes }) => createElement('li', {}, entry(key.says, key.target),
    createElement('ul', {}, ...handshakes.map(({ says, target }) => createElement('li', {}, entry(says, target))))));
}
