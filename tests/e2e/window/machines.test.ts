import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MachineView } from '../../../core/api/contract.ts';
import { startBrowserFace } from '../../support/browserWindow.ts';
import { whyNoBrowser } from '../../support/launchBrowser.ts';
import type { WindowFace } from '../../support/windowFace.ts';
import { accessibilityFindings } from '../../support/windowPage.ts';

const reason = whyNoBrowser();

const STUDIO: MachineView = {
  ...{ id: '0123456789abcdef', name: 'studio-2', version: '0.1.0', state: 'working' },
  ...{ running: 2, capacity: 3, finished: 41, failed: 1, megapixelsPerSecond: 1.25, silentMs: 0 },
};
const ATTIC: MachineView = {
  ...STUDIO,
  ...{ id: 'fedcba9876543210', name: 'attic', failed: 0, megapixelsPerSecond: 0, silentMs: 9_000 },
};

describe.skipIf(reason !== undefined)(
  `the page of the machines${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let face: WindowFace;

    beforeAll(async () => {
      face = await startBrowserFace();
    });

    afterAll(() => face.close());

    test('only exists if the list is shared, and shows which machines work and which are silent', async () => {
      await using window = await face.open({ rows: 1 });
      const { page, host, complaints } = window;
      const place = page.getByRole('button', { name: /^Machines/ });
      await page.getByRole('button', { name: 'Watched folders' }).waitFor();
      expect(await place.count()).toBe(0);
      host.setMachines([ATTIC, STUDIO]);
      await page.reload();
      await place.click();
      const rows = page.getByRole('main').getByRole('listitem');
      await expect
        .poll(() => rows.allInnerTexts())
        .toEqual([
          expect.stringMatching(/attic\s+41 finished · Version 0\.1\.0\s+Silent for 9\.0 s/) as string,
          expect.stringMatching(
            /studio-2\s+41 finished · 1 failed · 1\.25 MP\/s · Version 0\.1\.0\s+2 of 3 images/,
          ) as string,
        ]);
      host.setMachines([{ ...STUDIO, state: 'leaving' }]);
      await page.getByText('Leaving').waitFor();
      expect(await rows.count()).toBe(1);
      expect(await accessibilityFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  },
);
