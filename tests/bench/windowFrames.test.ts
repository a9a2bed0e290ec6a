import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import os from 'node:os';
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
  const frames = [];
  let last;
  const share = (part) => Math.round(frames.sort((a, b) => a - b)[Math.floor(frames.length * part)] * 10) / 10;
  // A frame's own time: when its callback happens to run within it is of no interest.
  const step = (now) => {
    if (last !== undefined) frames.push(now - last);
    last = now;
    ${everyFrame}
    const elapsed = now - started;
    if (elapsed < 5000) requestAnimationFrame(step);
    else done({
      framesPerSecond: Math.round((frames.length / elapsed) * 1e4) / 10,
      p50Ms: share(0.5), p95Ms: share(0.95), maxMs: share(0.9999),
      longTasks, scrolled: list.scrollTop,
    });
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

/** Keeps every core busy with the priority of workers next to a window. @returns A function that ends that. */
function keepCoresBusy(): () => void {
  const priority = os.constants.priority.PRIORITY_BELOW_NORMAL;
  const script = `require('node:os').setPriority(${priority}); for (;;);`;
  const busy = Array.from({ length: os.availableParallelism() }, () =>
    spawn(process.execPath, ['-e', script], { stdio: 'ignore' }),
  );
  return () => {
    for (const child of busy) child.kill('SIGKILL');
  };
}

const FIRST_PAINT =
  "performance.getEntriesByType('paint').map(({ name, startTime }) => name + ' ' + Math.round(startTime) + ' ms')";

test.skipIf(reason !== undefined).each([
  { rows: 10_000, isBusy: false, name: 'a batch proceeds' },
  { rows: 5_000, isBusy: true, name: 'a batch proceeds and every core computes' },
])(`how smoothly $rows rows scroll while $name`, async ({ rows, isBusy, name }) => {
  const face = await startBrowserFace();
  try {
    await using window = await face.open({ rows });
    const { page, host } = window;
    await page.getByRole('radio', { name: `All ${rows.toLocaleString('en')}` }).waitFor();
    const rest = isBusy ? keepCoresBusy() : () => undefined;
    const work = setInterval(() => host.tick(), 100);
    const measured = await page
      .evaluate<{ readonly scrolled: number }>(SCROLL)
      .finally(rest)
      .finally(() => clearInterval(work));
    await page.reload();
    await page.getByRole('row').first().waitFor();
    const paint: unknown = await page.evaluate(FIRST_PAINT);
    const text = JSON.stringify({ rows, while: name, ...measured, warmPaint: paint });
    process.stderr.write(`${text}\n`);
    const file = process.env['ENLARGER_BENCH_FILE'];
    if (file !== undefined) appendFileSync(file, `${text}\n`);
    expect(measured.scrolled).toBeGreaterThan(1_000);
  } finally {
    await face.close();
  }
});
