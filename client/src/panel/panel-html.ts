import { escapeHtml } from '../window/escape-html';

/** What the page of the panel is made of; addresses are those that the webview may load. */
export interface PanelHtmlOptions {
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
  /** The source of the content security policy that stands for the extension's own files. */
  readonly cspSource: string;
  /** Its strings in the language of VS Code, by their English text; nothing for English. */
  readonly strings?: Readonly<Record<string, string>> | undefined;
  /** The language of VS Code, as in `de`; English without. */
  readonly language?: string;
}

/**
 * The page of the panel "KMS access". It loads its one script and its one style sheet, both from the extension, and nothing else
 * from anywhere: no inline style or script, no image, no connection.
 */
export function panelHtml({ nonce, script, style, cspSource, strings = {}, language = 'en' }: PanelHtmlOptions): string {
  const t = (text: string): string => escapeHtml(strings[text] ?? text);
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'">
<link rel="stylesheet" href="${style}">
<meta name="strings" content="${escapeHtml(JSON.stringify(strings))}">
<title>${t('KMS access')}</title>
</head>
<body>
<p id="trouble" role="alert"></p>
<vscode-tabs>
<vscode-tab-header slot="header">${t('Matrix')}</vscode-tab-header>
<vscode-tab-panel><div id="matrix" class="view"></div></vscode-tab-panel>
<vscode-tab-header slot="header">${t('Map')}</vscode-tab-header>
<vscode-tab-panel><div id="map" class="view"></div></vscode-tab-panel>
</vscode-tabs>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
