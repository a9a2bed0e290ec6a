import { afterAll, beforeAll, describe } from 'vitest';
import { startBrowserFace } from '../../support/browserWindow.ts';
import { whyNoBrowser } from '../../support/launchBrowser.ts';
import type { WindowFace } from '../../support/windowFace.ts';
import { testModels } from '../../support/windowSuites/modelsSuite.ts';

const reason = whyNoBrowser();

describe.skipIf(reason !== undefined)(
  `the models in the window${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let face: WindowFace;

    beforeAll(async () => {
      face = await startBrowserFace();
    });

    afterAll(() => face.close());

    testModels(() => face);
  },
);
