import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import { matrixView } from './matrix/matrix-view';
import type { ToExtension, ToPanel, ViewName } from './messages';
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

const matrix = matrixView(part('matrix'), { state: () => state, keep, post: (message) => vscode.postMessage(message) });

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
    case 'trouble':
  }
});

show(state.view);
