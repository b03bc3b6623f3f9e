import assert from 'node:assert/strict';
import { handshakeMapOf, largeHandshakeMap, mapIdentityOf, mapKeyOf } from './support/handshake-map';
import { CONSUMER, OWNER } from '../support/fixtures';
import { openPanelPage, type PanelPage } from './support/panel-page';

const MAP = handshakeMapOf(
  [mapKeyOf('a'), mapKeyOf('b')],
  [{ ...mapIdentityOf('role/App'),
    policies: [{ uri: 'file:///w/app.json', pointer: '', label: 'app.json',
      range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } } }] }, mapIdentityOf('role/Admin', OWNER)],
  [['a', 'role/App', 'both'], ['b', 'role/App', 'key-policy'], ['a', 'role/Admin', 'partly', 3]],
);

/** The page as it ships, in a browser, without VS Code around it. */
describe('panel: the map in its page', function () {
  this.timeout(60_000);
  let panel: PanelPage;
  const focused = (): Promise<string | null> => panel.page.evaluate('document.activeElement?.getAttribute("aria-label")');
  const last = async (): Promise<unknown> => (await panel.receivedMessages()).at(-1);
  const viewBox = async (): Promise<string | null> => panel.page.locator('svg.map').getAttribute('viewBox');

  before(async () => {
    panel = await openPanelPage({ matrix: { identities: [], keys: [], tallies: [], cells: [] }, map: MAP });
    await panel.page.getByRole('tab', { name: 'Map' }).click();
    await panel.page.locator('svg.map .node').first().waitFor();
  });
  after(() => panel?.close());

  it('draws keys, identities and handshakes, each with its words, and a legend of the lines', async () => {
    const { page } = panel;
    assert.deepEqual([await page.locator('.node').count(), await page.locator('.edge[data-id]').count(),
      await page.locator('.account').count()], [4, 3, 2]);
    assert.equal(
      await page.getByRole('img', { name: 'role/Admin and key a: it is partly, 3 blocked', exact: true }).or(
        page.getByRole('button', { name: 'role/Admin and key a: it is partly, 3 blocked', exact: true }),
      ).count(),
      1,
    );
    assert.equal(await page.locator('.edge.partly[data-id] .sign').textContent(), '✓ ✕3');
    assert.equal(await page.getByRole('button', { name: 'role/App and key b: it is key-policy', exact: true }).count(), 1);
    assert.deepEqual(await page.locator('#map .legend li').allInnerTexts(), ['✓\nworks', '✓ ✕\nworks, some actions blocked',
      '◖\nonly the key policy\'s half']);
  });

  it('is walked by keyboard: one stop for the tab key, arrows from there, Enter opens', async () => {
    const { page } = panel;
    assert.equal(await page.locator('svg.map [tabindex="0"]').count(), 1);
    await page.locator('svg.map [tabindex="0"]').focus();
    await page.keyboard.press('Home');
    assert.match(await focused() ?? '', /^role\/Admin of security/);
    await page.keyboard.press('ArrowRight');
    assert.match(await focused() ?? '', /^role\/Admin and key a/);
    await page.keyboard.press('ArrowRight');
    assert.match(await focused() ?? '', /^Key a of security/);
    await page.keyboard.press('ArrowDown');
    assert.match(await focused() ?? '', /^Key b of security/);
    await page.keyboard.press('Enter');
    assert.deepEqual(await last(), { type: 'openInMap', target: { key: 'b' } });
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    assert.deepEqual(await last(), { type: 'openInMap', target: { key: 'b', identity: 'role/App' } });
  });

  it('opens what is clicked, and zooms and moves without taking that for a click', async () => {
    const { page } = panel;
    await page.locator('.node', { hasText: 'role/App' }).click();
    assert.deepEqual(await last(), { type: 'openInMap', target: { identity: 'role/App' } });
    const fitted = await viewBox();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    assert.notEqual(await viewBox(), fitted);
    const before = (await panel.receivedMessages()).length;
    const box = await page.locator('.node', { hasText: 'role/App' }).boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
    await page.mouse.move(box.x + 80, box.y + 60, { steps: 4 });
    await page.mouse.up();
    assert.equal((await panel.receivedMessages()).length, before, 'a drag opened something');
    await page.getByRole('button', { name: 'Fit the map into the window' }).click();
    assert.equal(await viewBox(), fitted);
  });

  it('fits again when the window gets narrower, so that no account is cut off', async () => {
    const { page } = panel;
    const isWhole = async (): Promise<boolean> => {
      const frame = await page.locator('svg.map').boundingBox();
      const accounts = await Promise.all((await page.locator('svg.map .account rect').all()).map((rect) => rect.boundingBox()));
      return accounts.every((box) => frame !== null && box !== null && box.x >= frame.x && box.x + box.width <= frame.x + frame.width);
    };
    assert.ok(await isWhole());
    await page.setViewportSize({ width: 380, height: 500 });
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
    assert.ok(await isWhole());
    await page.setViewportSize({ width: 1100, height: 640 });
  });

  it('has a menu for what is drawn', async () => {
    const menu = await panel.page.locator('.edge[data-id="handshake a role/Admin"]').getAttribute('data-vscode-context');
    assert.deepEqual(JSON.parse(menu ?? ''), { webviewSection: 'opens explains fixes generates', preventDefaultContextMenuItems: true,
      key: 'a', identity: 'role/Admin' });
  });

  it('opens what is clicked after a drag that the browser broke off, with no click at its end', async () => {
    const { page } = panel;
    const box = await page.locator('svg.map').boundingBox();
    assert.ok(box);
    await page.evaluate('addEventListener("click", (event) => event.stopImmediatePropagation(), { capture: true, once: true })');
    await page.mouse.move(box.x + 3, box.y + 3);
    await page.mouse.down();
    await page.mouse.move(box.x + 40, box.y + 30, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Fit the map into the window' }).click();
    const before = (await panel.receivedMessages()).length;
    await page.locator('.node', { hasText: 'role/App' }).click();
    assert.equal((await panel.receivedMessages()).length, before + 1);
  });

  it('has the same as a list, for those who do not see the drawing', async () => {
    const { page } = panel;
    await page.locator('.as-list').click();
    await page.getByRole('button', { name: 'role/App and key b: it is key-policy' }).click();
    assert.deepEqual(await last(), { type: 'openInMap', target: { key: 'b', identity: 'role/App' } });
    assert.equal(await page.locator('svg.map').isVisible(), false);
    await page.locator('.as-list').click();
    await page.locator('svg.map').waitFor();
  });

  it('filters, saves what is shown, and keeps the filter', async () => {
    const { page } = panel;
    await page.locator('.map-text input').fill('admin');
    await page.locator('.node', { hasText: 'role/App' }).waitFor({ state: 'detached' });
    await page.locator('#map').getByRole('button', { name: 'Save what is shown as SVG' }).click();
    const { type, svg } = await last() as { type: string; svg: string };
    assert.equal(type, 'saveMap');
    assert.ok(svg.includes('role/Admin') && !svg.includes('role/App'));
    await page.reload();
    await page.locator('.node', { hasText: 'role/Admin' }).waitFor();
    assert.equal(await page.locator('.map-text input').inputValue(), 'admin');
    assert.equal(await page.locator('.node', { hasText: 'role/App' }).count(), 0);
    await page.locator('.map-text input').fill('');
    await page.locator('.node', { hasText: 'role/App' }).waitFor();
  });

  it('follows changes and leaves the keyboard where it was', async () => {
    const { page } = panel;
    await page.locator('.node', { hasText: 'role/App' }).focus();
    await panel.send({ type: 'map',
      map: { ...MAP,
        accounts: MAP.accounts.map((account) => ({ ...account, name: account.id === CONSUMER ? 'analytics' : account.name })) } });
    await page.getByText(`analytics (${CONSUMER})`, { exact: true }).waitFor();
    assert.match(await focused() ?? '', /^role\/App of analytics/);
  });

  it('draws a large workspace put together by account', async () => {
    await panel.send({ type: 'map', map: largeHandshakeMap(200) });
    await panel.page.locator('.node', { hasText: '200 identities' }).waitFor();
    await panel.page.getByRole('status').getByText('40 of 200 keys are drawn').waitFor();
    const nodes = await panel.page.locator('.node').count();
    assert.ok(nodes <= 50, `${nodes} nodes`);
  });

  it('says so where there is nothing', async () => {
    await panel.send({ type: 'map', map: handshakeMapOf([], [], []) });
    await panel.page.getByRole('status').getByText('The workspace has no key policy').waitFor();
  });

  it('loads nothing that the content security policy forbids, and fails nowhere', () => {
    assert.deepEqual(panel.consoleErrors, []);
  });
});
