import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CONSUMER, KEY_ARN, OWNER, ownerKeyPolicy, ROLE_ARN } from '../../support/fixtures';
import { keyPolicyForRole, toJson } from '../../support/policy-pair';
import { until } from '../suites/support/poll';
import { sharedVisit } from './open';

const COMMAND = 'KMS Handshake: Generate consumer IAM policy';

/** One account's folder, in which nothing says of which key the policies are. */
describe('a person who has one half', () => {
  const here = sharedVisit('examples/owner-111122223333');

  const write = (file: string, value: object): void => writeFileSync(path.join(here.workspace, file), toJson(value));
  const read = (file: string): string => readFileSync(path.join(here.workspace, file), 'utf8');
  const title = (text: string): Promise<void> =>
    here.workbench.page.locator('.quick-input-title', { hasText: text }).first().waitFor();

  it('types the ARN of the key, and the handshake is closed', async () => {
    const { workbench } = here;
    const { page } = workbench;
    write('key.json', keyPolicyForRole(['kms:Decrypt', 'kms:DescribeKey']));
    await workbench.openFile('key.json');
    await workbench.palette(COMMAND);
    await title('Generate consumer IAM policy (1/2)');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Type the ARN' }).first().waitFor();
    await workbench.screenshot('generate-which-key');
    await workbench.pick('Type the ARN of a key');
    await page.locator('.quick-input-widget', { hasText: 'ARN of the KMS key' }).waitFor();
    await workbench.answer(KEY_ARN);
    await title('(2/2)');
    await workbench.screenshot('generate-which-actions');
    await page.locator('.quick-input-widget .codicon-quick-input-back').click();
    await title('(1/2)');
    await workbench.pick('Type the ARN of a key');
    await page.locator('.quick-input-widget', { hasText: 'ARN of the KMS key' }).waitFor();
    await workbench.answer(KEY_ARN);
    await workbench.pick('The actions of the key policy');
    await workbench.waitForNotification(`role App of account ${CONSUMER} can use key`);
    await workbench.screenshot('generate-closed');
    const manifest = JSON.parse(await until('kms-handshake.json', () => read('kms-handshake.json'))) as Record<string, object[]>;
    assert.deepEqual(manifest['keys'], [{ arn: KEY_ARN, policy: 'key.json' }]);
    assert.ok(JSON.stringify(manifest['identities']).includes(ROLE_ARN));
    await workbench.waitForNoProblem('its key policy is not in this workspace');
  });

  it('is told first that the key policy allows nobody else, and writes both halves', async () => {
    const { workbench } = here;
    const { page } = workbench;
    write('closed.json', ownerKeyPolicy());
    await workbench.clearAway();
    await workbench.openFile('closed.json');
    await workbench.palette(COMMAND);
    await title('(1/4)');
    await page.locator(`.quick-input-widget input[placeholder="closed.json allows nobody outside account ${OWNER}"]`).waitFor();
    await workbench.screenshot('generate-allows-nobody');
    await workbench.pick('in both policies');
    await title('(2/4)');
    await workbench.pick('Type the ARN of a key');
    await page.locator('.quick-input-widget', { hasText: 'ARN of the KMS key' }).waitFor();
    await workbench.answer(KEY_ARN.replace('1234abcd', '5678abcd'));
    await title('(3/4)');
    await workbench.screenshot('generate-for-whom');
    await workbench.pick('role/App');
    await title('(4/4)');
    await workbench.screenshot('generate-use-case');
    await page.keyboard.press('Enter');
    await workbench.applyPreview('generate-both-halves');
    await workbench.waitForNotification(/^Changed .*closed\.json.*can use key/);
    await workbench.screenshot('generate-both-halves-done');
    await until('the key policy', () => (read('closed.json').includes('external account') ? true : undefined));
  });

  it('saves the policy inside AWS CLI output as a file of its own, by the light bulb', async () => {
    const { workbench } = here;
    await workbench.clearAway();
    await workbench.openFile('archive-get-key-policy.json');
    const before = readdirSync(here.workspace);
    await workbench.clickText('Version');
    await workbench.quickFix('Save the policy as a file of its own', 'save-policy');
    const made = await until('the file', () => readdirSync(here.workspace).find((name) => !before.includes(name)));
    await workbench.waitForTab(made);
    await workbench.waitForNotification(`Created ${made}`);
    await workbench.clearAway();
    await workbench.screenshot('save-policy-done');
    const { Policy: policy } = JSON.parse(read('archive-get-key-policy.json')) as { readonly Policy: string };
    assert.deepEqual(JSON.parse(read(made)), JSON.parse(policy));
  });

  it('answers the questions of a new key policy by keyboard, and finds answers again when going back', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.palette('KMS Handshake: New key policy…');
    await title('which account owns the key? (1/5)');
    await page.keyboard.press('Enter');
    await title('who manages the key? (2/5)');
    await page.keyboard.type(`arn:aws:iam::${OWNER}:role/KeyAdmin`);
    await page.keyboard.press('Enter');
    await title('who of the account uses the key? (3/5)');
    await page.keyboard.press('Control+Alt+Minus'); // VS Code's key for the back button
    await title('(2/5)');
    const typed = page.locator('.quick-input-list .monaco-list-row', { hasText: 'role/KeyAdmin' });
    await typed.locator('.monaco-checkbox.checked, input:checked').first().waitFor();
    await workbench.screenshot('new-key-policy');
    for (const step of ['(3/5)', '(4/5)', '(5/5)']) {
      await page.keyboard.press('Enter');
      await title(step);
    }
    await page.keyboard.press('Enter');
    await workbench.waitForText('role/KeyAdmin');
    await workbench.clearAway();
    await workbench.screenshot('new-key-policy-done');
  });
});
