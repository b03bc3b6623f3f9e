import type { ExplainAnswer } from '../../../server/src/lsp/protocol/explain';
import type { ExplanationButton } from '../../webview/explanation/messages';
import { escapeHtml } from '../window/escape-html';
import { pageHtml, type PageResources } from '../window/page-html';

export interface ExplanationHtmlOptions {
  /** The question, for when the window is opened again. */
  readonly question: string;
  readonly buttons: readonly { readonly id: ExplanationButton; readonly label: string }[];
}

/**
 * An answer as a page. Its Markdown has headings, items, paragraphs and fenced code only (core/queries/explanation-page.ts), and whatever
 * policies hold is escaped in it: it arrives as text.
 */
export function explanationHtml(resources: PageResources, answer: ExplainAnswer,
  { question, buttons }: ExplanationHtmlOptions): string {
  const buttonBar = buttons.map(({ id, label }, index) =>
    `<vscode-button data-button="${id}"${index === 0 ? '' : ' secondary'}>${escapeHtml(label)}</vscode-button>`).join('\n');
  return pageHtml(resources, {
    title: answer.title, metadata: { question }, bodyClass: answer.verdict,
    body: `<main>
${explanationBody(answer)}
</main>
<div class="buttons" role="group">
${buttonBar}
</div>`,
  });
}

function explanationBody({ document }: ExplainAnswer): string {
  const lines = document.text.split('\n');
  const html: string[] = [];
  let isList = false;
  for (let number = 0; number < lines.length; number++) {
    const line = lines[number] ?? '';
    const [, marker = ''] = /^(#{1,2} |- |`{3,})/.exec(line) ?? [];
    if (isList && marker !== '- ') html.push('</ul>');
    if (!isList && marker === '- ') html.push('<ul>');
    isList = marker === '- ';
    if (marker.startsWith('`')) {
      const fence = lines.indexOf(marker, number + 1);
      const end = fence < 0 ? lines.length : fence;
      html.push(`<pre>${lines.slice(number + 1, end).map(diffLineHtml).join('\n')}</pre>`);
      number = end;
    } else if (line !== '') {
      const tag = marker === '# ' ? 'h1' : marker === '## ' ? 'h2' : marker === '- ' ? 'li' : 'p';
      html.push(`<${tag}>${inlineHtml(line, marker.length, linksOfLine(document.links, number))}</${tag}>`);
    }
  }
  return html.join('\n');
}

function diffLineHtml(line: string): string {
  const style = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : '';
  return style === '' ? escapeHtml(line) : `<span class="${style}">${escapeHtml(line)}</span>`;
}

interface LineLink {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

function linksOfLine(links: ExplainAnswer['document']['links'], line: number): readonly LineLink[] {
  return links.flatMap(({ range: { start, end } },
    index) => (start.line === line ? [{ index, start: start.character, end: end.character }] : [])
  )
    .sort((a, b) => a.start - b.start);
}

/** The text of a line from a column on, its escapes undone, with its links. */
function inlineHtml(line: string, from: number, links: readonly LineLink[]): string {
  const plain = (start: number, end: number): string => escapeHtml(line.slice(start, end).replace(/\\([^A-Za-z0-9\s])/g, '$1'));
  let html = '';
  let position = from;
  for (const { index, start, end } of links) {
    if (start < position) continue;
    html += `${plain(position, start)}<a href="#" data-link="${index}">${plain(start, end)}</a>`;
    position = end;
  }
  return html + plain(position, line.length);
}
