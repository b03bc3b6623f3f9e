import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { until } from '../suites/support/poll';
import { sharedVisit } from './open';

const APP = 'consumer-444455556666/report-reader.json';
const KEY = 'owner-111122223333/reports-key.json';

const MESSAGE = 'User: arn:aws:sts::444455556666:assumed-role/Orders/job is not authorized to perform: '
  + 'kms:Decrypt on resource: arn:aws:kms:us-west-2:111122223333:key/7d1f0c1e-5a7e-4b0b-9f39-2f8a4c6d1e02 because no identity-based '
  + 'policy allows the kms:Decrypt action';

describe('a person asks why', () => {
  const here = sharedVisit('examples', { settings: { 'editor.wordWrap': 'on', 'workbench.activityBar.location': 'hidden' } });

  const answer = (): FrameLocator => here.workbench.page.frameLocator('iframe.webview').frameLocator('#active-frame');
  const onDisk = (file: string): string => readFileSync(path.join(here.workspace, file), 'utf8');

  it('asks from the light bulb of a finding, and reads the answer at once', async () => {
    const { workbench } = here;
    await workbench.openFile(APP);
    await workbench.waitForProblem('is denied kms:Encrypt');
    await workbench.goToProblem('is denied kms:Encrypt');
    await workbench.quickFix('Explain this access…', 'explain-light-bulb');
    await answer().getByRole('heading', { name: 'Denied' }).waitFor();
    await answer().getByText('kms:Encrypt').first().waitFor();
    await workbench.palette('View: Close Editor');
    await workbench.page.locator('iframe.webview').waitFor({ state: 'detached' });
  });

  it('starts on an action of a policy, and reads the answer', async () => {
    const { workbench } = here;
    await workbench.openFile(APP);
    await workbench.waitForProblem('is denied kms:Encrypt');
    await workbench.goToProblem('is denied kms:Encrypt');
    await workbench.page.keyboard.press('Control+KeyJ'); // the panel away
    await workbench.palette('KMS Handshake: Explain cross-account access…');
    const { page } = workbench;
    const title = (text: string): Promise<void> => page.locator('.quick-input-title', { hasText: text }).first().waitFor();
    await title('who?');
    await workbench.screenshot('explain-who');
    await page.keyboard.press('Enter'); // the role of the policy is proposed, then the action at the cursor, then its key
    await title('which action?');
    await page.keyboard.press('Enter');
    await title('which key? (3/3)');
    await page.locator('.quick-input-widget .codicon-quick-input-back').click();
    await title('which action? (2/3)');
    await page.keyboard.press('Enter');
    await title('which key?');
    await workbench.screenshot('explain-which-key');
    await page.keyboard.press('Enter');
    await answer().getByRole('heading', { name: 'Denied' }).waitFor();
    await answer().getByText('How to allow it').waitFor();
    await answer().locator('vscode-button', { hasText: 'Show this edit' }).waitFor();
    await workbench.clearAway();
    await workbench.screenshot('explain');
  });

  it('looks at the edit, makes it, and the answer turns', async () => {
    const { workbench } = here;
    await answer().locator('vscode-button', { hasText: 'Show this edit' }).click();
    await workbench.applyPreview('explain-edit');
    await answer().getByRole('heading', { name: 'Allowed' }).waitFor();
    // The preview closes in its own time and can take the palette with it: whoever sees nothing saved saves again.
    await until('the key policy to be saved', async () => {
      if (onDisk(KEY).includes('kms:Encrypt')) return true;
      await workbench.palette('File: Save All Files');
      return undefined;
    });
    assert.match(onDisk(APP), /kms:Encrypt/);
    await workbench.screenshot('explain-allowed');
  });

  it('pastes an AWS error message', async () => {
    const { workbench } = here;
    await workbench.palette('KMS Handshake: Explain cross-account access…');
    await workbench.pick('Paste an AWS error message');
    // What is filled in while the list still stands there is gone with it.
    await workbench.page.locator('.quick-input-widget', { hasText: 'Paste the AccessDenied message' }).waitFor();
    await workbench.answer(MESSAGE);
    await answer().getByRole('heading', { name: 'Denied' }).waitFor();
    await answer().getByText('role/Orders').first().waitFor();
    await workbench.screenshot('explain-message');
  });

  it('pastes it into the first field', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.palette('KMS Handshake: Explain cross-account access…');
    await page.locator('.quick-input-title', { hasText: 'who?' }).first().waitFor();
    await page.keyboard.insertText(MESSAGE.replace('role/Orders', 'role/Invoices'));
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Explain this message' }).first().waitFor();
    await workbench.screenshot('explain-first-field');
    await page.keyboard.press('Enter');
    await answer().getByText('Invoices').first().waitFor();
  });

  it('is offered the message that was copied, in both commands', async () => {
    const { workbench } = here;
    const { page } = workbench;
    const first = page.locator('.quick-input-list .monaco-list-row').first();
    const copied = async (role: string): Promise<void> =>
      page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(MESSAGE.replace('role/Orders', `role/${role}`))})`);
    await copied('Billing');
    await workbench.palette('KMS Handshake: Explain an AccessDenied message…');
    await first.filter({ hasText: 'Explain the message in the clipboard: assumed-role/Billing/job kms:Decrypt' }).waitFor();
    await workbench.screenshot('explain-clipboard');
    await page.keyboard.press('Enter');
    await answer().getByText('Billing').first().waitFor();
    await copied('Shipping');
    await workbench.palette('KMS Handshake: Explain cross-account access…');
    await first.filter({ hasText: 'Explain the message in the clipboard: assumed-role/Shipping/job kms:Decrypt' }).waitFor();
    await workbench.screenshot('explain-clipboard-who');
    await first.click();
    await answer().getByText('Shipping').first().waitFor();
  });
});
