import assert from 'node:assert/strict';
import type { CodeAction } from 'vscode-languageserver';
import { fixPolicy } from '../../server/src/core/rules/shared/fix';
import { JSON_SYNTAX } from '../../server/src/core/syntax/json/json-syntax';
import { fileLayer, type Syntax } from '../../server/src/core/syntax/syntax';
import { lineIndex } from '../../server/src/core/text/line-index';
import type { Finding } from '../../server/src/core/rules/shared/finding';
import { codeActions } from '../../server/src/lsp/features/code-actions';
import type { EditingSession } from '../../server/src/lsp/features/up-to-date-texts';
import { policyOfText } from '../support/access-builders';
import { workspaceFromTexts } from '../support/workspace-from-texts';

const REASON = 'The value is computed: change the expression that it comes from.';
const URI = 'file:///w/consumer/app.json';
const TEXT = '{"Version": "2012-10-17", "Statement": []}';

/** A syntax in whose files nothing can be edited. */
const READ_ONLY_SYNTAX: Syntax = { ...JSON_SYNTAX, id: 'hcl', renderEdits: () => ({ refusal: REASON }) };

function actionsAtPolicy(syntax: Syntax, disabledCodeActions: boolean): CodeAction[] {
  const policy = { ...policyOfText(TEXT, { uri: URI, kind: 'key' }), layer: fileLayer(TEXT, syntax) };
  const version = policy.policy.node.members[0]?.value;
  assert(version);
  const finding: Finding = {
    code: 'policy-version-outdated', severity: 'warning', message: 'x', at: { uri: URI, span: { start: 0, end: 1 } }, related: [],
    unnecessary: false, href: 'https://example.org',
    fixes: () => [fixPolicy('Set the version', policy, [{ edit: 'replace', node: version, value: '2008-10-17' }], { preferred: true })],
  };
  const lines = lineIndex(TEXT);
  const workspace = workspaceFromTexts({});
  const clientCapabilities = { disabledCodeActions, syntaxCheckedLanguages: new Set() };
  const session = {
    clientCapabilities, host: { documents: new Map() },
    analysisHost: {
      analysis: () => ({ findingsByFile: new Map([[URI, [finding]]]) }), lineIndexOf: () => lines,
      workspace: () => workspace,
    },
    conversionContext: { clientCapabilities, lineIndexOf: () => lines, versionOf: () => undefined, editorUri: (uri: string) => uri,
      recordEdited: () => undefined, isOutsideWorkspace: () => false },
  } as unknown as EditingSession;
  const start = { line: 0, character: 0 };
  return codeActions(session, { textDocument: { uri: URI }, range: { start, end: start }, context: { diagnostics: [] } });
}

describe('lsp: quick fixes that a place cannot take', () => {
  it('are disabled, with the reason and without an edit', () => {
    const [action] = actionsAtPolicy(READ_ONLY_SYNTAX, true);
    assert.deepEqual(action, { title: 'Set the version', kind: 'quickfix', disabled: { reason: REASON } });
  });

  it('are left out for editors that do not show disabled ones', () => {
    assert.deepEqual(actionsAtPolicy(READ_ONLY_SYNTAX, false), []);
  });

  it('are offered where the syntax takes the edit', () => {
    const [action] = actionsAtPolicy(JSON_SYNTAX, true);
    assert.equal(action?.disabled, undefined);
    assert.equal(action?.edit?.changes?.[URI]?.[0]?.newText, '"2008-10-17"');
  });
});
