import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { sharedVisit } from './open';

const THEMES = [['dark', 'Default Dark Modern'], ['light', 'Default Light Modern'], ['contrast', 'Default High Contrast']] as const;

describe('a person with the access matrix', () => {
  const cell = 'role/ReportReader, ';

  for (const [name, theme] of THEMES) {
    describe(`in the theme ${theme}`, () => {
      const here = sharedVisit('examples', { settings: { 'workbench.colorTheme': theme } });
      const frame = (): FrameLocator => here.workbench.page.frameLocator('iframe.webview').frameLocator('#active-frame');

      it('opens it, and sees why a cell is as it is', async () => {
        const { workbench } = here;
        await workbench.openFile('owner-111122223333/reports-key.json'); // so that the extension runs
        await workbench.waitForText('111122223333');
        await workbench.palette('View: Toggle Primary Side Bar Visibility');
        await workbench.palette('KMS Handshake: Show access matrix');
        await frame().locator(`[role=gridcell][aria-label^="${cell}"]:not(.none)`).first().click();
        await frame().locator('.detail').getByText('kms:Encrypt', { exact: true }).waitFor();
        await workbench.clearAway();
        await workbench.screenshot(name === 'dark' ? 'matrix' : `matrix-${name}`);
      });

      if (name !== 'dark') return;

      it('sees it follow a change of a file', async () => {
        const file = path.join(here.workspace, 'consumer-444455556666/report-reader.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace(/,\s*"kms:Encrypt"|"kms:Encrypt",\s*/, ''));
        await frame().locator('.detail').getByText('kms:Encrypt', { exact: true }).waitFor({ state: 'detached' });
      });

      it('goes by a click to the statement that decides', async () => {
        const { workbench } = here;
        await frame().locator('.detail .link', { hasText: 'reports-key.json' }).first().click();
        await workbench.waitForTab('reports-key.json');
        const line = await workbench.page.locator('.statusbar-item', { hasText: /Ln \d+, Col \d+/ }).first().innerText();
        assert.match(line, /Ln \d{2}/);
      });

      it('finds it as it was when the window is opened again', async () => {
        const { workbench } = here;
        await workbench.palette('KMS Handshake: Show access matrix');
        await frame().locator('.filter-text input').fill('report');
        await frame().getByText(/^1 of \d+ identities/).waitFor();
        await workbench.reloadWindow();
        await frame().getByText(/^1 of \d+ identities/).waitFor({ timeout: 60_000 });
        await frame().locator(`.grid-cell[aria-selected=true][aria-label^="${cell}"]`).waitFor();
        await frame().locator('.detail .link').first().waitFor();
      });
    });
  }
});
