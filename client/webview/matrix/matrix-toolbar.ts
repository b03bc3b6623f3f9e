import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { MatrixDocumentParams, AccessStanding } from '../../../server/src/lsp/protocol/matrix';
import { createElement } from '../element';
import { t } from '../l10n';
import { NO_MATRIX_FILTER, type MatrixFilter } from '../panel-state';
import { createToolbarToggle } from '../toolbar-toggle';
import { STANDING_LABELS, STANDINGS } from './standing-labels';

export interface MatrixToolbar {
  /** The accounts to choose from, with their names. */
  setAccounts(accounts: ReadonlyMap<string, string>): void;
  setFilter(matrixFilter: MatrixFilter): void;
  /** Says how much is shown, to those who listen too. */
  say(text: string): void;
}

interface MatrixToolbarEvents {
  readonly onFilter: (matrixFilter: MatrixFilter) => void;
  readonly onExport: (format: MatrixDocumentParams['format']) => void;
}

const FORMATS = [['csv', 'CSV'], ['markdown', 'Markdown'], ['svg', 'SVG']] as const;

export function createMatrixToolbar(root: HTMLElement, { onFilter, onExport }: MatrixToolbarEvents): MatrixToolbar {
  const text = createElement('vscode-textfield', { 'class': 'filter-text', placeholder: t('Filter by identity or key'),
    label: t('Filter by identity or key') });
  const account = createElement('vscode-single-select', { 'class': 'filter-account', label: t('Account') });
  const standing = createElement('vscode-single-select', { 'class': 'filter-standing', label: t('Verdict') });
  const clear = createElement('vscode-button', { secondary: '', 'class': 'filter-clear', hidden: '' }, t('Clear'));
  const status = createElement('span', { role: 'status', 'aria-live': 'polite', 'class': 'status' });
  const exports = FORMATS.map(([format, name]) => {
    const button = createElement('vscode-button', { secondary: '', title: t('Save what is shown as {0}', name) }, name);
    button.addEventListener('click', () => onExport(format));
    return button;
  });
  root.append(
    createElement('div', { 'class': 'toolbar', role: 'group', 'aria-label': t('Filter and export') }, text, clear, status,
      createToolbarToggle(root), createElement('span', { 'class': 'toolbar-rest' }, account, standing,
        createElement('span', { 'class': 'exports', role: 'group', 'aria-label': t('Export') }, t('Export'), ...exports))),
    standingLegend(),
  );
  standing.replaceChildren(filterOption('', t('All verdicts')),
    ...STANDINGS.map((accessStanding) =>
      filterOption(accessStanding, `${STANDING_LABELS[accessStanding].sign} ${STANDING_LABELS[accessStanding].words}`)
    ));

  let current = NO_MATRIX_FILTER;
  const showClear = (): void => {
    clear.toggleAttribute('hidden', current.text === '' && current.account === undefined && current.standing === undefined);
  };
  const change = (next: Partial<MatrixFilter>): void => {
    current = { ...current, ...next };
    showClear();
    onFilter(current);
  };
  text.addEventListener('input', () => change({ text: text.value }));
  account.addEventListener('change', () => change({ account: account.value === '' ? undefined : account.value }));
  standing.addEventListener('change',
    () => change({ standing: STANDINGS.find((item): item is AccessStanding => item === standing.value) }));
  const setFilter = (matrixFilter: MatrixFilter): void => {
    current = matrixFilter;
    showClear();
    text.value = matrixFilter.text;
    account.value = matrixFilter.account ?? '';
    standing.value = matrixFilter.standing ?? '';
  };
  clear.addEventListener('click', () => {
    setFilter(NO_MATRIX_FILTER);
    onFilter(NO_MATRIX_FILTER);
  });
  let known = '';
  return {
    setFilter,
    setAccounts: (accounts) => {
      const options = [['', t('All accounts')] as const,
        ...Array.from(accounts, ([id, name]) => [id, name === '' ? id : `${id} ${name}`] as const)];
      if (JSON.stringify(options) === known) return; // an open list stays open
      known = JSON.stringify(options);
      account.replaceChildren(...options.map(([value, label]) => filterOption(value, label, value === (current.account ?? ''))));
    },
    say: (said) => {
      if (status.textContent !== said) status.textContent = said;
    },
  };
}

function filterOption(value: string, label: string, selected = value === ''): HTMLElement {
  return createElement('vscode-option', { value, ...(selected ? { selected: '' } : {}) }, label);
}

/** What a sign means is under the mouse for those who see, and in the text for those who listen. */
function standingLegend(): HTMLElement {
  return createElement('ul', { 'class': 'legend', 'aria-label': t('Signs, with the number of actions behind them') },
    ...STANDINGS.map((standing) =>
      createElement('li', {},
        createElement('span', { title: STANDING_LABELS[standing].hint },
          createElement('span', { 'class': `mark ${standing}` }, STANDING_LABELS[standing].sign), ` ${STANDING_LABELS[standing].words}`),
        createElement('span', { 'class': 'spoken' }, `: ${STANDING_LABELS[standing].hint}`))
    ));
}
