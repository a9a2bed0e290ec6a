import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startBrowserFace } from '../support/browserWindow.ts';
import { whyNoBrowser } from '../support/launchBrowser.ts';

const reason = whyNoBrowser();

/** Scrolls for some seconds and counts frames and tasks that held the page up. */
const SCROLL = `new Promise((done) => {
  const list = document.querySelector('.grid > div');
  const longTasks = [];
  new PerformanceObserver((entries) => {
    for (const { duration } of entries.getEntries()) longTasks.push(Math.round(duration));
  }).observe({ type: 'longtask' });
  const started = performance.now();
  let frames = 0;
  const step = () => {
    frames++;
    list.scrollTop += 40;
    const elapsed = performance.now() - started;
    if (elapsed < 5000) requestAnimationFrame(step);
    else done({ framesPerSecond: (frames / elapsed) * 1000, longTasks, scrolled: list.scrollTop });
  };
  requestAnimationFrame(step);
})`;

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
