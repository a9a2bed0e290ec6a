import { stat } from 'node:fs/promises';
import path from 'node:path';

/** How often a volume that is gone is looked for. */
const LOOK_INTERVAL_MS = 2_000;

/** The device of a folder, or of the nearest folder above it that exists. */
async function deviceOf(folder: string): Promise<number | undefined> {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const stats = await stat(place).catch(() => undefined);
    if (stats !== undefined) return stats.dev;
    if (place === path.dirname(place)) return undefined;
  }
}

/**
 * Notices when the volume of an output folder is unmounted: what is written then would fill the folder below the mount
 * point, which disappears under the volume when that is back.
 */
export class OutputVolumes {
  readonly #deviceOf: typeof deviceOf;
  /** Folders with the device that each had at first. */
  readonly #devices = new Map<string, number | undefined>();
  #timer: NodeJS.Timeout | undefined;

  /** @param findDevice How the device of a folder is found out. */
  constructor(findDevice: typeof deviceOf = deviceOf) {
    this.#deviceOf = findDevice;
  }

  /**
   * Whether results may still be written to a folder. The first question about it, or about one above it, notes its
   * volume. A folder that was only deleted may be created again.
   */
  async isThere(folder: string): Promise<boolean> {
    const known = this.#knownAbove(path.resolve(folder));
    if (known !== undefined) return (await this.#deviceOf(known)) === this.#devices.get(known);
    this.#devices.set(path.resolve(folder), await this.#deviceOf(folder));
    return true;
  }

  #knownAbove(folder: string): string | undefined {
    for (let place = folder; ; place = path.dirname(place)) {
      if (this.#devices.has(place)) return place;
      if (place === path.dirname(place)) return undefined;
    }
  }

  /**
   * Calls back once when a volume is mounted again where the one of a folder was; one wait at a time. It may have got
   * another device number.
   */
  async awaitReturn(folder: string, onReturn: () => void): Promise<void> {
    this.stop();
    const known = this.#knownAbove(path.resolve(folder)) ?? path.resolve(folder);
    const without = await this.#deviceOf(known);
    const look = async (): Promise<void> => {
      const device = await this.#deviceOf(known);
      if (device === without || this.#timer === undefined) return;
      this.#devices.set(known, device);
      this.stop();
      onReturn();
    };
    this.#timer = setInterval(() => void look(), LOOK_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
