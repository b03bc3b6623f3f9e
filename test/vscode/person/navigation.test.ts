import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { visit, type Visit } from './open';

describe('a person who looks around and renames', function () {
  this.timeout(120_000);
  let here: Visit;
  before(async function () {
    this.timeout(600_000); // the first time a whole VS Code is installed here
    here = await visit('examples');
  });
  after(() => here?.end());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await here.workbench.screenshot('failed-navigation');
  });

  async function clickOn(text: string): Promise<void> {
    const { page, waitForText } = here.workbench;
    await waitForText(text);
    await page.locator('.editor-group-container.active .view-line', { hasText: text }).first().locator('span span', { hasText: text }).first().click();
  }

  it('goes from a key ARN to its key policy, sees its statements, and who relies on one', async () => {
    const { workbench } = here;
    await workbench.openFile('consumer-444455556666/app.json');
    await workbench.waitForText('UseAppKey');
    await clickOn('arn:aws:kms');
    await workbench.page.keyboard.press('F12');
    await workbench.waitForTab('app-key.json');
    await workbench.palette('Go to Symbol in Editor');
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Allow' }).first().waitFor();
    await workbench.screenshot('symbols');
    await workbench.page.keyboard.press('Escape');
  });

  it('sees what a rename changes in the files of the other account before it does', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.openFile('consumer-444455556666/app.json');
    await clickOn('arn:aws:kms');
    await page.keyboard.press('F2');
    const box = page.locator('.rename-box input').first();
    await box.waitFor();
    const name = await box.inputValue();
    assert.match(name, /^(arn:aws:kms:.*|111122223333)$/);
    await box.fill(name.replace('1234abcd', '9999abcd').replace(/^111122223333$/, '555566667777'));
    await workbench.screenshot('rename');
    await page.keyboard.press('Enter');
    await workbench.applyPreview('rename-preview');
    const changed = name.includes('1234abcd') ? '9999abcd' : '555566667777';
    await workbench.waitForText(changed);
    await workbench.palette('File: Save All');
    await workbench.openFile('kms-handshake.json');
    await workbench.waitForText(changed);
    assert.ok(readFileSync(path.join(here.workspace, 'kms-handshake.json'), 'utf8').includes(changed));
  });
});
