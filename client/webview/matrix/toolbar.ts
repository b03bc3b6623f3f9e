import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { MatrixDocumentParams, Standing } from '../../../server/src/lsp/protocol/matrix';
import { element } from '../element';
import { t } from '../l10n';
import { NO_FILTER, type Filter } from '../state';
import { SIGNS, STANDINGS } from './standings';

export interface Toolbar {
  /** The accounts to choose from, with their names. */
  setAccounts(accounts: ReadonlyMap<string, string>): void;
  setFilter(filter: Filter): void;
  /** Says how much is shown, to those who listen too. */
  say(text: string): void;
}

interface ToolbarEvents {
  readonly onFilter: (filter: Filter) => void;
  readonly onExport: (format: MatrixDocumentParams['format']) => void;
}

const FORMATS = [['csv', 'CSV'], ['markdown', 'Markdown'], ['svg', 'SVG']] as const;

export function matrixToolbar(root: HTMLElement, { onFilter, onExport }: ToolbarEvents): Toolbar {
  const text = element('vscode-textfield', { 'class': 'filter-text', placeholder: t('Filter by identity or key'), label: t('Filter by identity or key') });
  const account = element('vscode-single-select', { 'class': 'filter-account', label: t('Account') });
  const standing = element('vscode-single-select', { 'class': 'filter-standing', label: t('Verdict') });
  const clear = element('vscode-button', { secondary: '', 'class': 'filter-clear' }, t('Clear'));
  const status = element('span', { role: 'status', 'aria-live': 'polite', 'class': 'status' });
  const exports = FORMATS.map(([format, name]) => {
    const button = element('vscode-button', { secondary: '', title: t('Save what is shown as {0}', name) }, name);
    button.addEventListener('click', () => onExport(format));
    return button;
  });
  root.append(element('div', { 'class': 'toolbar', role: 'group', 'aria-label': t('Filter and export') },
    text, account, standing, clear, status, element('span', { 'class': 'exports', role: 'group', 'aria-label': t('Export') }, t('Export'), ...exports)), legend());
  standing.replaceChildren(option('', t('All verdicts')), ...STANDINGS.map((one) => option(one, `${SIGNS[one].sign} ${SIGNS[one].words}`)));

  let current = NO_FILTER;
  const change = (next: Partial<Filter>): void => {
    current = { ...current, ...next };
    onFilter(current);
  };
  text.addEventListener('input', () => change({ text: text.value }));
  account.addEventListener('change', () => change({ account: account.value === '' ? undefined : account.value }));
  standing.addEventListener('change', () => change({ standing: STANDINGS.find((one): one is Standing => one === standing.value) }));
  const setFilter = (filter: Filter): void => {
    current = filter;
    text.value = filter.text;
    account.value = filter.account ?? '';
    standing.value = filter.standing ?? '';
  };
  clear.addEventListener('click', () => {
    setFilter(NO_FILTER);
    onFilter(NO_FILTER);
  });
  let known = '';
  return {
    setFilter,
    setAccounts: (accounts) => {
      const options = [['', t('All accounts')] as const, ...Array.from(accounts, ([id, name]) => [id, name === '' ? id : `${id} ${name}`] as const)];
      if (JSON.stringify(options) === known) return; // an open list stays open
      known = JSON.stringify(options);
      account.replaceChildren(...options.map(([value, label]) => option(value, label, value === (current.account ?? ''))));
    },
    say: (said) => {
      if (status.textContent !== said) status.textContent = said;
    },
  };
}

function option(value: string, label: string, selected = value === ''): HTMLElement {
  return element('vscode-option', { value, ...(selected ? { selected: '' } : {}) }, label);
}

/** What a sign means is under the mouse for those who see, and in the text for those who listen. */
function legend(): HTMLElement {
  return element('ul', { 'class': 'legend', 'aria-label': t('Signs, with the number of actions behind them') }, ...STANDINGS.map((one) => element('li', {},
    element('span', { title: SIGNS[one].hint }, element('span', { 'class': `mark ${one}` }, SIGNS[one].sign), ` ${SIGNS[one].words}`),
    element('span', { 'class': 'spoken' }, `: ${SIGNS[one].hint}`))));
}
