import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { DisplayedHandshakeStatus } from '../../../server/src/lsp/protocol/handshakes';
import { createElement } from '../element';
import { t } from '../l10n';
import { legendSample, svgNode } from './graph-shapes';
import { EDGE_STATES, type EdgeState, type GraphFilter } from './graph';
import { svgElement } from './svg-element';
import { createToolbarToggle } from '../toolbar-toggle';

export interface GraphToolbar {
  readonly setFilter: (filter: GraphFilter) => void;
  /** Explains the lines that are drawn. */
  readonly setLegend: (states: readonly EdgeState[]) => void;
  /** Says what is shown, to those who listen too. */
  readonly setStatus: (text: string) => void;
}

interface GraphToolbarEvents {
  readonly onFilter: (filter: GraphFilter) => void;
  readonly onList: (asList: boolean) => void;
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
  readonly onSave: () => void;
}

const FILTERABLE_STATES: readonly DisplayedHandshakeStatus[] = ['both', 'partly', 'conditional', 'partly-if', 'key-policy',
  'identity-policy', 'none', 'unknown', 'not-requested'];

export function createGraphToolbar(root: HTMLElement, { onFilter, onList, onZoom, onFit, onSave }: GraphToolbarEvents): GraphToolbar {
  const text = createElement('vscode-textfield', { 'class': 'map-text', 'placeholder': t('Filter by identity, key or account'),
    'label': t('Filter by identity, key or account') });
  const state = createElement('vscode-single-select', { 'class': 'map-state', 'label': t('Handshakes') });
  state.replaceChildren(selectOption('', t('All handshakes')),
    ...FILTERABLE_STATES.map((shownState) => selectOption(shownState, EDGE_STATES[shownState].name)));
  const asList = createElement('vscode-checkbox', { 'class': 'as-list', 'label': t('As a list') });
  const status = createElement('span', { 'class': 'status', 'role': 'status', 'aria-live': 'polite' });
  const legend = createElement('ul', { 'class': 'legend', 'aria-label': t('Lines') });
  const button = (label: string, title: string, work: () => void): HTMLElement => {
    const made = createElement('vscode-button', { 'secondary': '', title, 'aria-label': title }, label);
    made.addEventListener('click', work);
    return made;
  };
  root.append(
    createElement('div', { 'class': 'toolbar', 'role': 'group', 'aria-label': t('Filter, view and export') }, text, status,
      createToolbarToggle(root), createElement('span', { 'class': 'toolbar-rest' }, state, asList,
        createElement('span', { class: 'exports' }, button('−', t('Zoom out'), () => onZoom(0.8)),
          button('+', t('Zoom in'), () => onZoom(1.25)), button(t('Fit'), t('Fit the map into the window'), onFit),
          button('SVG', t('Save what is shown as {0}', 'SVG'), onSave)))),
    legend,
  );

  const change = (): void => {
    const chosen = FILTERABLE_STATES.find((displayedHandshakeStatus) => displayedHandshakeStatus === state.value);
    onFilter({ text: text.value, states: chosen === undefined ? [] : [chosen] });
  };
  text.addEventListener('input', debounce(change, 150));
  state.addEventListener('change', change);
  asList.addEventListener('change', () => onList(asList.checked));
  return {
    setFilter: (filter) => {
      text.value = filter.text;
      state.value = filter.states[0] ?? '';
    },
    setLegend: (states) =>
      legend.replaceChildren(
        ...states.map((edgeState) =>
          createElement('li', {},
            svgElement(
              svgNode('svg', { 'width': 60, 'height': 20, 'viewBox': '0 0 60 20', 'aria-hidden': 'true' }, legendSample(edgeState)),
            ), EDGE_STATES[edgeState].name)
        ),
      ),
    setStatus: (words) => {
      status.textContent = words;
    },
  };
}

function selectOption(value: string, label: string): HTMLElement {
  return createElement('vscode-option', { value }, label);
}

/** Waits until nothing has come for so many milliseconds. */
function debounce(work: () => void, milliseconds: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}
