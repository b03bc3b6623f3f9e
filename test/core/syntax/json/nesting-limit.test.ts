import * as assert from 'node:assert/strict';
import { MAX_NESTING } from '../../../../server/src/core/syntax/json/nesting-limit';
import { parseJson } from '../../../../server/src/core/syntax/json/json-syntax';
import type { Node } from '../../../../server/src/core/syntax/tree';
import { complete } from '../../../../server/src/core/editor/completion/complete';
import { outlineOf } from '../../../../server/src/core/editor/navigation/document-symbols';
import { analysisOfWorkspaceTexts, pathOfUri, uriOfPath } from '../../../support/workspace-from-texts';

const DEPTH = 20_000;

/** Texts that open far more than they close, or nest what their syntax allows. */
const DEEP: Readonly<Record<string, string>> = {
  'objects': `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`,
  'lists': `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`,
  'objects that nobody closes': '{"a":'.repeat(DEPTH),
  'lists that nobody closes': '['.repeat(DEPTH),
  'braces in a row': '{{'.repeat(DEPTH),
  'lists of objects': '[{'.repeat(DEPTH),
  'keys in a row': '"a":'.repeat(DEPTH),
  'one object a line': '{"a":\n'.repeat(DEPTH),
  'statements': '{"Statement":[{"Effect":"Allow","Principal":'.repeat(DEPTH / 10),
  'functions of a template': `${'{"Fn::If":["c",'.repeat(DEPTH)}"x"${',1]}'.repeat(DEPTH)}`,
};

/** The parser reads no nested containers in these. */
const NOT_NESTED = new Set(['keys in a row', 'braces in a row']);

/** Where such a text may stand. */
const PLACES: Readonly<Record<string, (deep: string) => Record<string, string>>> = {
  'a whole file': (deep) => ({ 'a.json': `${deep} "kms:Decrypt" "Statement"` }),
  'a condition': (deep) => ({ 'a.json': policy({ condition: deep }) }),
  'a principal': (deep) => ({ 'a.json': policy({ principal: deep }) }),
  'an action': (deep) => ({ 'a.json': policy({ action: deep }) }),
  'a member of a wrapper': (deep) => ({ 'a.json': `{"Policy":${deep},"KeyId":"arn:aws:kms:us-west-2:111122223333:key/x"}` }),
  'kms-handshake.json': (deep) => ({ 'a.json': policy({}), 'kms-handshake.json': deep }),
};

function policy(
  { condition = '{}', principal = '"*"', action = '"kms:*"' }: { condition?: string; principal?: string; action?: string },
): string {
  const statement = `{"Effect":"Allow","Principal":${principal},"Action":${action},"Resource":"*","Condition":${condition}}`;
  return `{"Version":"2012-10-17","Statement":[${statement}]}`;
}

function depthOf(root: Node | undefined): number {
  let level: readonly Node[] = root ? [root] : [];
  let depth = 0;
  for (; level.length > 0; depth++) {
    level = level.flatMap((
      node,
    ) => (node.kind === 'list' ? node.items : node.kind === 'object' ? node.members.flatMap(({ value }) => value ?? []) : []));
  }
  return depth;
}

describe('deep nesting', () => {
  for (const [name, deep] of Object.entries(DEEP)) {
    it(`is read to a bound: ${name}`, () => {
      const { root, roots, faults } = parseJson(deep, { comments: 'fault' });
      assert.ok(depthOf(root) <= MAX_NESTING + 1);
      assert.ok(roots.slice(0, 20).every((each) => depthOf(each) <= MAX_NESTING + 1));
      assert.equal(faults.filter(({ kind }) => kind === 'too-deep').length, NOT_NESTED.has(name) ? 0 : 1);
    });

    for (const [place, filesOf] of Object.entries(PLACES)) {
      it(`harms no rule and no feature: ${name} in ${place}`, () => {
        const files = filesOf(deep);
        const { analysis, workspace } = analysisOfWorkspaceTexts(files);
        assert.deepEqual(analysis.failures, []);
        for (const uri of Object.keys(files).map(uriOfPath)) {
          const reading = workspace.readings.get(uri);
          if (reading) outlineOf(workspace.world, reading);
          complete(workspace, uri, Math.floor(deep.length / 2), { supportsSnippets: true, hasSchemaCompletion: true,
            formatFile: pathOfUri });
          for (const finding of (analysis.findingsByFile.get(uri) ?? []).slice(0, 5)) finding.fixes(workspace.world);
        }
      });
    }
  }

  it('is reported once, at the first container that is not read, and only with a policy', () => {
    const deep = `${'['.repeat(MAX_NESTING + 3)}1${']'.repeat(MAX_NESTING + 3)}`;
    const { analysis } = analysisOfWorkspaceTexts({ 'a.json': policy({ condition: deep }) });
    const told = [...analysis.findingsByFile.values()].flat().filter(({ code }) => code === 'json-syntax');
    assert.deepEqual(told.map(({ message }) => message), [`What is nested more than ${MAX_NESTING} levels deep, as this is, is not read.`]);
    assert.deepEqual([...analysisOfWorkspaceTexts({ 'a.json': deep }).analysis.findingsByFile.values()], []);
  });

  it('reads all of what is at the bound', () => {
    const deep = `${'['.repeat(MAX_NESTING)}1${']'.repeat(MAX_NESTING)}`;
    const { root, faults } = parseJson(deep, { comments: 'fault' });
    assert.equal(depthOf(root), MAX_NESTING + 1);
    assert.deepEqual(faults, []);
  });
});
