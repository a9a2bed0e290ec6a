import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowserFace } from '../../support/browserWindow.ts';
import { whyNoBrowser } from '../../support/launchBrowser.ts';
import { SMALL_TARGETS } from '../../support/smallTargets.ts';
import { examples } from '../../support/standIn.ts';
import type { StandInWindow, WindowFace } from '../../support/windowFace.ts';
import { accessibilityFindings } from '../../support/windowPage.ts';

const reason = whyNoBrowser();
const files = ['cat.jpg', 'flowers.jpg', 'CREDITS.md'].map((name) => path.join(examples, name));

/** The scrolled part of a list; the grid around it has the focus and scrolls it by keys, which axe does not see. */
const LIST = /^scrollable-region-focusable: <div style="display: block; overflow-y: auto; contain: strict;/;

const HAS_FOCUS = 'document.activeElement !== document.body';

interface Theme {
  readonly name: string;
  readonly viewport: { readonly width: number; readonly height: number };
  /** Whether the system replaces colours. */
  readonly isForced: boolean;
}

const THEMES: readonly Theme[] = [
  {
    name: 'forced colours',
    viewport: { width: 1440, height: 900 },
    isForced: true,
  },
  { name: '200% zoom', viewport: { width: 720, height: 450 }, isForced: false },
];

/** In a narrow window one panel is visible at a time. */
async function showPane(page: Page, name: string): Promise<void> {
  const pane = page.locator('.switch-panes').getByRole('button', { name });
  if (await pane.isVisible()) await pane.click();
}

async function visitScreens(window: StandInWindow, visit: (screen: string) => Promise<void>): Promise<void> {
  const { page, work } = window;
  await page.getByRole('button', { name: 'Add photos' }).first().waitFor();
  await visit('first start');
  await window.chooseFiles(() => page.keyboard.press('Control+o'), files);
  await page.locator('.draft').nth(1).waitFor({ state: 'attached' });
  for (const pane of ['List', 'Image', 'settings']) {
    await showPane(page, pane);
    await visit(`draft, ${pane}`);
  }
  await page.getByRole('button', { name: 'Enlarge 2 images' }).click();
  await showPane(page, 'List');
  await page.getByText('0 of 2 done').waitFor();
  work(30);
  await page.getByText('All done').waitFor();
  await visit('done, List');
  await page.getByRole('button', { name: 'Batch report' }).click();
  await page.getByRole('heading', { name: 'Lowest quality first' }).waitFor();
  await visit('batch report');
  await page.getByRole('button', { name: 'Back to images' }).click();
  await page.getByRole('row', { name: 'cat.jpg' }).click();
  await showPane(page, 'Image');
  await page.getByRole('button', { name: 'Details' }).click();
  await visit('report');
  for (const screen of ['Watched folders', 'Settings']) {
    await showPane(page, 'List');
    await page.getByRole('button', { name: screen, exact: true }).click();
    await visit(screen);
  }
}

describe.skipIf(reason !== undefined)(
  `everyone, in every theme${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let face: WindowFace;

    beforeAll(async () => {
      face = await startBrowserFace();
    });

    afterAll(() => face.close());

    test.each(THEMES)('can read and reach every screen ($name)', async ({ viewport, isForced }) => {
      await using window = await face.open({ viewport });
      const { page } = window;
      if (isForced) await page.emulateMedia({ forcedColors: 'active' });
      const findings: Record<string, readonly string[]> = {};
      await visitScreens(window, async (screen) => {
        const small = await page.evaluate<readonly string[]>(SMALL_TARGETS);
        findings[screen] = [...(await accessibilityFindings(page)), ...small].filter(
          (finding) => !LIST.test(finding),
        );
      });
      expect(findings).toEqual(Object.fromEntries(Object.keys(findings).map((screen) => [screen, []])));
    });

    test('the focus stays where a person is: after a dialog, a menu, a removal and the full window', async () => {
      await using window = await face.open();
      const { page, work } = window;
      const lost: string[] = [];
      const check = async (step: string) => {
        if (!(await page.evaluate<boolean>(HAS_FOCUS))) lost.push(step);
      };
      await window.chooseFiles(() => page.keyboard.press('Control+o'), files);
      await page.locator('.draft').nth(1).waitFor();
      await page.getByRole('grid').focus();
      await page.keyboard.press('Delete');
      await page.locator('.draft').nth(1).waitFor({ state: 'detached' });
      await check('a removal from a new batch');
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.locator('.draft').nth(1).waitFor();
      await page.keyboard.press('Control+Enter');
      await page.getByText('0 of 2 done').waitFor();
      work(30);
      await page.getByText('All done').waitFor();
      await page.getByRole('grid').focus();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      await check('opening a dialog');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await check('closing a dialog');
      await page.keyboard.press('Enter');
      await page.locator('.window.full').waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => page.evaluate(HAS_FOCUS)).toBe(true);
      await page.keyboard.press('Delete');
      await page.getByRole('button', { name: 'Undo' }).waitFor();
      await check('a removal from the queue');
      expect(lost).toEqual([]);
    });
  },
);
