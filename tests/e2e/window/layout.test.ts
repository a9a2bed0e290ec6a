import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowserFace } from '../../support/browserWindow.ts';
import { whyNoBrowser } from '../../support/launchBrowser.ts';
import { examples } from '../../support/standIn.ts';
import type { StandInWindow, WindowFace } from '../../support/windowFace.ts';
import { dropFiles } from '../../support/windowPage.ts';

const reason = whyNoBrowser();
const files = ['cat.jpg', 'flowers.jpg', 'compass.png'].map((name) => path.join(examples, name));

/** The share of the window in which the image is visible, without panels and elements that float over it. */
const SHARE = `(() => {
  const area = ({ width, height }) => width * height;
  const box = document.querySelector('.compare, .preview').getBoundingClientRect();
  const drawer = document.querySelector('.drawer')?.getBoundingClientRect() ?? { width: 0, height: 0 };
  return (area(box) - area(drawer)) / (innerWidth * innerHeight);
})()`;

async function startBatch({ page }: StandInWindow): Promise<void> {
  await page.getByRole('button', { name: 'Enlarge 3 images' }).click();
  await page.getByText('0 of 3 done').waitFor();
}

describe.skipIf(reason !== undefined)(
  `the layout of the window${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let face: WindowFace;

    beforeAll(async () => {
      face = await startBrowserFace();
    });

    afterAll(() => face.close());

    test('the image has 65 to 80% of the window, before, during and after a batch', async () => {
      await using window = await face.open({ viewport: { width: 1440, height: 900 } });
      const { page, work } = window;
      const shares: Record<string, number> = {};
      const measure = async (screen: string) => {
        await page.locator('.compare, .preview').first().waitFor();
        shares[screen] = await page.evaluate<number>(SHARE);
      };
      await dropFiles(page, files);
      await page.getByRole('img', { name: 'Automatic' }).waitFor();
      await measure('draft');
      await startBatch(window);
      await measure('running');
      work(40);
      await page.getByRole('button', { name: 'Details' }).waitFor();
      await measure('result');
      await page.getByRole('button', { name: 'Details' }).click();
      await page.locator('.drawer').waitFor();
      await measure('report');
      await page.getByRole('button', { name: 'Batch report' }).click();
      await page.getByRole('heading', { name: 'Lowest quality first' }).waitFor();
      await measure('batch report');
      for (const [screen, share] of Object.entries(shares)) {
        expect(share, screen).toBeGreaterThanOrEqual(0.65);
        expect(share, screen).toBeLessThanOrEqual(0.8);
      }
    });

    /** 720 × 450 is a window of 1440 × 900 at 200% zoom. */
    const SIZES = [
      { width: 360, height: 640 },
      { width: 720, height: 450 },
      { width: 800, height: 560 },
    ];

    async function showPane(page: Page, name: string): Promise<void> {
      const pane = page.locator('.switch-panes').getByRole('button', { name });
      if (await pane.isVisible()) await pane.click();
    }

    test.each(SIZES)('nothing is cut off in a window of $width × $height', async (viewport) => {
      await using window = await face.open({ viewport });
      const { page, work } = window;
      await page.getByRole('button', { name: 'Add photos' }).first().waitFor();
      await window.chooseFiles(() => page.keyboard.press('Control+o'), files);
      await page.locator('.draft').nth(2).waitFor({ state: 'attached' });
      const isInside = async (name: string) => {
        const box = await page.getByRole('button', { name, exact: true }).boundingBox();
        expect(box, name).not.toBeNull();
        if (box === null) return;
        expect(box.x, name).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width, name).toBeLessThanOrEqual(viewport.width);
        expect(box.y + box.height, name).toBeLessThanOrEqual(viewport.height);
      };
      await showPane(page, 'List');
      await page.getByRole('row', { name: 'cat.jpg' }).waitFor();
      const names = await page.locator('.draft .names').first().boundingBox();
      expect(names?.width).toBeGreaterThanOrEqual(110);
      await showPane(page, 'Settings');
      await isInside('Enlarge 3 images');
      await page.getByRole('button', { name: 'Enlarge 3 images' }).click();
      await showPane(page, 'List');
      await isInside('Pause');
      work(40);
      await isInside('Download all');
      await showPane(page, 'Image');
      await isInside('Details');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
      expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(viewport.height);
    });

    test('the widths of the panels are set by hand or by keys, and remembered', async () => {
      await using window = await face.open();
      const { page } = window;
      await dropFiles(page, files);
      const edge = page.getByRole('slider', { name: 'Width of the list' });
      const widthOf = async () => Number(await edge.getAttribute('aria-valuenow'));
      const before = await widthOf();
      await edge.focus();
      for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowRight');
      expect(await widthOf()).toBe(before + 80);
      const box = await edge.boundingBox();
      if (box === null) throw new Error('The edge is not visible.');
      await page.mouse.move(box.x + 4, 300);
      await page.mouse.down();
      await page.mouse.move(box.x + 44, 300, { steps: 4 });
      await page.mouse.up();
      expect(await widthOf()).toBe(before + 120);
      await page.reload();
      await page.getByRole('row', { name: 'cat.jpg' }).waitFor();
      expect(await widthOf()).toBe(before + 120);
    });

    test('a wide list shows rows, and a narrow one a film strip', async () => {
      await using window = await face.open();
      const { page } = window;
      await dropFiles(page, files);
      const row = page.getByRole('row', { name: 'cat.jpg' });
      await row.waitFor();
      const heightOf = async () => (await row.boundingBox())?.height ?? 0;
      await expect.poll(heightOf).toBeGreaterThan(100);
      const edge = page.getByRole('slider', { name: 'Width of the list' });
      await edge.focus();
      for (let step = 0; step < 8; step++) await page.keyboard.press('ArrowRight');
      await expect.poll(heightOf).toBeLessThan(60);
    });
  },
);
