/**
 * @file Twelve things that people do with the window (`firstTasks.ts`, `laterTasks.ts`), each with the mouse and with
 * the keyboard alone (`hands.ts`), in a browser (`servedWorkplace.ts`) and on the desktop (`desktopWorkplace.ts`).
 * Everything is found by its role and its text, as a person would find it.
 */
import { describe, test } from 'vitest';
import { addMixedFiles, compareModels, makePrint, pauseAndUndo, trySample } from './firstTasks.ts';
import { HANDS } from './hands.ts';
import {
  changeLanguage,
  manageManyRows,
  restartInTheMiddle,
  retryWorst,
  takeAll,
  watchOldFolder,
  workInNarrowWindow,
} from './laterTasks.ts';
import type { Desk, Workplace } from './workplace.ts';

const TASKS: readonly { readonly name: string; readonly run: (desk: Desk) => Promise<void> }[] = [
  { name: 'tries the sample', run: trySample },
  { name: 'adds 60 files of which ten are broken', run: addMixedFiles },
  { name: 'pauses, resumes, cancels and undoes that', run: pauseAndUndo },
  { name: 'compares three models and uses one', run: compareModels },
  { name: 'makes a print of 10 × 15 cm at 300 dpi', run: makePrint },
  { name: 'watches a folder with 500 old images', run: watchOldFolder },
  { name: 'gets all results at once', run: takeAll },
  { name: 'restarts the program in the middle', run: restartInTheMiddle },
  { name: 'goes from the report to the worst result and makes it again', run: retryWorst },
  { name: 'changes the language', run: changeLanguage },
  { name: 'manages 5,000 images', run: manageManyRows },
  { name: 'works in a narrow window', run: workInNarrowWindow },
];

/** Runs each task as a person would, in a browser or on the desktop. */
export function testTasks(open: () => Promise<Workplace>): void {
  describe.each(['mouse', 'keyboard'] as const)('with the %s, a person', (name) => {
    test.each(TASKS)('$name', async ({ run }) => {
      await using place = await open();
      await run({ place, hands: HANDS[name] });
    });
  });
}
