import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import { createGraphView } from './graph/graph-view';
import { createMatrixView } from './matrix/matrix-view';
import type { MapTarget, MessageToExtension, MessageToPanel, ViewName } from './messages';
import { parsePanelState, type PanelState } from './panel-state';

declare function acquireVsCodeApi(): {
  postMessage(message: MessageToExtension): void;
  getState(): unknown;
  setState(state: PanelState): void;
};

const VIEWS: readonly ViewName[] = ['matrix', 'map'];

const vscode = acquireVsCodeApi();
let state = parsePanelState(vscode.getState());

/** Changes what survives hiding and reloading. */
function updateState(change: Partial<PanelState>): void {
  state = { ...state, ...change };
  vscode.setState(state);
}

function requireElement(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

function showView(view: ViewName): void {
  updateState({ view });
  vscode.postMessage({ type: 'show', view });
}

const tabs = document.querySelector('vscode-tabs');
if (tabs === null) throw new Error('the page has no tabs');
tabs.selectedIndex = VIEWS.indexOf(state.view);
tabs.addEventListener('vsc-tabs-select', ({ detail }) => showView(VIEWS[detail.selectedIndex] ?? 'matrix'));

const post = (message: MessageToExtension): void => vscode.postMessage(message);
const matrix = createMatrixView(requireElement('matrix'), { state: () => state, keep: updateState, post });
const map = createGraphView(requireElement('map'), {
  filter: () => ({ text: state.filter.text, states: state.handshakes }),
  saveFilter: ({ text, states }) => updateState({ filter: { ...state.filter, text }, handshakes: states }),
  openTarget: (target: MapTarget) => post({ type: 'openInMap', target }),
  saveSvg: (svg) => post({ type: 'saveMap', svg }),
});

window.addEventListener('message', ({ data }: MessageEvent<MessageToPanel>) => {
  requireElement('trouble').textContent = data.type === 'trouble' ? data.message : '';
  switch (data.type) {
    case 'view':
      tabs.selectedIndex = VIEWS.indexOf(data.view);
      showView(data.view);
      return;
    case 'matrix':
      matrix.show(data.matrix);
      return;
    case 'cell':
      matrix.showCell(data.of, data.cell);
      return;
    case 'select':
      matrix.select(data.cell);
      return;
    case 'filter':
      matrix.filter(data.text);
      return;
    case 'map':
      map.show(data.map);
      return;
    case 'trouble':
  }
});

showView(state.view);
