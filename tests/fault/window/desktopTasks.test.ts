import { describe } from 'vitest';
import { suiteName, whyNoDesktop } from '../../support/desktopProgram.ts';
import { openDesktopWorkplace } from '../../support/tasks/desktopWorkplace.ts';
import { testTasks } from '../../support/tasks/tasks.ts';

const reason = whyNoDesktop();

describe.skipIf(reason !== undefined)(suiteName('on the desktop', reason), () => {
  testTasks(openDesktopWorkplace);
});
