import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { sleep } from '../host/cache';

/** VS Code as a person sees it: everything goes through keyboard, mouse and what is on the screen. */
export interface Workbench {
  readonly page: Page;
  /** Opens a file of the folder by its path, as Ctrl+P does. */
  openFile(relative: string): Promise<void>;
  /** Waits for a squiggle of this severity in the active editor. */
  waitForSquiggle(severity: 'error' | 'warning' | 'info'): Promise<void>;
  /** Opens the Problems panel and gives its lines, files included. */
  problems(): Promise<string[]>;
  /** Waits for a line of the Problems panel that has this text. */
  waitForProblem(text: string): Promise<void>;
  waitForNoProblem(text: string): Promise<void>;
  /** Types into the filter of the Problems panel; lines below its edge are not there for the other steps. */
  filterProblems(text: string): Promise<void>;
  /** Double click on a line of the Problems panel: puts the cursor there. */
  goToProblem(text: string): Promise<void>;
  /** Rests the mouse on the first squiggle of the active editor until the hover has this text. */
  hoverSquiggle(severity: 'error' | 'warning' | 'info', text: string): Promise<void>;
  /** Clicks on a word of the active editor, so that the cursor is in it. */
  clickText(word: string): Promise<void>;
  /** Rests the mouse on a word of the active editor until the hover has this text. */
  hoverText(word: string, text: string): Promise<void>;
  /** Ctrl+. at the cursor; gives the titles offered, and leaves them open. */
  quickFixes(): Promise<string[]>;
  /** Ctrl+. at the cursor and chooses the fix that has this text; `shot` takes a picture of the list before. */
  quickFix(title: string, shot?: string): Promise<void>;
  /** Runs a command by its words in the palette; `shot` takes a picture of the palette before. */
  palette(command: string, shot?: string): Promise<void>;
  /** Chooses in the open quick pick the entry that has this text. */
  pick(text: string): Promise<void>;
  /** Answers the open input box. */
  answer(text: string): Promise<void>;
  /** Ticks and accepts the edit that the Refactor Preview panel shows; `shot` takes a picture of it before. */
  applyPreview(shot?: string): Promise<void>;
  /** Closes what has popped up and takes the mouse away, so that nothing lies over the picture to be taken. */
  clearAway(): Promise<void>;
  /** Puts text on the clipboard and presses Ctrl+V. */
  paste(text: string): Promise<void>;
  /** Waits for a notification that has this text. */
  waitForNotification(text: string | RegExp): Promise<void>;
  /** Waits for the active editor to show this text in the lines on the screen. */
  waitForText(text: string): Promise<void>;
  /** Waits for a tab of this name to be the active one. */
  waitForTab(name: string): Promise<void>;
  save(): Promise<void>;
  /** Has VS Code load the window anew, and waits for the new one; which tabs it opens again is VS Code's to say. */
  reloadWindow(): Promise<void>;
  /** Writes NAME.png to the folder of pictures; those in `KEPT` are of the README. */
  screenshot(name: string): Promise<void>;
}

/** Pictures of the README. */
const KEPT = ['findings', 'quick-fix', 'generate', 'matrix', 'map', 'hover', 'completion', 'lenses', 'template'];

/** Where a picture goes: out/shots, those of the README to `KMS_HANDSHAKE_SHOTS` if that is set. */
function shotFile(name: string): string {
  const folder = path.resolve(
    (KEPT.includes(name) ? process.env['KMS_HANDSHAKE_SHOTS'] : undefined) ?? path.join(__dirname, '../../../out/shots'),
  );
  mkdirSync(folder, { recursive: true });
  return path.join(folder, `${name}.png`);
}

const TRIES = 6;

