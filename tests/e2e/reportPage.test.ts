import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ReportImages } from '../../core/api/reportImages.ts';
import { encodeSmall, webpUri } from '../../core/image/smallImages.ts';
import { htmlReport } from '../../core/report/htmlReport.ts';
import type { ReportEntry } from '../../core/report/reportEntry.ts';
import type { ReportLanguage } from '../../core/report/reportWords.ts';
import { launchBrowser, whyNoBrowser } from '../support/launchBrowser.ts';
import { patternRaster } from '../support/images.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { reportNamed, sampleQuality } from '../unit/report/sampleReport.ts';

const HOSTILE = '"><img src=x onerror=alert(1)>.png';
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const axeResultSchema = z.object({
  violations: z.array(z.object({ id: z.string(), impact: z.string().nullable() })),
});

async function someImages(): Promise<ReportImages> {
  const make = async (width: number, height: number): Promise<string> =>
    webpUri(await encodeSmall(patternRaster({ width, height, channels: 3, bitDepth: 8 }), 60));
  const [view, crop] = [await make(240, 160), await make(80, 80)];
  const place = { x: 8, y: 4, width: 80, height: 80 };
  return {
    width: 240,
    height: 160,
    before: view,
    after: view,
    difference: view,
    similarity: view,
    crops: [{ kind: 'look', place, before: crop, after: crop }],
  };
}

/** Three images, one of each verdict, the worst with the hostile name. */
async function writePage(language: ReportLanguage): Promise<string> {
  const images = await someImages();
  const entries = (['ok', 'look', 'failed'] as const).map((verdict, index): ReportEntry => {
    const report = reportNamed(verdict === 'failed' ? HOSTILE : `${verdict}.png`);
    const quality = sampleQuality();
    const consistency = { ...quality.consistency, psnrDb: 50 - 10 * index };
    return {
      report: { ...report, quality: { ...quality, verdict, consistency } },
      pictures: () => Promise.resolve(images),
    };
  });
  const file = path.join(temporaryFolder(), 'report.html');
  const batch = {
    program: 'enlarger test',
    finishedAt: '2026-11-25T00:00:00Z',
    entries,
    failures: [],
    others: [],
  };
  await writeFile(file, htmlReport(batch, language));
  return pathToFileURL(file).href;
}

interface Opened {
  readonly page: Page;
  /** Errors and requests of the page, and every dialog. */
  readonly complaints: readonly string[];
}

describe.skipIf(whyNoBrowser() !== undefined)(
  'the HTML report in Chromium (skipped without a browser)',
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    });

    afterAll(() => browser.close());

    async function open(url: string, options: Parameters<Browser['newContext']>[0]): Promise<Opened> {
      const page = await (await browser.newContext(options)).newPage();
      const complaints: string[] = [];
      page.on('dialog', (dialog) => {
        complaints.push(dialog.message());
        void dialog.dismiss();
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('request', (request) => {
        if (request.url() !== url && !request.url().startsWith('data:')) complaints.push(request.url());
      });
      await page.goto(url);
      return { page, complaints };
    }

    test('with scripts blocked, the table is readable and both views of an image are visible', async () => {
      const { page, complaints } = await open(await writePage('en'), { javaScriptEnabled: false });
      const rows = await page.locator('tbody tr').allInnerTexts();
      expect(rows).toHaveLength(3);
      expect(rows[0]).toContain(HOSTILE);
      expect(rows[0]).toContain('30.0');
      const [before, after] = [
        await page.locator('article .before img').first().boundingBox(),
        await page.locator('article .after img').first().boundingBox(),
      ];
      expect((before?.x ?? 0) + (before?.width ?? 0)).toBeLessThanOrEqual(after?.x ?? 0);
      expect(await page.locator('.slider').first().isVisible()).toBe(false);
      expect(complaints).toEqual([]);
    });

    test('with scripts, the slider moves, the table sorts, and verdicts can be filtered', async () => {
      const { page, complaints } = await open(await writePage('en'), {});
      const slider = page.locator('.slider').first();
      await slider.focus();
      await page.keyboard.press('Home');
      expect(await page.locator('.pair').first().getAttribute('style')).toContain('--split: 0%');

      const names = () => page.locator('tbody td.name').allInnerTexts();
      expect(await names()).toEqual([HOSTILE, 'look.png', 'ok.png']);
      await page.getByRole('button', { name: 'Match with original' }).click();
      await page.getByRole('button', { name: 'Match with original' }).click();
      expect(await names()).toEqual(['ok.png', 'look.png', HOSTILE]);

      await page.getByRole('button', { name: /1 .*review/ }).click();
      expect(await page.locator('article:visible h3').allInnerTexts()).toEqual(['look.png']);
      expect(complaints).toEqual([]);
    });

    test('on a phone nothing is wider than the screen, and each figure is named', async () => {
      const { page } = await open(await writePage('en'), { viewport: { width: 390, height: 844 } });
      const widest = await page.evaluate<number>(
        `Math.max(...[...document.querySelectorAll('main *:not(.slider)')].map((part) => part.getBoundingClientRect().right))`,
      );
      expect(widest).toBeLessThanOrEqual(390);
      const figure = page.locator('tbody tr').first().locator('td.figure').nth(1);
      expect(await figure.getAttribute('data-name')).toBe('Match with original (dB)');
      const [row, cell] = [await page.locator('tbody tr').first().boundingBox(), await figure.boundingBox()];
      expect(cell?.width).toBeGreaterThan(0.8 * (row?.width ?? Infinity));
      await page.getByRole('button', { name: 'Match with original' }).click();
      await page.getByRole('button', { name: 'Match with original' }).click();
      expect(await page.locator('tbody td.name').allInnerTexts()).toEqual(['ok.png', 'look.png', HOSTILE]);
    });

    test('a hostile name is text: no element of it, no dialog, nothing loaded', async () => {
      const { page, complaints } = await open(await writePage('en'), {});
      expect(await page.locator('img[src="x"]').count()).toBe(0);
      expect(await page.locator('h3').first().innerText()).toBe(HOSTILE);
      expect(complaints).toEqual([]);
    });

    test.each([
      { colorScheme: 'light', language: 'en' },
      { colorScheme: 'dark', language: 'zh-TW' },
    ] as const)('axe finds nothing serious: $colorScheme, $language', async ({ colorScheme, language }) => {
      // The page's own policy would block axe.
      const { page } = await open(await writePage(language), { colorScheme, bypassCSP: true });
      await page.addScriptTag({ content: readFileSync(axePath, 'utf8') });
      const { violations } = axeResultSchema.parse(await page.evaluate('axe.run()'));
      expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    });
  },
);
