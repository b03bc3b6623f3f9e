import { sharedVisit } from './open';

describe('a person rests the mouse on what they want to know', () => {
  const here = sharedVisit('examples', { settings: { 'workbench.activityBar.location': 'hidden', 'editor.hover.delay': 100 } });

  it('on a principal: what it means, and whether the other half is there', async () => {
    const { workbench } = here;
    await workbench.openFile('owner-111122223333/app-key.json');
    await workbench.hoverText('arn:aws:iam::444455556666:root', 'role/App');
    await workbench.screenshot('hover');
  });

  it('on an action: whether it works, and the line that decides is a click away', async () => {
    const { workbench } = here;
    await workbench.openFile('consumer-444455556666/report-reader.json');
    await workbench.hoverText('kms:DescribeKey', 'Allowed: the key policy');
    await workbench.screenshot('hover-action');
    await workbench.page.locator('.monaco-hover a', { hasText: 'reports-key.json' }).first().click();
    await workbench.waitForTab('reports-key.json');
    await workbench.waitForText('kms:DescribeKey');
    await workbench.clearAway();
  });

  it('on a wildcard: what of it works here', async () => {
    const { workbench } = here;
    await workbench.openFile('owner-111122223333/backup-key.json');
    await workbench.hoverText('kms:GenerateDataKey*', '4 actions on a key');
    await workbench.screenshot('hover-wildcard');
  });
});
