import { afterAll, beforeAll, describe } from 'vitest';
import { suiteName, whyNoDesktop } from '../../support/desktopProgram.ts';
import { startDesktopFace } from '../../support/desktopWindow.ts';
import type { WindowFace } from '../../support/windowFace.ts';
import { testFlow } from '../../support/windowSuites/flowSuite.ts';
import { testModels } from '../../support/windowSuites/modelsSuite.ts';

// Access and long lists are the same page as in a browser: tests/fault/electron/standIn.test.ts has them.
const reason = whyNoDesktop();

describe.skipIf(reason !== undefined)(suiteName('the window on the desktop, as in a browser', reason), () => {
  let face: WindowFace;

  beforeAll(async () => {
    face = await startDesktopFace();
  });

  afterAll(() => face.close());

  testFlow(() => face);
  testModels(() => face);
});
