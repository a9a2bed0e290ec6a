import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openPage } from '../../support/browserWindow.ts';
import { launchBrowser, whyNoBrowser } from '../../support/launchBrowser.ts';
import {
  keepAsReference,
  SCREEN_ARTEFACTS,
  screenFindings,
  takeScreen,
  type TakenScreen,
} from '../../support/screenReference.ts';
import { examples, startStandIn, type StandIn } from '../../support/standIn.ts';
import { BROWSER_INFO } from '../../support/standInInfo.ts';
import { dropFiles } from '../../support/windowPage.ts';

const reason = whyNoBrowser();
/** Set to 1 after a wanted change of the window: its screens become the references. */
const areRenewed = process.env['ENLARGER_RENEW_SCREENS'] === '1';

/** Deliberate changes are kept under a separate name. */
const CHANGED = 'changed by a test';

const files = ['cat.jpg', 'flowers.jpg', 'CREDITS.md'].map((name) => path.join(examples, name));

interface Snapshot {
  readonly colorScheme: 'dark' | 'light';
  readonly locale: 'en-US' | 'zh-TW';
}

interface Screen {
  readonly name: string;
  readonly look: Snapshot;
  readonly prepare: (page: Page, standIn: StandIn) => Promise<unknown>;
}

async function showDraft(page: Page): Promise<void> {
  await dropFiles(page, files);
  await page.locator('.draft').nth(1).waitFor();
  // The preview takes time, and an image only appears in the page once it is decoded.
  await page.locator('.images img').nth(2).waitFor();
  await page.waitForFunction('[...document.images].every(({ complete }) => complete)');
}

async function showResult(page: Page, { work }: StandIn): Promise<void> {
  await showDraft(page);
  await page.locator('form button.primary').click();
  await page.locator('.job').first().waitFor();
  work(30);
  await page.getByRole('button', { name: 'Details' }).click();
  await page.getByText('Measurements').click();
  await page.locator('.report dl').waitFor();
}

const SCREENS: readonly Screen[] = [
  {
    name: 'first-start',
    look: { colorScheme: 'dark', locale: 'en-US' },
    prepare: (page) => page.getByRole('heading', { name: 'Enlarge photos up to 8×' }).waitFor(),
  },
  { name: 'draft', look: { colorScheme: 'light', locale: 'en-US' }, prepare: showDraft },
  { name: 'result', look: { colorScheme: 'dark', locale: 'en-US' }, prepare: showResult },
  {
    name: 'settings',
    look: { colorScheme: 'light', locale: 'zh-TW' },
    prepare: async (page) => {
      await page.keyboard.press('Control+,');
      await page.getByRole('heading', { name: '設定', exact: true }).waitFor();
    },
  },
];

describe.skipIf(reason !== undefined)(
  `screens of the window${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    });

    afterAll(() => browser.close());

    async function open({ prepare, look }: Pick<Screen, 'prepare' | 'look'>): Promise<Page> {
      const standIn = await startStandIn(BROWSER_INFO, {});
      onTestFinished(() => standIn[Symbol.asyncDispose]());
      const { page, ...window } = await openPage(browser, standIn.server.url, {
        ...look,
        viewport: { width: 1280, height: 800 },
        reducedMotion: 'reduce',
        timezoneId: 'UTC',
      });
      onTestFinished(() => window[Symbol.asyncDispose]());
      await prepare(page, standIn);
      await page.evaluate('document.activeElement?.blur?.()');
      await page.mouse.move(2, 2);
      return page;
    }

    test.each(SCREENS)('$name looks as it did', async ({ name, ...screen }) => {
      const taken = await takeScreen(await open(screen));
      if (areRenewed) await keepAsReference(name, taken);
      expect(await screenFindings(name, taken)).toEqual([]);
    });

    const [, , result] = SCREENS;
    if (result === undefined) throw new Error('There is no screen of a result.');

    /** The findings for a changed screen. */
    async function afterChange(page: Page, change: string): Promise<readonly string[]> {
      await page.evaluate(change);
      return screenFindings('result', await takeScreen(page), CHANGED);
    }

    test('missing elements and changed colours are found and shown', async () => {
      const page = await open(result);
      const hide = (selector: string): string =>
        `document.querySelector('${selector}').style.visibility = 'hidden'`;
      const show = (selector: string): string =>
        `document.querySelector('${selector}').style.visibility = ''`;
      for (const part of ['.left', '.bottom', '.report dl', '.stage canvas']) {
        expect(await afterChange(page, hide(part)), part).not.toEqual([]);
        expect(await afterChange(page, show(part)), part).toEqual([]);
      }
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await afterChange(page, '0')).toEqual([
        expect.stringMatching(/^\d\d\.\d\d% of the screen looks/),
      ]);
      const kept = ['', '-expected', '-difference'].map((kind) =>
        path.join(SCREEN_ARTEFACTS, `${CHANGED}${kind}.png`),
      );
      expect(kept.filter((file) => !existsSync(file))).toEqual([]);
    });

    test('another font does not count as a difference, but another colour does in any font', async () => {
      const page = await open(result);
      const inSerif = `(() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('* { font-family: serif !important }');
        document.adoptedStyleSheets = [sheet];
      })()`;
      expect(await afterChange(page, inSerif)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'light' });
      const light: TakenScreen = await takeScreen(page);
      expect(await screenFindings('result', light, CHANGED)).toEqual([
        expect.stringMatching(/^colours differ by \d\d/),
      ]);
    });
  },
);
