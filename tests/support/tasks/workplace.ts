import type { DrivenWindow } from '../windowFace.ts';
import type { Hands } from './hands.ts';

/** The program with a window open, on whatever shows it, and what a person has around it. */
export interface Workplace extends AsyncDisposable {
  /** The window that is open; another one after a restart. */
  readonly window: DrivenWindow;
  /** A folder that the window can read and write. */
  readonly photos: string;
  /** Names that folder in the form for watched folders. */
  nameFolder(hands: Hands): Promise<void>;
  /** Adds everything in it to a new batch. */
  addFolder(hands: Hands): Promise<void>;
  /** Has the results of the new batch saved where one press gets all of them, whatever folders their originals are in. */
  saveTogether(hands: Hands): Promise<void>;
  /** Gets all results of the listed batch, as a person does. @returns Their contents by name. */
  takeResults(hands: Hands): Promise<ReadonlyMap<string, Buffer>>;
  /** Ends the program in the middle of its work and starts it again. */
  restart(): Promise<void>;
}

/** What a task is done with. */
export interface Desk {
  readonly place: Workplace;
  readonly hands: Hands;
}
