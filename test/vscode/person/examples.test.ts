import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../suites/support/poll';
import { sharedVisit } from './open';

/** For the pictures: two files side by side need the width, and nothing else should catch the eye. */
const ROOM = {
  'breadcrumbs.enabled': false,
  'editor.fontSize': 12,
  'editor.lineNumbersMinChars': 3,
  'editor.wordWrap': 'on',
  'editor.glyphMargin': false,
  'editor.folding': false,
  'editor.occurrencesHighlight': 'off',
  'editor.selectionHighlight': false,
  'editor.hover.above': false,
  'editor.scrollbar.vertical': 'hidden',
  'editor.overviewRulerBorder': false,
  'problems.sortOrder': 'severity',
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'workbench.editor.editorActionsLocation': 'hidden',
  'workbench.editor.empty.hint': 'hidden',
};

const CONSUMER = 'consumer-444455556666';
const OWNER = 'owner-111122223333';
const FINDING = 'role/ReportReader (444455556666) is denied';
const WAITING = 'No IAM policy of account 444455556666 allows';

describe('a person with the examples', () => {
  const here = sharedVisit('examples', { settings: ROOM, wide: true });

  const onDisk = (file: string): string => readFileSync(path.join(here.workspace, file), 'utf8');
  /** IAM policy and key policy side by side; the cursor is in the one on the right. */
  const sideBySide = async (left: string, right: string): Promise<void> => {
    const { workbench } = here;
    await workbench.palette('View: Close All Editors');
    await workbench.openFile(left);
    await workbench.palette('View: New Editor Group to the Right');
    await workbench.openFile(right);
    await workbench.waitForText('"Version"');
  };

  it('sees in the IAM policy what the key policy beside it does not give, and why', async () => {
    const { workbench } = here;
    await sideBySide(`${CONSUMER}/report-reader.json`, `${OWNER}/reports-key.json`);
    await workbench.palette('View: Focus First Editor Group');
    await workbench.waitForSquiggle('error');
    await workbench.waitForProblem(FINDING);
    await workbench.goToProblem(FINDING);
    await workbench.hoverSquiggle('error', FINDING);
    await workbench.screenshot('findings');
    await workbench.clearAway();
  });

  it('removes the action with Ctrl+.', async () => {
    const { workbench } = here;
    await workbench.goToProblem(FINDING);
    await workbench.quickFix('Remove kms:Encrypt', 'quick-fix');
    await workbench.waitForNoProblem(FINDING);
    await workbench.save();
    assert.doesNotMatch(onDisk(`${CONSUMER}/report-reader.json`), /kms:Encrypt/);
  });

  it('takes that back and adds the action to the key policy instead, once it was shown', async () => {
    const { workbench } = here;
    await workbench.page.keyboard.press('Control+KeyZ');
    await workbench.waitForProblem(FINDING);
    await workbench.goToProblem(FINDING);
    await workbench.quickFix('Add kms:Encrypt');
    await workbench.applyPreview('preview');
    await workbench.waitForNoProblem(FINDING);
    await workbench.palette('File: Save All Files');
    await until('the key policy to be saved', () => (onDisk(`${OWNER}/reports-key.json`).includes('kms:Encrypt') ? true : undefined));
    assert.match(onDisk(`${CONSUMER}/report-reader.json`), /kms:Encrypt/);
  });

  it('has the IAM policy written that a key policy waits for', async () => {
    const { workbench } = here;
    const before = readdirSync(path.join(here.workspace, CONSUMER));
    await sideBySide(`${OWNER}/backup-key.json`, `${OWNER}/backup-key.json`);
    await workbench.filterProblems('backup');
    await workbench.waitForProblem(WAITING);
    await workbench.palette('KMS Handshake: Generate consumer IAM policy', 'palette');
    await workbench.pick('The actions of the key policy');
    const made = await until('the new file', () => readdirSync(path.join(here.workspace, CONSUMER)).find((name) => !before.includes(name)));
    await workbench.waitForTab(made);
    await workbench.waitForNoProblem(WAITING);
    await workbench.page.locator('.tab.dirty').first().waitFor({ state: 'detached' }); // saved
    await until('kms-handshake.json to say who has it', () => (onDisk('kms-handshake.json').includes(made) ? true : undefined));
    assert.match(onDisk(`${CONSUMER}/${made}`), /arn:aws:kms:us-west-2:111122223333:key\/e4f5a6b7-0c1d-4e2f-93a4-b5c6d7e8f901/);
    await workbench.filterProblems(`${made}, backup-key`);
    const problems = await workbench.problems();
    assert.ok(!problems.some((line) => line.includes(made) || line.includes('backup-key.json')), problems.join('\n'));
    await workbench.filterProblems('');
    await workbench.page.keyboard.press('Control+KeyJ'); // the panel away: room for both policies
    await workbench.page.locator('.markers-panel').first().waitFor({ state: 'hidden' });
    await workbench.clearAway();
    await workbench.waitForText('kms:GrantIsForAWSResource'); // the last lines, which the panel may have hidden
    await workbench.screenshot('generate');
  });

  it('sees the findings again in a window that is opened anew', async () => {
    const { workbench } = here;
    await workbench.reloadWindow();
    await workbench.openFile(`${OWNER}/public-key.json`); // so that the extension runs
    await workbench.waitForSquiggle('error');
  });
});
