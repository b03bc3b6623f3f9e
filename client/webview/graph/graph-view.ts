import type { HandshakeMap, HandshakeState } from '../../../server/src/lsp/protocol';
import { htmlElement, svgElement } from './dom';
import { drawingOf, sampleOf, shape } from './drawing';
import { EVERYTHING, graphOf, listOf, STATES, type Graph, type GraphFilter, type MapTarget } from './graph';
import { placeGraph, type PlacedGraph } from './layout';
import { viewport } from './viewport';
import { isDirection, nextStop, stopsOf, type Stop } from './walk';

export interface GraphActions {
  /** A key, an identity or a handshake was chosen. */
  readonly open: (target: MapTarget) => void;
  /** To be kept over hiding and reloading. */
  readonly keep: (filter: GraphFilter) => void;
  /** The map as it is shown is wanted as a file. */
  readonly save: (filter: GraphFilter) => void;
}

export interface GraphView {
  readonly show: (map: HandshakeMap) => void;
}

/** The map of accounts, keys, identities and their handshakes, with filter, legend and the same as a list. */
export function graphView(root: HTMLElement, on: GraphActions, kept: GraphFilter = EVERYTHING): GraphView {
  const page = makePage(kept);
  root.replaceChildren(page.toolbar, page.notes, page.svg, page.list);
  root.classList.add('graph');
  const view = viewport(page.svg);
  let filter = kept;
  let map: HandshakeMap | undefined;
  let shown = '';
  let graph: Graph | undefined;
  let placed: PlacedGraph | undefined;
  let stops: readonly Stop[] = [];
  let current: string | undefined;

  const targetOf = (id: string): MapTarget | undefined => [...graph?.nodes ?? [], ...graph?.edges ?? []].find((one) => one.id === id)?.target;
  const elementOf = (id: string | undefined): SVGElement | null => (id === undefined ? null : page.svg.querySelector<SVGElement>(`[data-id="${CSS.escape(id)}"]`));
  /** One stop for the tab key; the arrows go on from there. */
  const settle = (id: string | undefined): void => {
    elementOf(current)?.setAttribute('tabindex', '-1');
    current = id;
    elementOf(current)?.setAttribute('tabindex', '0');
  };

  const draw = (): void => {
    if (!map) return;
    const focused = page.svg.contains(document.activeElement) ? current : undefined;
    graph = graphOf(map, filter);
    placed = placeGraph(graph);
    stops = stopsOf(placed);
    page.svg.replaceChildren(svgElement(drawingOf(placed)));
    for (const element of page.svg.querySelectorAll('[data-id]')) {
      const opens = targetOf(element.getAttribute('data-id') ?? '') !== undefined;
      element.setAttribute('role', opens ? 'button' : 'img');
      element.setAttribute('tabindex', '-1');
      element.classList.toggle('opens', opens);
    }
    settle(stops.some(({ id }) => id === current) ? current : stops[0]?.id);
    if (focused !== undefined) elementOf(current)?.focus();
    page.notes.textContent = [...graph.nodes.length === 0 ? [emptyNote(map)] : [], ...graph.notes].join(' ');
    page.legend.replaceChildren(...legendOf(graph));
    page.list.hidden = !page.listed.checked;
    page.svg.toggleAttribute('hidden', page.listed.checked);
    page.list.replaceChildren(...page.listed.checked ? listItems(map, filter, on.open) : []);
    view.resize(placed.width, placed.height);
  };
  const choose = (element: Element | null): void => {
    const target = targetOf(element?.closest('[data-id]')?.getAttribute('data-id') ?? '');
    if (target) on.open(target);
  };

  page.svg.addEventListener('click', ({ target }) => choose(target instanceof Element ? target : null));
  page.svg.addEventListener('focusin', ({ target }) => {
    const id = target instanceof Element ? target.getAttribute('data-id') : null;
    if (id !== null) settle(id);
  });
  page.svg.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') choose(document.activeElement);
    else if (event.key === '+' || event.key === '=') view.zoom(1.25);
    else if (event.key === '-') view.zoom(0.8);
    else if (event.key === '0') view.fit();
    else if (isDirection(event.key)) {
      const next = nextStop(stops, current, event.key);
      if (next) {
        settle(next.id);
        elementOf(next.id)?.focus({ preventScroll: true });
        view.reveal({ x: next.x - 60, y: next.y - 20, width: 120, height: 40 });
      }
    } else return;
    event.preventDefault();
  });
  const refilter = (): void => {
    filter = { text: page.text.value, states: page.states.filter(({ input }) => input.checked).map(({ state }) => state) };
    on.keep(filter);
    draw();
  };
  page.text.addEventListener('input', soon(refilter, 150));
  for (const { input } of page.states) input.addEventListener('change', refilter);
  page.listed.addEventListener('change', draw);
  page.fit.addEventListener('click', view.fit);
  page.closer.addEventListener('click', () => view.zoom(1.25));
  page.farther.addEventListener('click', () => view.zoom(0.8));
  page.save.addEventListener('click', () => on.save(filter));

  return {
    show: (next) => {
      const text = JSON.stringify(next);
      if (text === shown) return;
      shown = text;
      map = next;
      draw();
    },
  };
}

