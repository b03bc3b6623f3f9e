import { escapeHtml } from '../window/escape-html';
import { pageHtml, type PageResources } from '../window/page-html';

/**
 * The page of the panel "KMS access".
 *
 * @param strings its strings in the language of VS Code, by their English text; nothing for English
 */
export function panelHtml(resources: PageResources, strings: Readonly<Record<string, string>> = {}): string {
  const t = (text: string): string => strings[text] ?? text;
  return pageHtml(resources, {
    title: t('KMS access'),
    metadata: { strings: JSON.stringify(strings) },
    body: `<p id="trouble" role="alert"></p>
<vscode-tabs>
<vscode-tab-header slot="header">${escapeHtml(t('Matrix'))}</vscode-tab-header>
<vscode-tab-panel><div id="matrix" class="view"></div></vscode-tab-panel>
<vscode-tab-header slot="header">${escapeHtml(t('Map'))}</vscode-tab-header>
<vscode-tab-panel><div id="map" class="view"></div></vscode-tab-panel>
</vscode-tabs>`,
  });
}
