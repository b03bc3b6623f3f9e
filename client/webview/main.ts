import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import { graphView } from './graph/graph-view';
import { matrixView } from './matrix/matrix-view';
import type { MapTarget, ToExtension, ToPanel, ViewName } from './messages';
import { readState, type PanelState } from './state';

declare function acquireVsCodeApi(): {
  postMessage(message: ToExtension): void;
  getState(): unknown;
  setState(state: PanelState): void;
};

const VIEWS: readonly ViewName[] = ['matrix', 'map'];

const vscode = acquireVsCodeApi();
let state = readState(vscode.getState());

/** Changes what survives hiding and reloading. */
function keep(change: Partial<PanelState>): void {
  state = { ...state, ...change };
  vscode.setState(state);
}

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

function show(view: ViewName): void {
  keep({ view });
  vscode.postMessage({ type: 'show', view });
}

const tabs = document.querySelector('vscode-tabs');
if (tabs === null) throw new Error('the page has no tabs');
tabs.selectedIndex = VIEWS.indexOf(state.view);
tabs.addEventListener('vsc-tabs-select', ({ detail }) => show(VIEWS[detail.selectedIndex] ?? 'matrix'));

const post = (message: ToExtension): void => vscode.postMessage(message);
const matrix = matrixView(part('matrix'), { state: () => state, keep, post });
const map = graphView(part('map'), {
  filter: () => ({ text: state.filter.text, states: state.handshakes }),
  keep: ({ text, states }) => keep({ filter: { ...state.filter, text }, handshakes: states }),
  open: (target: MapTarget) => post({ type: 'openInMap', target }),
  save: (svg) => post({ type: 'saveMap', svg }),
});

window.addEventListener('message', ({ data }: MessageEvent<ToPanel>) => {
  part('trouble').textContent = data.type === 'trouble' ? data.message : '';
  switch (data.type) {
    case 'view':
      tabs.selectedIndex = VIEWS.indexOf(data.view);
      show(data.view);
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
    case 'map':
      map.show(data.map);
      return;
    case 'trouble':
  }
});

show(state.view);
