import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as ts from 'typescript';
import { bundleFile, clientSources, clientStringsOf } from '../../scripts/docs/client-strings';
import { panelHtml } from '../../client/src/panel/panel-html';

describe('the strings of the client', () => {
  it('are in l10n/bundle.l10n.json (npm run docs)', () => {
    const { path, text } = bundleFile();
    assert.equal(readFileSync(path, 'utf8').replace(/\r\n/g, '\n'), text);
    assert.ok(Object.keys(JSON.parse(text) as object).length > 80);
  });

  it('all go through vscode.l10n, or the page\'s own form of it', () => {
    assert.deepEqual(clientSources().flatMap((source) => clientStringsOf(source).untranslated), []);
  });

  it('are found where they are and where they are not translated', () => {
    const source = ts.createSourceFile('x.ts', `
      f({ title: vscode.l10n.t('Saved as {0}.', name), label: 'CSV', 'aria-label': wide ? 'Zoom in' : \`\${a}: \${b}\` });
      vscode.window.showInformationMessage(\`There is no rule \${code}.\`);`, ts.ScriptTarget.Latest, true);
    assert.deepEqual(clientStringsOf(source), { translated: ['Saved as {0}.'],
      untranslated: ['x.ts:2: \'Zoom in\'', 'x.ts:3: `There is no rule ${code}.`'] });
    const holes = ts.createSourceFile('y.ts', 'vscode.l10n.t(`Saved as ${name}.`)', ts.ScriptTarget.Latest, true);
    assert.throws(() => clientStringsOf(holes), /y\.ts:1: only a plain string/);
  });

  it('reach the page of the panel as they are, whatever they hold', () => {
    const strings = { 'Matrix': 'Tafel "<b>&"' };
    const html = panelHtml({ nonce: 'n', script: 's', style: 't', cspSource: 'x', language: 'de' }, strings);
    assert.ok(html.includes('<html lang="de">'));
    assert.ok(html.includes('>Tafel &quot;&lt;b>&amp;&quot;<'));
    assert.ok(html.includes('content="{&quot;Matrix&quot;:&quot;Tafel \\&quot;&lt;b>&amp;\\&quot;&quot;}"'));
  });
});
