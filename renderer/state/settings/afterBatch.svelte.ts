import type { Memory } from '../panels.svelte.ts';

interface Actions {
  readonly playSound: () => void;
  readonly openFolder: () => void;
  /** Puts the computer to sleep after a delay. @returns A function that keeps it awake. */
  readonly sleepSoon: () => () => void;
}

const SOUND = 'after.sound';
const FOLDER = 'after.folder';
const SLEEP = 'after.sleep';

/** The action of this window when the queue has finished everything. */
export class AfterBatch {
  readonly #memory: Memory | undefined;
  readonly #actions: Actions;
  #playsSound = $state(false);
  #opensFolder = $state(false);
  #sleeps = $state(false);
  #cancelSleep: (() => void) | undefined;
  #waiting = 0;

  constructor(memory: Memory | undefined, actions: Actions) {
    this.#memory = memory;
    this.#actions = actions;
    this.#playsSound = memory?.getItem(SOUND) === 'on';
    this.#opensFolder = memory?.getItem(FOLDER) === 'on';
    this.#sleeps = memory?.getItem(SLEEP) === 'on';
  }

  get playsSound(): boolean {
    return this.#playsSound;
  }

  set playsSound(isOn: boolean) {
    this.#playsSound = isOn;
    this.#memory?.setItem(SOUND, isOn ? 'on' : 'off');
  }

  get opensFolder(): boolean {
    return this.#opensFolder;
  }

  set opensFolder(isOn: boolean) {
    this.#opensFolder = isOn;
    this.#memory?.setItem(FOLDER, isOn ? 'on' : 'off');
  }

  get sleeps(): boolean {
    return this.#sleeps;
  }

  set sleeps(isOn: boolean) {
    this.#sleeps = isOn;
    this.#memory?.setItem(SLEEP, isOn ? 'on' : 'off');
    if (!isOn) this.#stayAwake();
  }

  /**
   * @param waiting Images that are not finished.
   * @param done Images of this run that have a result: nothing happens if all were cancelled or failed.
   */
  follow(waiting: number, done: number): void {
    const hasEnded = this.#waiting > 0 && waiting === 0 && done > 0;
    this.#waiting = waiting;
    if (waiting > 0) this.#stayAwake();
    if (!hasEnded) return;
    if (this.#playsSound) this.#actions.playSound();
    if (this.#opensFolder) this.#actions.openFolder();
    if (this.#sleeps) this.#cancelSleep = this.#actions.sleepSoon();
  }

  #stayAwake(): void {
    this.#cancelSleep?.();
    this.#cancelSleep = undefined;
  }
}
