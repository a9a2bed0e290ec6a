import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startBrowserFace } from '../support/browserWindow.ts';
import { whyNoBrowser } from '../support/launchBrowser.ts';

const reason = whyNoBrowser();

/** Counts frames for some seconds, and tasks that held the page up; `everyFrame` is what the page does in each. */
const countFrames = (list: string, everyFrame = ''): string => `new Promise((done) => {
  const list = document.querySelector('${list}');
  const longTasks = [];
  new PerformanceObserver((entries) => {
    for (const { duration } of entries.getEntries()) longTasks.push(Math.round(duration));
  }).observe({ type: 'longtask' });
  const started = performance.now();
  let frames = 0;
  const step = () => {
    frames++;
    ${everyFrame}
    const elapsed = performance.now() - started;
    if (elapsed < 5000) requestAnimationFrame(step);
    else done({ framesPerSecond: (frames / elapsed) * 1000, longTasks, scrolled: list.scrollTop });
  };
  requestAnimationFrame(step);
})`;

const SCROLL = countFrames('.grid > div', 'list.scrollTop += 40;');

/** While rows are held at the list's lower edge, it scrolls under them. */
const WATCH = countFrames('.grid > div:not(.gap)');

test.skipIf(reason !== undefined)(
  `how smoothly a row is carried over 10,000${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  async () => {
    const face = await startBrowserFace();
    try {
      await using window = await face.open({ rows: 10_000 });
      const { page } = window;
      const box = await page.getByRole('row', { name: 'image 00003.jpg' }).boundingBox();
      const grid = await page.getByRole('grid', { name: 'Images' }).boundingBox();
      if (box === null || grid === null) throw new Error('There is no list.');
      await page.mouse.move(box.x + 200, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(box.x + 200, grid.y + grid.height - 10, { steps: 10 });
      const measured = await page.evaluate<{ readonly scrolled: number }>(WATCH);
      await page.mouse.up();
      process.stderr.write(`${JSON.stringify(measured)}\n`);
      expect(measured.scrolled).toBeGreaterThan(1_000);
    } finally {
      await face.close();
    }
  },
);

test.skipIf(reason !== undefined)(
  `how smoothly 10,000 rows scroll while a batch runs${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  async () => {
    const face = await startBrowserFace();
    try {
      await using window = await face.open({ rows: 10_000 });
      const { page, host } = window;
      await page.getByRole('radio', { name: 'All 10,000' }).waitFor();
      const work = setInterval(() => host.tick(), 100);
      const measured = await page.evaluate<{ readonly scrolled: number }>(SCROLL);
      clearInterval(work);
      const paint: unknown = await page.evaluate(
        "performance.getEntriesByType('paint').map(({ name, startTime }) => name + ' ' + Math.round(startTime) + ' ms')",
      );
      const text = JSON.stringify({ ...measured, paint });
      process.stderr.write(`${text}\n`);
      const file = process.env['ENLARGER_BENCH_FILE'];
      if (file !== undefined) writeFileSync(file, text);
      expect(measured.scrolled).toBeGreaterThan(1_000);
    } finally {
      await face.close();
    }
  },
);
