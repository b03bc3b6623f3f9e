import assert from 'node:assert/strict';
import { sharedVisit } from './open';

const KEY_ARN = 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('a person who looks around and renames', () => {
  const here = sharedVisit('examples', { settings: { 'editor.codeLens': false } }); // lenses that come late move the lines under the mouse

  it('goes from a key ARN to its key policy, and sees its statements', async () => {
    const { workbench } = here;
    await workbench.openFile('consumer-444455556666/app.json');
    await workbench.page.locator('.statusbar-item', { hasText: 'IAM policy' }).first().waitFor(); // the server knows the file
    await workbench.clickText('1234abcd');
    await workbench.page.keyboard.press('F12');
    await workbench.waitForTab('app-key.json');
    await workbench.palette('Go to Symbol in Editor');
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Allow' }).first().waitFor();
    await workbench.screenshot('symbols');
    await workbench.page.keyboard.press('Escape');
  });

  it('renames a key and an account in the files of both accounts', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.openFile('consumer-444455556666/app.json');
    await workbench.clickText('1234abcd');
    await page.keyboard.press('F2');
    const box = page.locator('.rename-box input').first();
    await box.waitFor();
    assert.equal(await box.inputValue(), KEY_ARN);
    await workbench.screenshot('rename');
    await box.fill('9999abcd-12ab-34cd-56ef-1234567890ab');
    await page.keyboard.press('Enter');
    await workbench.waitForText('9999abcd');
    await workbench.openFile('owner-111122223333/app-key.json');
    await workbench.clickText('111122223333');
    await page.keyboard.press('F2');
    await box.waitFor();
    assert.equal(await box.inputValue(), '111122223333');
    await box.fill('555566667777');
    await page.keyboard.press('Enter');
    await workbench.waitForText('555566667777');
    await workbench.openFile('kms-handshake.json');
    await workbench.waitForText('555566667777');
    await workbench.waitForText('9999abcd');
  });
});
