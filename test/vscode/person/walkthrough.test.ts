import assert from 'node:assert/strict';
import { sharedVisit } from './open';

describe('a person who gets started', () => {
  const here = sharedVisit('examples');

  it('finds a copy of the examples open, and the walkthrough beside them', async () => {
    const { page, palette, waitForTab, screenshot } = here.workbench;
    const { origin } = new URL(page.url());
    await page.setViewportSize({ width: 1600, height: 860 }); // narrower it has no pictures
    await page.goto(`${origin}/?ew=true`);
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    await palette('KMS Handshake: Open the example files'); // it comes with the extensions, a little later
    await page.waitForURL(/kms-examples/);
    await waitForTab('Welcome');
    const steps = page.locator('.getting-started-step');
    await steps.first().waitFor();
    assert.equal(await steps.count(), 7);
    const expanded = page.locator('.getting-started-step.expanded');
    await expanded.filter({ hasText: 'report-reader.json' }).waitFor();
    await screenshot('walkthrough');
    await expanded.getByText('Show all problems').click();
    await here.workbench.waitForProblem('role/ReportReader (444455556666) is denied');
    const done = page.locator('.codicon-getting-started-step-checked');
    await steps.filter({ hasText: 'Open the example files' }).locator(done).first().waitFor({ state: 'attached' });
    await steps.filter({ hasText: 'See what does not fit' }).locator(done).first().waitFor({ state: 'attached' });
  });
});
