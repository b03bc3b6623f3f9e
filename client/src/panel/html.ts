/** What the page of the panel is made of; addresses are those that the webview may load. */
export interface PageParts {
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
  /** The source of the content security policy that stands for the extension's own files. */
  readonly source: string;
}

/**
 * The page of the panel "KMS access". It loads its one script and its one style sheet, both from the extension, and nothing else
 * from anywhere: no inline style or script, no image, no connection.
 */
export function pageHtml({ nonce, script, style, source }: PageParts): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${source}; script-src 'nonce-${nonce}'">
<link rel="stylesheet" href="${style}">
<title>KMS access</title>
</head>
<body>
<p id="trouble" role="alert"></p>
<vscode-tabs>
<vscode-tab-header slot="header">Matrix</vscode-tab-header>
<vscode-tab-panel><div id="matrix" class="view"></div></vscode-tab-panel>
<vscode-tab-header slot="header">Map</vscode-tab-header>
<vscode-tab-panel><div id="map" class="view"></div></vscode-tab-panel>
</vscode-tabs>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
