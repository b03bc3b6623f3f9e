import assert from 'node:assert/strict';
import { fullMatrixOverview, OUTCOMES } from './support/matrix-overview';
import { openPanelPage, type PanelPage } from './support/panel-page';

/** The page as it ships, in a browser, without VS Code around it. */
describe('panel: the matrix in its page', function () {
  this.timeout(60_000);
  let panel: PanelPage;
  const drawn = (): Promise<number> => panel.page.locator('[role=gridcell]').count();
  const active = (): Promise<string> =>
    panel.page.evaluate(
      `document.getElementById(document.querySelector('[role=grid]').getAttribute('aria-activedescendant'))?.ariaLabel ?? ''`,
    );
  const scroll = (left: number, top: number): Promise<unknown> =>
    panel.page.evaluate(`document.querySelector('[role=grid]').scrollTo(${left}, ${top})`);
  const last = async (): Promise<unknown> =>
    (await panel.receivedMessages()).filter(({ type }) => type !== 'drawn' && type !== 'cell').at(-1);

  before(async () => {
    panel = await openPanelPage({ matrix: fullMatrixOverview(200, 200), cell: OUTCOMES });
    await panel.page.locator('[role=gridcell]').first().waitFor();
  });
  after(() => panel?.close());

  it('draws only what is in view, however far one scrolls, and tells how much there is', async () => {
    assert.ok(await drawn() < 250, `${await drawn()} of 40000 cells are in the page`);
    const grid = panel.page.locator('[role=grid]');
    assert.deepEqual([await grid.getAttribute('aria-rowcount'), await grid.getAttribute('aria-colcount')], ['201', '201']);
    await scroll(4000, 4000);
    await panel.page.getByText('role/Role110', { exact: true }).waitFor();
    assert.ok(await drawn() < 300, `${await drawn()} of 40000 cells are in the page`);
    assert.equal(await panel.page.getByText('role/Role0', { exact: true }).count(), 0);
  });

  it('is used by keyboard alone', async () => {
    const { page } = panel;
    await page.locator('[role=grid]').focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Control+End');
    assert.equal(await active(), 'role/Role199, key-199: actions: 3 works');
    await page.keyboard.press('ArrowUp');
    assert.equal(await active(), 'role/Role198, key-199: actions: 1 works, 2 blocked by the key policy');
    await page.keyboard.press('Home');
    assert.match(await active(), /^role\/Role198, key-0:/);
    await page.keyboard.press('Control+Home');
    assert.match(await active(), /^role\/Role0, key-0:/);
    await page.locator('.detail .link').waitFor();
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Allow producer/key.json:12');
    await page.keyboard.press('Enter');
    assert.deepEqual(await last(), { type: 'open',
      place: { uri: 'file:///w/producer/key.json', range: { start: { line: 11, character: 4 }, end: { line: 15, character: 5 } } } });
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate('document.activeElement.getAttribute("role")'), 'grid');
  });

  it('shows the details of a cell that is clicked, and asks to have it explained', async () => {
    const { page } = panel;
    await page.locator('[aria-label^="role/Role1, key-1:"]').click();
    await page.getByRole('heading', { name: 'Identity: role/Role1', exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Key: key-1', exact: true }).waitFor();
    await page.locator('.detail vscode-button', { hasText: 'Explain' }).click();
    assert.deepEqual(await last(), { type: 'explain',
      question: { identity: 'arn:aws:iam::444455556666:role/Role1', key: 'arn:aws:kms:us-west-2:111122223333:key/key-1',
        action: 'kms:Encrypt' } });
  });

  it('gives the details no room before a cell is chosen, and gives it back', async () => {
    const { page } = panel;
    const close = page.getByRole('button', { name: 'Close the details' });
    await close.click();
    assert.equal(await page.locator('.detail').isVisible(), false);
    assert.equal(await page.evaluate('document.activeElement.getAttribute("role")'), 'grid');
    await page.locator('[aria-label^="role/Role1, key-2:"]').click();
    await close.waitFor();
  });

  it('has what is broken first in the details, with a button that fixes it', async () => {
    const { page } = panel;
    const { identities, keys } = fullMatrixOverview(200, 200);
    const of = { identity: identities[1]?.id ?? '', key: keys[1]?.id ?? '' };
    await page.locator('[aria-label^="role/Role1, key-1:"]').click();
    const [blocked] = OUTCOMES.outcomes;
    await panel.send({ type: 'cell', of, cell: { ...of, outcomes: [
      { ...blocked, standing: 'not-requested', actions: ['kms:Sign'] }, { ...blocked, standing: 'works', actions: ['kms:Decrypt'] },
      blocked,
    ] } });
    await page.locator('.outcome').nth(2).waitFor();
    assert.deepEqual(await page.locator('.outcome h3').allTextContents(), ['✗K blocked by the key policy', '✓ works', '– not asked for']);
    const fixes = page.locator('.detail vscode-button', { hasText: 'Fix…' });
    assert.equal(await fixes.count(), 1);
    await fixes.click();
    assert.deepEqual(await last(), { type: 'fix', handshake: of, action: 'kms:Encrypt' });
  });

  it('has a menu for each cell and heading, at the keyboard that of the active cell', async () => {
    const menuOf = async (selector: string): Promise<{ webviewSection?: string; identity?: string; key?: string }> =>
      JSON.parse(await panel.page.locator(selector).first().getAttribute('data-vscode-context') ?? '{}') as object;
    const { identities: [, identity], keys: [, key] } = fullMatrixOverview(200, 200);
    const cellMenu = await menuOf('[aria-label^="role/Role1, key-1:"]');
    assert.deepEqual([cellMenu.identity, cellMenu.key], [identity?.id, key?.id]);
    assert.deepEqual(await menuOf('[role=grid]'), cellMenu);
    assert.match((await menuOf('[aria-label^="role/Role1, key-2:"]')).webviewSection ?? '', /^opens explains fixes generates$/);
    assert.match((await menuOf('[role=rowheader]')).webviewSection ?? '', /copiesArn copiesCommand$/);
    assert.match((await menuOf('[role=columnheader][title]')).webviewSection ?? '', /copiesArn copiesCommand$/);
  });

  const sizes = [['an ordinary', 930, 680, 10], ['a narrow', 640, 600, 10], ['a small', 360, 270, 4]] as const;
  for (const [what, width, height, rows] of sizes) {
    it(`leaves room for the rows in ${what} window, and keeps the other filters within reach`, async () => {
      const { page } = panel;
      await page.getByRole('button', { name: 'Close the details' }).click();
      await page.setViewportSize({ width, height });
      const grid = await page.locator('.grid').boundingBox();
      assert.ok(grid);
      const visible = Math.floor((grid.height - 46) / 38);
      assert.ok(visible >= rows, `${visible} rows of a grid of ${grid.height} pixels`);
      assert.ok(await page.locator('.grid-column').nth(1).isVisible());
      if (width < 760) {
        assert.equal(await page.locator('#matrix .exports').isVisible(), false);
        await page.locator('#matrix .toolbar-toggle').click();
        await page.locator('#matrix .exports').waitFor();
        await page.locator('#matrix .toolbar-toggle').click();
      }
      await page.setViewportSize({ width: 1100, height: 640 });
      await page.locator('[aria-label^="role/Role1, key-1:"]').click();
    });
  }

  it('keeps rows and details within a small window: side by side in a low one', async () => {
    const { page } = panel;
    for (const [width, height, isBeside] of [[580, 300, true], [640, 600, false], [360, 270, false]] as const) {
      await page.setViewportSize({ width, height });
      const [grid, detail] = [await page.locator('.grid').boundingBox(), await page.locator('.detail').boundingBox()];
      assert.ok(grid && detail);
      for (const box of [grid, detail]) {
        assert.ok(box.y + box.height <= height && box.x + box.width <= width, `${JSON.stringify(box)} in ${width} x ${height}`);
        assert.ok(box.height > 60, JSON.stringify(box));
      }
      assert.equal(detail.x > grid.x, isBeside);
    }
    await page.setViewportSize({ width: 1100, height: 640 });
  });

  it('has text of one size, whatever the map calls its parts', async () => {
    const size = (part: string): Promise<string> => panel.page.evaluate(`getComputedStyle(document.querySelector('${part}')).fontSize`);
    assert.equal(await size('.detail p'), await size('body'));
  });

  it('filters by text, account and verdict, says what is left, and saves just that', async () => {
    const { page } = panel;
    await page.locator('.filter-text input').fill('Role7 key-199');
    const status = page.getByRole('status');
    await status.getByText('11 of 200 identities, 1 of 200 keys').waitFor();
    await page.locator('.filter-standing').click();
    await page.locator('.filter-standing').getByRole('option', { name: 'blocked by the key policy' }).click();
    await status.getByText('5 of 200 identities, 1 of 200 keys').waitFor();
    await page.locator('.exports vscode-button', { hasText: 'CSV' }).click();
    const said = await last() as { document: { format: string; cells: unknown[]; standings: string[] } };
    assert.deepEqual([said.document.format, said.document.cells.length, said.document.standings], ['csv', 5, ['blocked-by-key-policy']]);
    await page.locator('.filter-text input').fill('nobody');
    await page.getByText('Nothing matches the filter.').waitFor();
    await page.locator('.filter-clear').click();
    await status.getByText('200 of 200 identities, 200 of 200 keys').waitFor();
  });

  it('keeps filter, selection and scroll while the policies change, and over a reload', async () => {
    const { page } = panel;
    await page.locator('.filter-text input').fill('Role1');
    await scroll(600, 380);
    await page.locator('[aria-label^="role/Role112, key-4:"]').click();
    const look = async (): Promise<unknown> => page.evaluate(`[
      document.querySelector('[role=grid]').scrollTop, document.querySelector('[role=grid]').scrollLeft,
      document.querySelector('.grid-cell[aria-selected=true]')?.ariaLabel, document.querySelector('.filter-text').value,
      document.querySelector('.detail h2').textContent,
    ]`);
    const before = await look();
    assert.match(JSON.stringify(before), /role\/Role112/);
    await panel.send({ type: 'matrix', matrix: fullMatrixOverview(200, 200) });
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
    assert.deepEqual(await look(), before);
    await page.reload();
    await page.locator('.grid-cell[aria-selected=true]').waitFor();
    assert.deepEqual(await look(), before);
    await page.locator('.filter-clear').click();
  });

  it('selects a cell that it is asked to show, whatever the filter hid', async () => {
    await panel.page.locator('.filter-text input').fill('nobody');
    const { identities, keys } = fullMatrixOverview(200, 200);
    await panel.send({ type: 'select', cell: { identity: identities[150]?.id, key: keys[150]?.id } });
    await panel.page.locator('.grid-cell[aria-selected=true][aria-label^="role/Role150, key-150:"]').waitFor();
  });

  it('says what an empty matrix waits for, and what went wrong', async () => {
    await panel.send({ type: 'matrix', matrix: { identities: [], keys: [], tallies: [], cells: [] } });
    await panel.page.getByText('No identity is related to a key here yet.').waitFor();
    await panel.send({ type: 'trouble', message: 'The server is gone.' });
    await panel.page.getByRole('alert').getByText('The server is gone.').waitFor();
  });

  it('says to those who listen what each sign means, and promises them no keys that are not there', async () => {
    const meanings = await panel.page.getByRole('list', { name: 'Signs' }).getByRole('listitem').allTextContents();
    assert.deepEqual(meanings.slice(0, 2), ['✓ works: Both halves allow it, or the half that is enough',
      '◐ works if: Allowed if conditions are met']);
    assert.equal(meanings.filter((text) => /: [A-Z]/.test(text)).length, 7);
    assert.equal(await panel.page.getByRole('group', { name: 'Filter and export' }).count(), 1);
    assert.equal(await panel.page.locator('[role=toolbar]').count(), 0,
      'arrow keys belong to a toolbar (ARIA Authoring Practices, toolbar pattern)');
  });

  it('breaks its content security policy nowhere', () => assert.deepEqual(panel.consoleErrors, []));
});

describe('panel: the page in another language', function () {
  this.timeout(60_000);

  it('says what the bundle of the language says, and in English what it lacks', async () => {
    const strings = { 'Matrix': 'Tafel', 'actions: {0}': 'Aktionen: {0}', 'works': 'geht',
      '{0} of {1} identities, {2} of {3} keys': '{2} von {3} und {0} von {1} "<&' };
    const panel = await openPanelPage({ matrix: fullMatrixOverview(3, 2), strings });
    const cell = panel.page.locator('[role=gridcell]').first();
    await cell.waitFor();
    assert.match(await cell.getAttribute('aria-label') ?? '', /: Aktionen: .* (?:geht|blocked by the key policy)/);
    assert.equal(await panel.page.locator('#matrix .status').textContent(), '2 von 2 und 3 von 3 "<&');
    await panel.page.getByText('Tafel', { exact: true }).waitFor();
    assert.deepEqual(panel.consoleErrors, []);
    await panel.close();
  });
});
