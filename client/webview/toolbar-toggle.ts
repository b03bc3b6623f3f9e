import '@vscode-elements/elements/dist/vscode-button/index.js';
import { createElement } from './element';
import { t } from './l10n';

/**
 * In a small window only the first field of a toolbar is shown, and this button opens the rest of it and the legend; in others the
 * button is not there (panel.css).
 */
export function createToolbarToggle(view: HTMLElement): HTMLElement {
  const button = createElement('vscode-button', { 'secondary': '', 'class': 'toolbar-toggle', 'aria-expanded': 'false',
    'title': t('Filters, export and the meaning of the signs') }, t('More'));
  button.addEventListener('click', () => {
    const isOpen = view.classList.toggle('has-open-toolbar');
    button.setAttribute('aria-expanded', String(isOpen));
  });
  return button;
}
