import assert from 'node:assert/strict';
import { sharedVisit } from './open';

describe('a person in a folder that is not trusted', () => {
  const here = sharedVisit('examples', { restricted: true });

  it('sees findings and fixes all the same', async () => {
    const { workbench } = here;
    await workbench.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).first().waitFor();
    await workbench.openFile('consumer-444455556666/report-reader.json');
    await workbench.waitForSquiggle('error');
    await workbench.goToProblem('role/ReportReader (444455556666) is denied');
    assert.ok((await workbench.quickFixes()).some((title) => title.includes('Remove kms:Encrypt')));
    await workbench.screenshot('restricted');
  });
});
