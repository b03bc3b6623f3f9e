import assert from 'node:assert/strict';
import { until } from '../suites/support/poll';
import { sharedVisit } from './open';

/** Only what is looked at: the side bar and, for the map, the panel. */
const ROOM = { 'workbench.editor.empty.hint': 'hidden', 'workbench.layoutControl.enabled': false, 'editor.minimap.enabled': false };

describe('a person who looks for access', () => {
  const here = sharedVisit('examples', { settings: ROOM });

  it('finds keys, accounts, identities and actions in the side bar, by keyboard', async () => {
    const { page } = here.workbench;
    await here.workbench.openFile('owner-111122223333/reports-key.json'); // by then the palette knows the views
    await here.workbench.palette('Focus on KMS access View');
    const rows = page.locator('.pane-body .monaco-list-row');
    const row = (text: string) => rows.filter({ hasText: text }).first();
    await row('reports-key.json').waitFor();
    // What is broken is open at first.
    await row('workloads').waitFor();
    await row('role/ReportReader').waitFor();
    await row('role/Orders').waitFor();
    await here.workbench.screenshot('tree-broken');
    await page.locator('.sidebar').hover();
    await page.getByRole('button', { name: 'Collapse All' }).first().click();
    await row('workloads').waitFor({ state: 'detached' });
    await row('reports-key.json').click();
    await row('Key policy').waitFor();
    await row('workloads').focus();
    await row('workloads').click();
    await row('role/ReportReader').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await row('kms:Encrypt').waitFor();
    assert.match(await row('kms:Encrypt').innerText(), /not in the key policy/);
    await here.workbench.clearAway();
    await here.workbench.screenshot('tree');
  });

  it('opens the statement that decides with Enter', async () => {
    const { page } = here.workbench;
    await page.locator('.pane-body .monaco-list-row', { hasText: 'kms:Encrypt' }).first().click();
    await here.workbench.waitForTab('report-reader.json');
    await here.workbench.waitForText('kms:Encrypt');
    assert.ok(await until('the statement', () => page.locator('.statusbar-item', { hasText: /Ln \d+/ }).first().innerText()));
  });

  it('sees who shakes hands with whom on the map, and gets to the statement from there', async () => {
    const { page } = here.workbench;
    await here.workbench.palette('View: Close All Editors');
    await here.workbench.palette('View: Close Primary Side Bar');
    await here.workbench.palette('KMS Handshake: Show access map');
    const map = page.frameLocator('iframe.webview').frameLocator('iframe').locator('svg.map');
    await map.locator('.edge').first().waitFor();
    await here.workbench.clearAway();
    await here.workbench.screenshot('map');
    await map.locator('[aria-label^="role/ReportReader and key"]').focus();
    await page.keyboard.press('Enter');
    await here.workbench.waitForTab('reports-key.json');
    await page.locator('.monaco-editor.focused').first().waitFor(); // what takes the focus later would close the palette
  });

  it('sees it as well in the dark and in high contrast', async () => {
    const { page } = here.workbench;
    await here.workbench.palette('KMS Handshake: Show access map');
    const edge = page.frameLocator('iframe.webview').frameLocator('iframe').locator('svg.map .edge').first();
    await edge.waitFor(); // it takes the focus when it is there, which would close the palette
    for (const [theme, picture] of [['Dark Modern', 'map-dark'], ['Dark High Contrast', 'map-high-contrast']] as const) {
      await here.workbench.palette('Preferences: Color Theme');
      await page.keyboard.type(theme);
      await here.workbench.pick(theme);
      await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      await edge.waitFor();
      await here.workbench.clearAway();
      await here.workbench.screenshot(picture);
    }
  });
});
