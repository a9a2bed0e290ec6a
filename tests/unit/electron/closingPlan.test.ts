import { expect, test } from 'vitest';
import { closingPlan } from '../../../electron/window/closingPlan.ts';

test.each([
  { what: 'nothing to do', keepsInTray: true, hasTray: true, waiting: 0, watchedFolders: 0, plan: 'close' },
  { what: 'a running batch', keepsInTray: true, hasTray: true, waiting: 33, watchedFolders: 0, plan: 'hide' },
  { what: 'a watched folder', keepsInTray: true, hasTray: true, waiting: 0, watchedFolders: 1, plan: 'hide' },
  {
    what: 'a batch, no tray',
    keepsInTray: true,
    hasTray: false,
    waiting: 33,
    watchedFolders: 0,
    plan: 'ask',
  },
  {
    what: 'a batch, not kept',
    keepsInTray: false,
    hasTray: true,
    waiting: 33,
    watchedFolders: 0,
    plan: 'ask',
  },
  {
    what: 'a folder, not kept',
    keepsInTray: false,
    hasTray: true,
    waiting: 0,
    watchedFolders: 1,
    plan: 'close',
  },
])('closing the window with $what: $plan', ({ what: _, plan, ...facts }) => {
  expect(closingPlan(facts)).toBe(plan);
});
