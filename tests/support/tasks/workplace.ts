import type { DrivenWindow } from '../windowFace.ts';
import type { Hands } from './hands.ts';

/** The program with an open window, in a browser or on the desktop, and the person's folders. */
export interface Workplace extends AsyncDisposable {
  /** The window that is open; another one after a restart. */
  readonly window: DrivenWindow;
  /** A folder that the window can read and write. */
  readonly photos: string;
  /** Names that folder in the form for watched folders. */
  nameFolder(hands: Hands): Promise<void>;
  /** Adds everything in it to a new batch. */
  addFolder(hands: Hands): Promise<void>;
  /** Saves the results of the new batch in one place, whatever folders their originals are in. */
  saveTogether(hands: Hands): Promise<void>;
  /** Gets all results of the listed batch, as a person does. @returns Their contents by name. */
  takeResults(hands: Hands): Promise<ReadonlyMap<string, Buffer>>;
  /** Ends the program in the middle of its work and starts it again. */
  restart(): Promise<void>;
}

/** The tools for a task. */
export interface Desk {
  readonly place: Workplace;
  readonly hands: Hands;
}
