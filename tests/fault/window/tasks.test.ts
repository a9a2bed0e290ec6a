import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { launchBrowser, whyNoBrowser } from '../../support/launchBrowser.ts';
import { openServedWorkplace } from '../../support/tasks/servedWorkplace.ts';
import { testTasks } from '../../support/tasks/tasks.ts';

const reason = whyNoBrowser();

describe.skipIf(reason !== undefined)(
  `in a browser${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    });

    afterAll(() => browser.close());

    testTasks(() => openServedWorkplace(browser));
  },
);
