import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { sharedVisit } from './open';

describe('a person with the packed extension', () => {
  const here = sharedVisit('test/vscode/workspace');

  it('opens a file and finds the commands in the palette', async () => {
    const { workbench } = here;
    await workbench.openFile('kms-handshake.json');
    await workbench.waitForText('111122223333');
    await workbench.palette('KMS Handshake: Restart language server', 'palette');
  });

  it('sees a squiggle, and the same in the Problems panel', async () => {
    const { workbench } = here;
    await workbench.openFile('missing-comma.json');
    await workbench.waitForSquiggle('error');
    await workbench.waitForProblem('Expected comma');
    assert.ok((await workbench.problems()).length >= 2, 'a line for the file and one for the fault');
    await workbench.goToProblem('Expected comma');
    await workbench.screenshot('problems');
  });

  it('follows the code of a finding to the page of its rule', async () => {
    const { workbench } = here;
    await workbench.palette('View: Close All Editors');
    await workbench.waitForProblem('A comma is missing');
    const finding = workbench.page.locator('.markers-panel .monaco-list-row', { hasText: 'A comma is missing' });
    await finding.locator('a', { hasText: 'json-syntax' }).click();
    await workbench.screenshot('rule-link');
    await workbench.waitForTab('Preview json-syntax.md');
    await workbench.screenshot('rule-page');
  });

  /** As documents have it: indented with no-break spaces, the ARN torn by a line break. */
  const PASTED = [
    '{',
    '  "Version": "2012-10-17",',
    '  "Statement": [',
    '    {',
    '      "Effect": "Allow",',
    '      "Action": ["kms:Decrypt", "kms:DescribeKey"],',
    '      "Resource": "arn:aws:kms:us-west-2:111122223333:key/',
    '1234abcd-12ab-34cd-56ef-1234567890ab"',
    '    }',
    '  ]',
    '}',
  ].join('\n').replaceAll('  ', '\u00a0\u00a0');

  for (const where of ['a file', 'an untitled document']) {
    it(`pastes a sample of a document into ${where} and repairs it by the first fix of the first finding`, async () => {
      const { workbench } = here;
      await workbench.palette('View: Close All Editors');
      if (where === 'a file') {
        writeFileSync(path.join(here.workspace, 'pasted.json'), '');
        await workbench.openFile('pasted.json');
      } else {
        await workbench.palette('File: New Untitled Text File');
        await workbench.waitForTab('Untitled-1');
        await workbench.palette('Change Language Mode');
        await workbench.answer('JSON');
        await workbench.page.locator('.statusbar-item', { hasText: /^JSON$/ }).waitFor();
        await workbench.page.locator('.monaco-editor').first().click();
      }
      await workbench.paste(PASTED);
      await workbench.waitForText('1234abcd-12ab');
      await workbench.waitForSquiggle('error');
      await workbench.waitForProblem('Property keys must be doublequoted');
      const problems = await workbench.problems();
      const [cause, effect] = ['no-break spaces', 'Property keys must'].map((words) => problems.findIndex((line) => line.includes(words)));
      assert.ok((cause ?? -1) >= 0 && cause! < effect!, `the cause is not the first: ${problems.join('\n')}`);
      await workbench.goToProblem('no-break spaces');
      await workbench.quickFix('Repair the pasted policy', where === 'a file' ? 'pasted' : undefined);
      await workbench.waitForText('key/1234abcd-12ab');
      await workbench.waitForNoProblem('Property keys must be doublequoted');
      await workbench.waitForNoProblem('Unexpected end of string');
      const left = (await workbench.problems()).filter((line) => !line.includes('missing'));
      assert.ok(left.every((line) => !line.includes('json(')), left.join('\n'));
      if (where === 'a file') await workbench.save();
    });
  }
});
