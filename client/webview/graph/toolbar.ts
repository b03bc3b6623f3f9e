import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { ShownState } from '../../../server/src/lsp/protocol/handshakes';
import { element } from '../element';
import { t } from '../l10n';
import { sampleOf, shape } from './drawing';
import { STATES, type EdgeState, type GraphFilter } from './graph';
import { svgElement } from './svg-element';

export interface GraphToolbar {
  readonly setFilter: (filter: GraphFilter) => void;
  /** Explains the lines that are drawn. */
  readonly setLegend: (states: readonly EdgeState[]) => void;
  /** Says what is shown, to those who listen too. */
  readonly say: (text: string) => void;
}

interface ToolbarEvents {
  readonly onFilter: (filter: GraphFilter) => void;
  readonly onList: (asList: boolean) => void;
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
  readonly onSave: () => void;
}

const ASKED: readonly ShownState[] = ['both', 'partly', 'conditional', 'partly-if', 'key-policy', 'identity-policy', 'none', 'unknown'];

export function graphToolbar(root: HTMLElement, { onFilter, onList, onZoom, onFit, onSave }: ToolbarEvents): GraphToolbar {
  const text = element('vscode-textfield', { 'class': 'map-text', 'placeholder': t('Filter by identity, key or account'), 'label': t('Filter by identity, key or account') });
  const state = element('vscode-single-select', { 'class': 'map-state', 'label': t('Handshakes') });
  state.replaceChildren(option('', t('All handshakes')), ...ASKED.map((one) => option(one, STATES[one].name)));
  const asList = element('vscode-checkbox', { 'class': 'as-list', 'label': t('As a list') });
  const status = element('span', { 'class': 'status', 'role': 'status', 'aria-live': 'polite' });
  const legend = element('ul', { 'class': 'legend', 'aria-label': t('Lines') });
  const button = (label: string, title: string, work: () => void): HTMLElement => {
    const made = element('vscode-button', { 'secondary': '', title, 'aria-label': title }, label);
    made.addEventListener('click', work);
    return made;
  };
  root.append(element('div', { 'class': 'toolbar', 'role': 'group', 'aria-label': t('Filter, view and export') }, text, state, asList, status,
    element('span', { class: 'exports' },
      button('−', t('Zoom out'), () => onZoom(0.8)), button('+', t('Zoom in'), () => onZoom(1.25)), button(t('Fit'), t('Fit the map into the window'), onFit),
      button('SVG', t('Save what is shown as {0}', 'SVG'), onSave))), legend);

  const change = (): void => {
    const chosen = ASKED.find((one) => one === state.value);
    onFilter({ text: text.value, states: chosen === undefined ? [] : [chosen] });
  };
  text.addEventListener('input', soon(change, 150));
  state.addEventListener('change', change);
  asList.addEventListener('change', () => onList(asList.checked));
  return {
    setFilter: (filter) => {
      text.value = filter.text;
      state.value = filter.states[0] ?? '';
    },
    setLegend: (states) => legend.replaceChildren(...states.map((one) => element('li', {},
      svgElement(shape('svg', { 'width': 60, 'height': 20, 'viewBox': '0 0 60 20', 'aria-hidden': 'true' }, sampleOf(one))), STATES[one].name))),
    say: (words) => {
      status.textContent = words;
    },
  };
}

function option(value: string, label: string): HTMLElement {
  return element('vscode-option', { value }, label);
}

/** Waits until nothing has come for so many milliseconds. */
function soon(work: () => void, milliseconds: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}