function emptyNote({ keys, identities }: HandshakeMap): string {
  return keys.length + identities.length === 0 ? 'The workspace has no key policy, and no IAM policy that uses KMS.' : 'Nothing passes the filter.';
}

const ASKED: readonly HandshakeState[] = ['both', 'conditional', 'key-policy', 'identity-policy', 'none', 'unknown'];

function makePage(kept: GraphFilter) {
  const text = htmlElement('input', { type: 'search', placeholder: 'Filter by key, identity or account', 'aria-label': 'Filter by key, identity or account' });
  text.value = kept.text;
  const states = ASKED.map((state) => {
    const input = htmlElement('input', { type: 'checkbox' });
    input.checked = kept.states.includes(state);
    return { state, input };
  });
  const listed = htmlElement('input', { type: 'checkbox' });
  const button = (title: string, label: string): HTMLButtonElement => htmlElement('button', { 'type': 'button', title, 'aria-label': title }, label);
  const [farther, closer, fit, save] = [button('Zoom out', '−'), button('Zoom in', '+'), button('Fit the map into the window', 'Fit'), button('Save the map as SVG', 'Save as SVG')];
  const legend = htmlElement('div', { class: 'legend' });
  const only = htmlElement('fieldset', {}, htmlElement('legend', {}, 'Only'), ...states.map(({ state, input }) => htmlElement('label', {}, input, STATES[state].name)));
  const toolbar = htmlElement('div', { 'class': 'toolbar', 'role': 'toolbar', 'aria-label': 'Map' }, text, only, htmlElement('label', {}, listed, 'As a list'), farther, closer, fit, save, legend);
  const notes = htmlElement('p', { class: 'notes', role: 'status' });
  const svg = svgElement(shape('svg', { 'role': 'group', 'aria-label': 'Map of the access to KMS keys. Arrow keys move between keys, handshakes and identities, Enter opens the policy.' })) as SVGSVGElement;
  const list = htmlElement('ul', { 'class': 'list', 'aria-label': 'Keys and their handshakes' });
  return { text, states, listed, farther, closer, fit, save, legend, toolbar, notes, svg, list };
}

function legendOf({ edges }: Graph): HTMLElement[] {
  const states = new Set(edges.map(({ state }) => state));
  return (Object.keys(STATES) as (keyof typeof STATES)[]).filter((state) => states.has(state)).map((state) => htmlElement('span', {},
    svgElement(shape('svg', { 'width': 60, 'height': 20, 'viewBox': '0 0 60 20', 'aria-hidden': 'true' }, sampleOf(state))), STATES[state].name));
}

function listItems(map: HandshakeMap, filter: GraphFilter, open: (target: MapTarget) => void): HTMLElement[] {
  const entry = (words: string, target: MapTarget | undefined): HTMLElement | string => {
    if (!target) return words;
    const button = htmlElement('button', { type: 'button', class: 'link' }, words);
    button.addEventListener('click', () => open(target));
    return button;
  };
  return listOf(map, filter).map(({ key, handshakes }) => htmlElement('li', {}, entry(key.says, key.target),
    htmlElement('ul', {}, ...handshakes.map(({ says, target }) => htmlElement('li', {}, entry(says, target))))));
}

/** Waits until nothing has come for so many milliseconds. */
function soon(work: () => void, milliseconds: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}
