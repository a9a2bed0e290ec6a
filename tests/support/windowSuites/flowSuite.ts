import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { examples } from '../standIn.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import type { WindowFace } from '../windowFace.ts';
import { dropFiles, openReport } from '../windowPage.ts';

const files = ['cat.jpg', 'flowers.jpg', 'shore.webp'].map((name) => path.join(examples, name));

/** Collects elements that moved unexpectedly, with their places before and after. */
const WATCH_SHIFTS = `
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { sources } of list.getEntries()) {
      for (const { node, previousRect, currentRect } of sources) {
        window.shifts.push([node?.outerHTML ?? node?.textContent, previousRect.toJSON(), currentRect.toJSON()]);
      }
    }
  }).observe({ type: 'layout-shift' });`;

/** Pastes a file that has no path, as an image copied in another program. */
async function paste(page: Page, name: string, base64: string): Promise<void> {
  const file = `new File([Uint8Array.from(atob('${base64}'), (c) => c.charCodeAt(0))], '${name}', { type: 'image/png' })`;
  await page.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.items.add(${file});
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
  }`);
}

/** Tests the window from a drop to the saved report, in a browser or on the desktop. */
export function testFlow(face: () => WindowFace): void {
  test('from a drop to the compared, reported and exported result: one drop, one click', async () => {
    await using window = await face().open();
    const { page, work, complaints } = window;
    await page.getByRole('heading', { name: 'Enlarge photos up to 8×' }).waitFor();

    await dropFiles(page, [...files, path.join(examples, 'CREDITS.md')]);
    await page.getByText('3 images', { exact: true }).waitFor();
    await page.getByText('1 file couldn’t be added').waitFor();
    expect(await page.locator('.refused').innerText()).toContain('CREDITS.md');
    await page.getByText('250 × 220 → 1000 × 880').waitFor();
    await page.getByRole('img', { name: 'Automatic' }).waitFor(); // the preview
    await page.getByText('Updating…').waitFor({ state: 'hidden' });
    const start = page.getByRole('button', { name: 'Enlarge 3 images' });
    expect(await start.isEnabled()).toBe(true);

    await start.click();
    await page.getByText('0 of 3 done').waitFor();
    work(3);
    await page.getByRole('row').getByText('Enlarging, 40%').waitFor();
    work(30);
    await page.getByText('All done').waitFor();

    await page.getByRole('slider', { name: 'Split position' }).waitFor();
    await openReport(page);
    await page.getByRole('radio', { name: 'Difference' }).click();
    await page.getByText('Where the result, scaled back down, differs').waitFor();

    const saved = await window.save(() => page.getByRole('button', { name: 'HTML' }).click());
    expect(saved.name).toBe('report.html');
    expect(complaints).toEqual([]);
  });

  test('the strength can be chosen if the model has one, and the preview follows', async () => {
    await using window = await face().open();
    const { page, host } = window;
    await dropFiles(page, files.slice(0, 1));
    await page.getByRole('img', { name: 'Automatic' }).waitFor();
    const slider = page.getByRole('slider', { name: 'Strength' });
    await page.getByRole('radio', { name: /^Fast/ }).click();
    expect(await slider.count()).toBe(0);
    await page.getByRole('radio', { name: /^Photo/ }).click();
    await slider.focus();
    await page.keyboard.press('Home');
    for (let step = 0; step < 7; step++) await page.keyboard.press('ArrowRight');
    expect(await slider.getAttribute('aria-valuetext')).toBe('35%');
    await expect.poll(() => host.lastPreview?.strength).toBe(0.35);
    await page.getByRole('button', { name: 'Enlarge 1 image' }).click();
    await page.getByText('0 of 1 done').waitFor();
    const { batches } = await host.api.listBatches({});
    expect(batches[0]?.spec.settings).toMatchObject({ model: 'photo', strength: 0.35 });
  });

  test('a pasted image is accepted, and anything else that is pasted is refused with its reason', async () => {
    await using window = await face().open();
    const { page, work, complaints } = window;
    const bytes = readFileSync(path.join(examples, 'cat.jpg')).toString('base64');
    await paste(page, 'copied.jpg', bytes);
    await page.getByText('250 × 220 → 1000 × 880').waitFor();
    await paste(page, 'words.png', Buffer.from('no image at all').toString('base64'));
    await page.getByText('1 file couldn’t be added').waitFor();
    expect(await page.locator('.refused').innerText()).toContain('words.png');
    await page.getByRole('button', { name: 'Enlarge 1 image' }).click();
    await page.getByText('0 of 1 done').waitFor();
    work(10);
    await page.getByRole('row', { name: 'copied.jpg' }).getByText(/^Done/).waitFor();
    expect(complaints).toEqual([]);
  });

  test('pauses, continues, cancels, and tries again', async () => {
    await using window = await face().open();
    const { page, work, host } = window;
    await dropFiles(page, files);
    await page.getByRole('button', { name: 'Enlarge 3 images' }).click();
    await page.getByText('0 of 3 done').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused, 0 of 3 done').waitFor();
    work(5);
    expect((await host.api.getQueue({})).counts.queued).toBe(3);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    work(8);
    await page.getByText('1 of 3 done').waitFor();
    const row = page.getByRole('row');
    await row.getByText(/^Enlarging, /).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await row.getByText(/^Paused, /).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await row.getByText(/^Enlarging, /).waitFor();
    await page.getByRole('button', { name: 'Cancel all' }).click();
    await page.getByText('Finished – 1 done, 2 cancelled').waitFor();
    await page.getByRole('radio', { name: 'Skipped or cancelled 2' }).click();
    await page.getByRole('button', { name: 'Retry all failed' }).click();
    await page.getByRole('radio', { name: 'Waiting 2' }).waitFor();
  });

  test('a damaged image fails with its reason, and the others continue', async () => {
    await using window = await face().open();
    const { page, work } = window;
    const name = 'broken cat.jpg';
    const broken = path.join(temporaryFolder(), name);
    copyFileSync(path.join(examples, 'cat.jpg'), broken);
    const add = page.locator('main').getByRole('button', { name: 'Add photos' });
    await window.chooseFiles(() => add.click(), [broken]);
    await page.getByRole('button', { name: 'Enlarge 1 image' }).click();
    await page.getByText('0 of 1 done').waitFor();
    work(2);
    await page
      .getByRole('row', { name })
      .getByText('The image is damaged. Open it in another program and save it again.')
      .waitFor();
    await page.getByRole('radio', { name: 'Failed 1' }).waitFor();
  });

  test('compares by slider, side by side, with the lens, and shows the original while a key is held', async () => {
    await using window = await face().open();
    const { page, work, complaints } = window;
    await page.getByRole('button', { name: 'Try a sample photo' }).click();
    await page.getByText('0 of 1 done').waitFor();
    work(12);
    const slider = page.getByRole('slider', { name: 'Split position' });
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await slider.getAttribute('aria-valuenow')).toBe('48');
    await page.getByRole('grid', { name: 'Images' }).focus();
    await page.keyboard.down('\\');
    await page.getByText('Enlarged', { exact: true }).waitFor({ state: 'hidden' });
    await page.keyboard.up('\\');
    await page.getByText('Enlarged', { exact: true }).waitFor();
    await page.keyboard.press('m');
    const layout = page.getByRole('button', { name: 'Side by side', exact: true });
    expect(await layout.getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('1');
    await page.getByText('100%', { exact: true }).waitFor();
    await page.keyboard.press('l');
    await page.keyboard.press('0');
    await page.keyboard.press('Space');
    await page.locator('.window.full').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('navigation').waitFor();
    expect(complaints).toEqual([]);
  });

  test('nothing moves by itself while a batch runs', async () => {
    await using window = await face().open();
    const { page, host } = window;
    await dropFiles(page, files);
    await page.getByRole('button', { name: 'Enlarge 3 images' }).click();
    await page.getByText('0 of 3 done').waitFor();
    await page.evaluate(WATCH_SHIFTS);
    for (let tick = 0; tick < 16; tick++) {
      host.tick();
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    }
    expect(await page.evaluate('window.shifts')).toEqual([]);
  });
}
