import { until } from '../suites/support/poll';
import { sharedVisit } from './open';

/** For the picture: two policies side by side, and nothing else to look at. */
const ROOM = {
  'breadcrumbs.enabled': false, 'editor.fontSize': 12, 'editor.lineNumbersMinChars': 3, 'editor.glyphMargin': false,
  'editor.folding': false, 'editor.minimap.enabled': false,
  'editor.occurrencesHighlight': 'off', 'editor.selectionHighlight': false, 'editor.wordWrap': 'on', 'editor.scrollbar.vertical': 'hidden',
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false, 'workbench.editor.editorActionsLocation': 'hidden', 'workbench.editor.empty.hint': 'hidden',
};

describe('a person who reads policies', () => {
  const here = sharedVisit('examples', { settings: ROOM, wide: true });

  it('opens a folder and sees, without any file open, what was found in how many policies', async () => {
    const { page } = here.workbench;
    await page.locator('.statusbar-item', { hasText: /\d+ errors, \d+ warnings? in \d+ policies/ }).waitFor();
    await here.workbench.screenshot('workspace-status');
  });

  it('sees above statements and principals who uses them, and in the status bar what the file is', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.openFile('owner-111122223333/reports-key.json');
    await workbench.palette('View: New Editor Group to the Right');
    await workbench.openFile('consumer-444455556666/report-reader.json');
    const lens = (text: string) => page.locator('.codelens-decoration', { hasText: text }).first();
    await lens('2 of 3 actions work, 1 blocked by the key policy').waitFor();
    await lens('role/ReportReader of 444455556666: 1 policy, both actions used').waitFor();
    await page.locator('.view-line', { hasText: 'workloads' }).first().waitFor(); // a hint
    await page.locator('.statusbar-item', { hasText: 'IAM policy of role/ReportReader (workloads)' }).waitFor();
    await workbench.clearAway();
    await workbench.screenshot('lenses');
  });

  it('clicks on one and sees the statements behind it', async () => {
    const { page } = here.workbench;
    const peek = page.locator('.peekview-widget', { hasText: 'reports-key.json' }).first();
    await until('the statements', async () => {
      if (await peek.isVisible()) return true;
      // a click while lenses are drawn again is lost
      await page.locator('.codelens-decoration a', { hasText: '2 of 3 actions work' }).first().click();
      return await peek.waitFor({ timeout: 5000 }).then(() => true, () => undefined);
    });
    await peek.locator('.view-line', { hasText: 'Allow the report reader' }).first().waitFor();
    await here.workbench.screenshot('lens-places');
    await peek.locator('.action-label.codicon-close').first().click();
    await peek.waitFor({ state: 'detached' });
  });

  it('clicks on the status bar and attaches the policy to somebody else', async () => {
    const { page } = here.workbench;
    await page.locator('.statusbar-item', { hasText: 'IAM policy of role/ReportReader' }).locator('a').click();
    const choice = page.locator('.quick-input-list .monaco-list-row', { hasText: 'Attach to identity' });
    await choice.waitFor();
    await here.workbench.screenshot('status-menu');
    await choice.click();
    await here.workbench.pick('role/Archive');
    await page.locator('.statusbar-item', { hasText: 'and 1 other' }).waitFor();
  });
});
