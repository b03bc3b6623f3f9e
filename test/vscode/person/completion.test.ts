import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../suites/support/poll';
import { sharedVisit, type Visit } from './open';

const ROOM = {
  'breadcrumbs.enabled': false,
  'editor.fontSize': 13,
  'editor.lineNumbersMinChars': 3,
  'editor.glyphMargin': false,
  'editor.folding': false,
  'editor.minimap.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.scrollbar.vertical': 'hidden',
  'editor.stickyScroll.enabled': false,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'workbench.editor.editorActionsLocation': 'hidden',
};
const KEY = 'owner-111122223333/backup-key.json';
/** Of the last action of the statement for the backup. */
const LINE = 23;

describe('a person who types a policy', () => {
  const here = sharedVisit('examples', { settings: ROOM, wide: true });

  const list = (): ReturnType<Visit['workbench']['page']['locator']> => here.workbench.page.locator('.suggest-widget.visible');

  it('is offered actions with what they mean, and gets what was chosen', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.openFile(KEY);
    await workbench.waitForText('"Version"');
    await page.keyboard.press('Control+KeyG');
    await page.locator('.quick-input-widget input').first().waitFor();
    await page.keyboard.type(String(LINE));
    await page.keyboard.press('Enter');
    await page.locator('.statusbar-item', { hasText: `Ln ${String(LINE)}, Col 1` }).first().waitFor();
    await page.keyboard.press('End');
    await page.keyboard.type(',', { delay: 40 });
    await page.keyboard.press('Enter');
    await page.keyboard.type('"kms:', { delay: 120 });
    const ours = list().locator('.monaco-list-row.focused', { hasText: 'across accounts' }); // before VS Code's own words of the document
    await until('the list to open with our actions', async () => {
      const open = await ours.waitFor({ timeout: 5000 }).then(() => true, () => undefined);
      // On a slow machine VS Code closes the list when the text is judged just then: whoever sees none asks for it.
      if (!open) await page.keyboard.press('Control+Space');
      return open;
    }, 30_000);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Control+Space'); // shows what the action means
    await page.locator('.suggest-details', { hasText: 'Condition keys' }).waitFor();
    await workbench.screenshot('completion');
    await page.keyboard.type('Enc', { delay: 120 });
    await list().locator('.monaco-list-row.focused', { hasText: 'kms:Encrypt' }).waitFor();
    await page.keyboard.press('Enter');
    await workbench.save();
    const { Statement } = JSON.parse(readFileSync(path.join(here.workspace, KEY), 'utf8')) as {
      Statement: { Action: string[] | string }[];
    };
    assert.ok(Statement.some(({ Action }) => Action.includes('kms:Encrypt') && Action.includes('kms:DescribeKey')),
      JSON.stringify(Statement));
  });
});
