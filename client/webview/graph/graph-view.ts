import type { HandshakeMap } from '../../../server/src/lsp/protocol/handshakes';
import { element } from '../element';
import { t } from '../l10n';
import type { MapTarget } from '../messages';
import { drawingOf, shape } from './drawing';
import { graphSvg } from './export';
import { graphOf, listOf, STATES, type EdgeState, type Graph, type GraphFilter } from './graph';
import { placeGraph } from './layout';
import { svgElement } from './svg-element';
import { graphToolbar } from './toolbar';
import { viewport } from './viewport';
import { isDirection, nextStop, stopsOf, type Stop } from './walk';

export interface GraphActions {
  /** What was asked for last, kept over hiding and reloading. */
  readonly filter: () => GraphFilter;
  readonly keep: (filter: GraphFilter) => void;
  /** A key, an identity or a handshake was chosen. */
  readonly open: (target: MapTarget) => void;
  /** The map as it is shown, to be saved. */
  readonly save: (svg: string) => void;
}

export interface GraphView {
  readonly show: (map: HandshakeMap) => void;
}

const HELP = t('Map of the access to KMS keys. Arrow keys move between keys, handshakes and identities; Enter opens the policy; plus, minus and zero zoom.');
const NOTHING: Graph = { accounts: [], nodes: [], edges: [], notes: [] };

/** The tab "Map": accounts, keys and identities with their handshakes, drawn or as a list. */
export function graphView(root: HTMLElement, on: GraphActions): GraphView {
  let map: HandshakeMap | undefined;
  let shown = '';
  let graph = NOTHING;
  let stops: readonly Stop[] = [];
  let current: string | undefined;
  let asList = false;

  const toolbar = graphToolbar(root, {
    onFilter: (filter) => {
      on.keep(filter);
      draw();
    },
    onList: (wanted) => {
      asList = wanted;
      draw();
    },
    onZoom: (factor) => view.zoom(factor),
    onFit: () => view.fit(),
    onSave: () => {
      if (map) on.save(graphSvg(map, on.filter()));
    },
  });
  const svg = svgElement(shape('svg', { 'class': 'map', 'role': 'group', 'aria-label': HELP })) as SVGSVGElement;
  const list = element('ul', { 'class': 'map-list', 'aria-label': t('Keys and their handshakes') });
  root.append(svg, list);
  const view = viewport(svg);

  const targetOf = (id: string | null | undefined): MapTarget | undefined => [...graph.nodes, ...graph.edges].find((one) => one.id === id)?.target;
  const elementOf = (id: string | undefined): SVGElement | null => (id === undefined ? null : svg.querySelector<SVGElement>(`[data-id="${CSS.escape(id)}"]`));
  /** One stop for the tab key; the arrows go on from there. */
  const settle = (id: string | undefined): void => {
    elementOf(current)?.setAttribute('tabindex', '-1');
    current = id;
    elementOf(current)?.setAttribute('tabindex', '0');
  };
  const drawMap = (): void => {
    const hadFocus = svg.contains(document.activeElement);
    const placed = placeGraph(graph);
    stops = stopsOf(placed);
    svg.replaceChildren(svgElement(drawingOf(placed)));
    for (const part of svg.querySelectorAll('[data-id]')) {
      const opens = targetOf(part.getAttribute('data-id')) !== undefined;
      part.setAttribute('role', opens ? 'button' : 'img');
      part.setAttribute('tabindex', '-1');
      part.classList.toggle('opens', opens);
    }
    settle(stops.some(({ id }) => id === current) ? current : stops[0]?.id);
    if (hadFocus) elementOf(current)?.focus();
    view.resize(placed.width, placed.height);
  };
  const draw = (): void => {
    if (!map) return;
    const filter = on.filter();
    graph = graphOf(map, filter);
    svg.toggleAttribute('hidden', asList);
    list.hidden = !asList;
    list.replaceChildren(...asList ? listItems(map, filter, on.open) : []);
    toolbar.setLegend(asList ? [] : statesOf(graph));
    toolbar.say(statusOf(map, graph, asList));
    if (!asList) drawMap();
  };

  const choose = (part: Element | null): void => {
    const target = targetOf(part?.closest('[data-id]')?.getAttribute('data-id'));
    if (target) on.open(target);
  };
  svg.addEventListener('click', ({ target }) => choose(target instanceof Element ? target : null));
  svg.addEventListener('focusin', ({ target }) => {
    const id = target instanceof Element ? target.getAttribute('data-id') : null;
    if (id !== null) settle(id);
  });
  const walk = (next: Stop | undefined): void => {
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
    else if (isDirection(key)) walk(nextStop(stops, current, key));
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

function statesOf({ edges }: Graph): EdgeState[] {
  return (Object.keys(STATES) as EdgeState[]).filter((state) => edges.some((edge) => edge.state === state));
}

function statusOf({ keys, identities }: HandshakeMap, { nodes, notes }: Graph, asList: boolean): string {
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
    const button = element('button', { type: 'button', class: 'link' }, words);
    button.addEventListener('click', () => open(target));
    return button;
  };
  return listOf(map, filter).map(({ key, handshakes }) => element('li', {}, entry(key.says, key.target),
    element('ul', {}, ...handshakes.map(({ says, target }) => element('li', {}, entry(says, target))))));
}
