import { realpathSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { suiteName, whyNoDesktop } from '../../support/desktopProgram.ts';
import { openDesktopWorkplace, type DraggedFiles } from '../../support/tasks/desktopWorkplace.ts';
import { HANDS } from '../../support/tasks/hands.ts';
import { add, choosePlain, copies, numbered, start, waitUntilDone } from '../../support/tasks/steps.ts';

const reason = whyNoDesktop();

describe.skipIf(reason !== undefined)(suiteName('dragging out of the desktop window', reason), () => {
  test('hands the system the result of the row, or of all selected rows, with an icon', async () => {
    await using place = await openDesktopWorkplace();
    const { page } = place.window;
    const dragged = await place.watchDrags();
    const desk = { place, hands: HANDS.mouse };
    await add(desk, copies(numbered(3)));
    await choosePlain(desk);
    await start(desk);
    await waitUntilDone(page);
    const drag = async (name: string): Promise<DraggedFiles> => {
      const box = await page.getByRole('row', { name }).boundingBox();
      const [x, y] = [(box?.x ?? 0) + 80, (box?.y ?? 0) + 20];
      await page.mouse.move(x, y);
      await page.mouse.down();
      for (let step = 1; step <= 6; step++) await page.mouse.move(x + step * 8, y + step * 4);
      const seen = await dragged();
      await page.mouse.up();
      return seen;
    };
    const names = ({ file, files }: DraggedFiles): readonly string[] => {
      expect(realpathSync(file)).toBe(file);
      expect(path.basename(path.dirname(file))).toBe('enlarged');
      return files.map((each) => path.basename(each)).sort();
    };
    const one = await drag('cat 002.jpg');
    expect(names(one)).toEqual([expect.stringMatching(/^cat 002/)]);
    expect(one.hasIcon).toBe(true);
    await page.getByRole('grid', { name: 'Images' }).focus();
    await page.keyboard.press('Control+a');
    expect(names(await drag('cat 001.jpg'))).toHaveLength(3);
  });
});
