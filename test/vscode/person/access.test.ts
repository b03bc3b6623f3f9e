import assert from 'node:assert/strict';
import { until } from '../suites/support/poll';
import { visit, type Visit } from './open';

/** Only what is looked at: the side bar and, for the map, the panel. */
const ROOM = { 'workbench.editor.empty.hint': 'hidden', 'workbench.layoutControl.enabled': false, 'editor.minimap.enabled': false };

describe('a person who looks for access', function () {
  this.timeout(240_000);
  let here: Visit;

  before(async function () {
    this.timeout(600_000);
    here = await visit('examples', ROOM);
  });
  after(() => here?.end());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await here.workbench.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  it('finds keys, accounts, identities and actions in the side bar, by keyboard', async () => {
    const { page } = here.workbench;
    await here.workbench.palette('Focus on KMS access View');
    const rows = page.locator('.pane-body .monaco-list-row');
    const row = (text: string) => rows.filter({ hasText: text }).first();
    await row('reports-key.json').waitFor();
    await row('reports-key.json').click();
    await row('owner-111122223333/reports-key.json').waitFor();
    await row('workloads (444455556666)').focus();
    await row('workloads (444455556666)').click();
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
});
