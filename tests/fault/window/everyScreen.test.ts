import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MachineView } from '../../../core/api/contract.ts';
import { openPage } from '../../support/browserWindow.ts';
import { launchBrowser, whyNoBrowser } from '../../support/launchBrowser.ts';
import { SMALL_TARGETS } from '../../support/smallTargets.ts';
import { examples, startStandIn, type StandIn } from '../../support/standIn.ts';
import { BROWSER_INFO } from '../../support/standInInfo.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import type { DrivenWindow } from '../../support/windowFace.ts';
import { accessibilityFindings, dropFiles } from '../../support/windowPage.ts';

const reason = whyNoBrowser();
const files = ['cat.jpg', 'flowers.jpg', 'CREDITS.md'].map((name) => path.join(examples, name));
const WIDE = { width: 1440, height: 900 };
const THEMES = [
  { name: 'dark', viewport: WIDE, colorScheme: 'dark', forcedColors: 'none' },
  { name: 'light', viewport: WIDE, colorScheme: 'light', forcedColors: 'none' },
  { name: 'forced colours', viewport: WIDE, colorScheme: 'dark', forcedColors: 'active' },
  { name: '200% zoom', viewport: { width: 720, height: 450 }, colorScheme: 'dark', forcedColors: 'none' },
] as const;

/** The scrolled part of a list; the grid around it has the focus and scrolls it by keys, which axe does not see. */
const LIST = /^scrollable-region-focusable: <div style="display: block; overflow-y: auto; contain: strict;/;

function modelFile(): string {
  const file = path.join(temporaryFolder(), '4x_foo.pth');
  writeFileSync(file, 'a network');
  return file;
}

const STUDIO: MachineView = {
  ...{ id: '0123456789abcdef', name: 'studio-2', version: '0.1.0', state: 'working' },
  ...{ running: 2, capacity: 3, finished: 41, failed: 1, megapixelsPerSecond: 1.25, silentMs: 0 },
};

type Look = (screen: string) => Promise<void>;
interface Visit {
  readonly window: DrivenWindow;
  readonly standIn: StandIn;
  readonly look: Look;
}

/** What axe finds, and controls that are too small. */
async function findingsOn(page: Page): Promise<readonly string[]> {
  const small = await page.evaluate<readonly string[]>(SMALL_TARGETS);
  return [...(await accessibilityFindings(page)), ...small].filter((finding) => !LIST.test(finding));
}

/** In a narrow window one panel is visible at a time. */
async function showPane(page: Page, name: string): Promise<void> {
  const pane = page.locator('.switch-panes').getByRole('button', { name });
  if (await pane.isVisible()) await pane.click();
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).first().click();
}

async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

async function visitDraft({ window, look }: Visit): Promise<void> {
  const { page } = window;
  await page.getByRole('button', { name: 'Add photos' }).first().waitFor();
  await look('first start');
  await press(page, 'Browse folders');
  await page.getByRole('dialog', { name: 'Choose images' }).waitFor();
  await look('opened folders');
  await closeDialog(page);
  await window.chooseFiles(() => page.keyboard.press('Control+o'), files);
  await page.locator('.draft').nth(1).waitFor({ state: 'attached' });
  for (const pane of ['List', 'Image', 'settings']) {
    await showPane(page, pane);
    await look(`draft, ${pane}`);
  }
  for (const fold of await page.locator('.rail summary').all()) await fold.click();
  await page.getByRole('combobox', { name: 'Size by' }).selectOption('Print size');
  await page.getByRole('radio', { name: /^Photo/ }).click();
  await look('draft, all settings');
  await showPane(page, 'Image');
  await press(page, 'Compare models');
  await page.getByRole('group', { name: 'Compare models' }).waitFor();
  await look('comparison of models');
  await press(page, 'Compare models');
}

async function visitQueue({ window: { page }, standIn, look }: Visit): Promise<void> {
  await showPane(page, 'settings');
  await press(page, 'Enlarge 2 images');
  await showPane(page, 'List');
  await page.getByText('0 of 2 done').waitFor();
  standIn.work(3);
  await look('running');
  standIn.work(40);
  await page.getByText('All done').waitFor();
  await look('done');
  await page.getByRole('row', { name: 'cat.jpg' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Remove from list' }).waitFor();
  await look('menu');
  await page.keyboard.press('Escape');
  await press(page, 'Batch report');
  await page.getByRole('heading', { name: 'Lowest quality first' }).waitFor();
  await look('batch report');
  await press(page, 'Back to images');
  await page.getByRole('row', { name: 'cat.jpg' }).click();
  await showPane(page, 'Image');
  await press(page, 'Details');
  await page.getByText('Measurements').click();
  await look('report');
}

async function visitPages({ window: { page }, look }: Visit): Promise<void> {
  for (const screen of ['Watched folders', 'Machines', 'Models', 'Settings']) {
    await showPane(page, 'List');
    await page.getByRole('button', { name: screen }).first().click();
    await page.getByRole('heading', { name: screen }).first().waitFor();
    await look(screen);
  }
  await showPane(page, 'List');
  await press(page, 'Keyboard shortcuts');
  await page.getByRole('dialog').waitFor();
  await look('shortcuts');
  await closeDialog(page);
  await dropFiles(page, [modelFile()]);
  await page.getByRole('heading', { name: 'Add this model?' }).waitFor();
  await look('a model that is added');
}

describe.skipIf(reason !== undefined)(
  `every screen${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    });

    afterAll(() => browser.close());

    test.each(THEMES)('is readable, and its controls are large enough ($name)', async (theme) => {
      const { viewport, colorScheme, forcedColors } = theme;
      const info = { ...BROWSER_INFO, roots: [{ id: 'r1', name: 'Photos' }] };
      await using standIn = await startStandIn(info, {});
      standIn.host.setMachines([STUDIO]);
      const options = { viewport, colorScheme, forcedColors };
      await using window = await openPage(browser, standIn.server.url, options);
      const findings: Record<string, readonly string[]> = {};
      const look: Look = async (screen) => {
        findings[screen] = await findingsOn(window.page);
      };
      const visit = { window, standIn, look };
      await visitDraft(visit);
      await visitQueue(visit);
      await visitPages(visit);
      expect(findings).toEqual(Object.fromEntries(Object.keys(findings).map((screen) => [screen, []])));
      expect(window.complaints).toEqual([]);
    });

    test('a question before many images are cancelled is readable', async () => {
      await using standIn = await startStandIn(BROWSER_INFO, { rows: 30 });
      await using window = await openPage(browser, standIn.server.url);
      const { page } = window;
      await press(page, 'Cancel all');
      await page.getByRole('button', { name: 'Cancel them' }).waitFor();
      expect(await findingsOn(page)).toEqual([]);
    });
  },
);