export function workbench(page: Page): Workbench {
  const editor = page.locator('.editor-group-container.active .monaco-editor').first();
  const tab = (name: string): Locator => page.locator('.editor-group-container.active .tab.active', { hasText: name });
  const rows = page.locator('.markers-panel .monaco-list-row');
  const widget = page.locator('.quick-input-widget');
  const input = widget.locator('input[type=text]').first();
  const picks = widget.locator('.quick-input-list .monaco-list-row');
  const actions = page.locator('.action-widget .monaco-list-row.action');

  const screenshot = async (name: string): Promise<void> => {
    await page.screenshot({ path: shotFile(name), animations: 'disabled' });
  };
  const quickInput = async (text: string): Promise<void> => {
    await again('the quick input', async () => {
      await page.keyboard.press('F1');
      return await shows(input) && isDone(input.fill(text, { timeout: 2500 }));
    });
  };
  const palette = (command: string, shot?: string): Promise<void> =>
    // An editor that opens meanwhile takes the focus, and the palette closes: a person opens it again.
    again(command, async () => {
      await quickInput(`>${command}`);
      const row = picks.filter({ hasText: command }).first(); // not always the first of the list
      if (await shows(row, 10_000)) {
        if (shot !== undefined) await screenshot(shot);
        if (await isClicked(row)) return true;
      }
      await page.keyboard.press('Escape');
      return false;
    });
  const problem = (text: string): Locator => rows.filter({ hasText: text }).first();
  const showProblems = async (): Promise<void> => {
    const panel = page.locator('.markers-panel').first();
    if (await panel.isVisible()) return;
    await page.keyboard.press('Control+Shift+KeyM');
    await panel.waitFor();
  };
  const offerFixes = (wanted: Locator): Promise<void> =>
    // Asked before the actions of this place have been computed, VS Code says that there are none: ask again, as a person would.
    again('quick fixes', async () => {
      await page.keyboard.press('Control+Period');
      if (await shows(wanted)) return true;
      await page.keyboard.press('Escape');
      return false;
    });

  return {
    page,
    screenshot,
    openFile: async (relative) => {
      const row = picks.filter({ hasText: path.posix.basename(relative) }).first();
      await again(relative, async () => {
        await quickInput(relative); // without ">" the input looks for files
        if (await shows(row, 10_000) && await isClicked(row)) return true;
        await page.keyboard.press('Escape'); // the list is made when the input opens: a new file may be missing from it
        return false;
      });
      await tab(path.posix.basename(relative)).waitFor();
      await editor.waitFor();
    },
    waitForSquiggle: (severity) => editor.locator(`.squiggly-${severity}`).first().waitFor({ state: 'attached' }),
    problems: async () => {
      await showProblems();
      return rows.allInnerTexts();
    },
    waitForProblem: async (text) => {
      await showProblems();
      await problem(text).waitFor();
    },
    waitForNoProblem: async (text) => {
      await showProblems();
      await problem(text).waitFor({ state: 'detached' });
    },
    filterProblems: async (text) => {
      await showProblems();
      await page.getByLabel('Filter Problems').first().fill(text);
    },
    goToProblem: async (text) => {
      await showProblems();
      await problem(text).dblclick();
      // The click has arrived when the keyboard is in the editor and something is selected; the light bulb says that actions are known.
      await page.locator('.monaco-editor.focused').first().waitFor();
      await page.locator('.statusbar-item', { hasText: /Ln \d+, Col \d+/ }).first().waitFor();
      // there is no light bulb where nothing is offered
      await shows(page.locator('.monaco-editor .lightBulbWidget, .monaco-editor .codicon-gutter-lightbulb').first());
    },
    clickText: (word) => again(word, async () => {
      // With the colours of its parts an ARN is many pieces of text.
      const box = await boxOf(editor.locator('.view-line span[class^=mtk]', { hasText: word }).first());
      if (box === undefined) return false;
      await page.mouse.click(box.x + 20, box.y + box.height / 2); // past the element: the cursor may lie over it
      return true;
    }),
    hoverText: async (word, text) => {
      const message = page.locator('.monaco-hover:not(.hidden)', { hasText: text }).first();
      await again('the hover', async () => {
        const box = await boxOf(editor.locator('.view-line span', { hasText: word }).last());
        if (box === undefined) return false;
        await page.mouse.move(box.x + box.width / 2, box.y + 2);
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        return shows(message);
      });
    },
    hoverSquiggle: async (severity, text) => {
      const message = page.locator('.monaco-hover:not(.hidden)', { hasText: text }).first();
      await again('the hover', async () => {
        // the box of the squiggle lies below the text, so the mouse goes to its place, not to the element
        const box = await boxOf(editor.locator(`.squiggly-${severity}`).first());
        if (box === undefined) return false;
        await page.mouse.move(box.x - 40, box.y - 40);
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
        return shows(message);
      });
    },
    clearAway: async () => {
      await palette('Notifications: Clear All Notifications');
      await widget.waitFor({ state: 'hidden' }); // it fades
      await page.locator('.notification-toast').first().waitFor({ state: 'detached' });
      await page.mouse.move(200, 5); // not over the line between two editors, which lights up
      await page.locator('.monaco-hover:not(.hidden)').first().waitFor({ state: 'hidden' });
    },
    paste: async (text) => {
      await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
      await page.keyboard.press('Control+KeyV');
    },
    quickFixes: async () => {
      await offerFixes(actions.first());
      return actions.allInnerTexts();
    },
    quickFix: async (title, shot) => {
      const action = actions.filter({ hasText: title }).first();
      await offerFixes(action);
      if (shot !== undefined) await screenshot(shot);
      await action.click();
    },
    palette,
    pick: async (text) => {
      await picks.filter({ hasText: text }).first().click();
    },
    answer: async (text) => {
      await input.fill(text);
      await page.keyboard.press('Enter');
    },
    applyPreview: async (shot) => {
      const accept = page.locator('.notifications-toasts .monaco-button', { hasText: 'Apply' }).first();
      await accept.waitFor();
      await page.locator('.monaco-diff-editor').first().waitFor();
      if (shot !== undefined) await screenshot(shot);
      await accept.click();
      await accept.waitFor({ state: 'hidden' });
    },
    waitForNotification: async (text) => {
      const message = page.locator('.notification-list-item-message', { hasText: text }).first();
      if (await shows(message)) return;
      // What came while something else was open is only in the list of notifications.
      await palette('Notifications: Show Notifications');
      await message.waitFor();
      await page.keyboard.press('Escape');
    },
    // Lines are drawn with no-break spaces, which Playwright's text search takes for spaces.
    waitForText: (text) => editor.locator('.view-line', { hasText: text }).first().waitFor(),
    waitForTab: (name) => tab(name).waitFor(),
    save: async () => {
      await page.keyboard.press('Control+KeyS');
      await page.locator('.editor-group-container.active .tab.active.dirty').waitFor({ state: 'detached' });
    },
    reloadWindow: async () => {
      await page.evaluate(`document.body.dataset.old = 'yes'`);
      await palette('Developer: Reload Window'); // not the browser's reload, which does not wait for what VS Code still has to write
      await page.locator('body:not([data-old]) .statusbar-item').first().waitFor({ timeout: 120_000 });
    },
  };
}

const isDone = (step: Promise<void>): Promise<boolean> => step.then(() => true, () => false);
const shows = (locator: Locator, timeout = 2500): Promise<boolean> => isDone(locator.waitFor({ timeout }));
/** Not waited for long: what is to be clicked may close before. */
const isClicked = (locator: Locator): Promise<boolean> => isDone(locator.click({ timeout: 2500 }));

type ElementBox = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;

/**
 * Where something is on the screen; undefined while it is not there. The editor draws its lines anew whenever colours, hints or lenses
 * arrive, so between waiting for an element and asking for its box the element can be replaced: whoever gets nothing looks again.
 */
async function boxOf(locator: Locator): Promise<ElementBox | undefined> {
  if (!await shows(locator)) return undefined;
  return (await locator.boundingBox({ timeout: 1000 }).catch(() => null)) ?? undefined;
}

async function again(what: string, attempt: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (await attempt()) return;
    await sleep(300);
  }
  throw new Error(`${what} did not appear in ${String(TRIES)} attempts`);
}
