import { afterAll, beforeAll, describe } from 'vitest';
import { suiteName, whyNoDesktop } from '../../support/desktopProgram.ts';
import { startDesktopFace } from '../../support/desktopWindow.ts';
import type { WindowFace } from '../../support/windowFace.ts';
import { testAccess } from '../../support/windowSuites/accessSuite.ts';
import { testManyRows } from '../../support/windowSuites/manyRowsSuite.ts';

const reason = whyNoDesktop();

describe.skipIf(reason !== undefined)(
  suiteName('the window on the desktop, for everybody and with long lists', reason),
  () => {
    let face: WindowFace;

    beforeAll(async () => {
      face = await startDesktopFace();
    });

    afterAll(() => face.close());

    testAccess(() => face);
    testManyRows(() => face);
  },
);
