import assert from 'node:assert/strict';
import type { ExplainAnswer } from '../../server/src/lsp/protocol/explain';
import { explanationHtml } from '../../client/src/explanation/explanation-html';

const TARGET = { uri: 'file:///w/key.json', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } } };

function pageOf(lines: readonly string[], links: ExplainAnswer['document']['links'] = []): string {
  const answer: ExplainAnswer = { action: 'kms:Decrypt', verdict: 'denied', reason: 'account', sentence: '', title: 'App <kms>', steps: [],
    document: { text: lines.join('\n'), links }, remedy: undefined };
  return explanationHtml({ nonce: 'n0nce', script: 'https://x/explanation.js', style: 'https://x/explanation.css', cspSource: 'https://x',
    language: 'en' }, answer, { question: 'kms-explanation:/"<q>', buttons: [{ id: 'copy', label: 'Copy <it>' }] });
}

const bodyOf = (html: string): string => /<main>\n([\s\S]*)\n<\/main>/.exec(html)?.[1] ?? '';

describe('client: the page of an explanation', () => {
  it('has the headings, paragraphs, items and the diff of the answer', () => {
    const body = bodyOf(
      pageOf(['# Denied', '', 'Because.', '', '- Identity: role/App', '- Action: kms:Decrypt', '', '## What would allow it', '', '```diff',
        '  "Action": [', '-   "a"', '+   "b"', '```', '', 'Last.']),
    );
    assert.equal(body,
      ['<h1>Denied</h1>', '<p>Because.</p>', '<ul>', '<li>Identity: role/App</li>', '<li>Action: kms:Decrypt</li>', '</ul>',
        '<h2>What would allow it</h2>',
        '<pre>  &quot;Action&quot;: [\n<span class="removed">-   &quot;a&quot;</span>\n<span class="added">+   &quot;b&quot;</span></pre>',
        '<p>Last.</p>'].join('\n'));
  });

  it('links the names of places, by their position among the links', () => {
    const line = '- Key policy: no. Denied. → key.json:3';
    const start = line.indexOf('key.json');
    const range = { start: { line: 1, character: start }, end: { line: 1, character: line.length } };
    assert.equal(bodyOf(pageOf(['', line, ''], [{ range, target: TARGET }])),
      '<ul>\n<li>Key policy: no. Denied. → <a href="#" data-link="0">key.json:3</a></li>\n</ul>');
  });

  it('shows what policies contain as text, whatever it is', () => {
    const html = pageOf(['# \\<script\\>alert(1)\\</script\\>', '<img src=x onerror=alert(1)>', '\\[a\\](command:x) https\\://x \\`'],
      []);
    assert.equal(bodyOf(html), '<h1>&lt;script>alert(1)&lt;/script></h1>\n<p>&lt;img src=x onerror=alert(1)></p>\n'
      + '<p>[a](command:x) https://x `</p>');
    assert.match(html, /<title>App &lt;kms><\/title>/);
    assert.match(html, /content="kms-explanation:\/&quot;&lt;q>"/);
    assert.match(html, /Copy &lt;it>/);
  });

  it('loads its own files and runs nothing else', () => {
    const html = pageOf(['# Denied']);
    assert.match(html, /content="default-src 'none'; style-src https:\/\/x; script-src 'nonce-n0nce'"/);
    assert.doesNotMatch(html, /style="|onclick|<script(?! nonce="n0nce")/);
  });
});
