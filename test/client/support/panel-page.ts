import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { panelHtml } from '../../../client/src/panel/panel-html';
import type { HandshakeMap } from '../../../server/src/lsp/protocol/handshakes';
import type { MatrixCell, MatrixSummary } from '../../../server/src/lsp/protocol/matrix';
import { openBrowser } from '../../vscode/host/browser';

/** Tests and measurements run at the root of the repository, the latter bundled elsewhere. */
const DIST = path.resolve('dist');

/** The page of the panel in a browser, with the extension played by a script: it answers `show` and `cell`, and notes all else. */
export interface PanelPage {
  readonly page: Page;
  /** Everything that the page said, in order. */
  readonly receivedMessages: () => Promise<readonly { readonly type: string }[]>;
  /** What the browser complained of: errors, and breaches of the content security policy. */
  readonly consoleErrors: readonly string[];
  readonly send: (message: object) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface PageContents {
  readonly matrix: MatrixSummary;
  readonly cell?: Omit<MatrixCell, 'identity' | 'key'>;
  readonly map?: HandshakeMap;
  /** The strings of a language. */
  readonly strings?: Readonly<Record<string, string>>;
}

const FILES: Readonly<Record<string, string>> = { '/webview.js': 'text/javascript', '/webview.css': 'text/css' };

export async function openPanelPage(contents: PageContents): Promise<PanelPage> {
  const html = panelHtml({ nonce: 'testnonce', script: '/webview.js', style: '/webview.css', cspSource: '\'self\'',
    language: 'en' }, contents.strings);
  const server = await startPageServer((url) => {
    const type = FILES[url];
    if (type !== undefined) return { type, body: readFileSync(path.join(DIST, url)) };
    // The first script of the page, as VS Code's own comes before the extension's.
    return { type: 'text/html', body: html.replace('<script ', `<script nonce="testnonce">${extensionScript(contents)}</script><script `) };
  });
  const browser: Browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1100, height: 640 } });
  page.setDefaultTimeout(8000);
  const complaints: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page`);
  return {
    page, consoleErrors: complaints,
    receivedMessages: () => page.evaluate('said'),
    send: (message) => page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`),
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

function startPageServer(answer: (url: string) => { readonly type: string; readonly body: string | Buffer }): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const { type, body } = answer(url);
    response.setHeader('content-type', type);
    response.end(body);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** State outlives a reload of the page, as in VS Code. */
function extensionScript({ matrix, cell, map }: PageContents): string {
  const text = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
  return `
    const said = [];
    const matrix = ${text(matrix)};
    const map = ${text(map ?? { accounts: [], keys: [], identities: [], handshakes: [] })};
    const cell = ${text(cell ?? { outcomes: [] })};
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => {
        said.push(message);
        if (message.type === 'show' && message.view === 'matrix') window.postMessage({ type: 'matrix', matrix }, '*');
        if (message.type === 'show' && message.view === 'map') window.postMessage({ type: 'map', map }, '*');
        if (message.type === 'cell') window.postMessage({ type: 'cell', of: message.cell, cell: { ...message.cell, ...cell } }, '*');
      },
      getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
      setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
    });`;
}
