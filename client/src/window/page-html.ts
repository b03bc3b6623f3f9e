import { escapeHtml } from './escape-html';

/** What a page of the extension may load; addresses are those that its webview accepts. */
export interface PageResources {
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
  /** The source of the content security policy that stands for the extension's own files. */
  readonly cspSource: string;
  /** The language of VS Code, as in `de`. */
  readonly language: string;
}

export interface PageContent {
  readonly title: string;
  /** What the script of the page reads, by the names of `meta` elements. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly bodyClass?: string;
  /** HTML: its author has escaped the texts in it. */
  readonly body: string;
}

/**
 * A page of the extension. It loads its one script and its one style sheet, both from the extension, and nothing else from anywhere:
 * no inline style or script, no image, no connection.
 */
export function pageHtml({ nonce, script, style, cspSource, language }: PageResources,
  { title, metadata, bodyClass, body }: PageContent): string {
  const metaElements = Object.entries(metadata)
    .map(([name, content]) => `<meta name="${name}" content="${escapeHtml(content)}">\n`).join('');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'">
${metaElements}<link rel="stylesheet" href="${style}">
<title>${escapeHtml(title)}</title>
</head>
<body${bodyClass === undefined ? '' : ` class="${bodyClass}"`}>
${body}
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
