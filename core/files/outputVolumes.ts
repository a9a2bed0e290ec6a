import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isInside } from './isInside.ts';
import { holdsFiles, NO_KNOWN_MOUNTS, type KnownMounts } from './knownMounts.ts';
import { realFolder } from './realFolder.ts';

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
  readonly #mounts: KnownMounts;
  readonly #deviceOf: typeof deviceOf;
  /** Folders with the device that each had at first. */
  readonly #devices = new Map<string, number | undefined>();

  /**
   * @param mounts Volumes of earlier starts.
   * @param findDevice How the device of a folder is found out.
   */
  constructor(mounts: KnownMounts = NO_KNOWN_MOUNTS, findDevice: typeof deviceOf = deviceOf) {
    this.#mounts = mounts;
    this.#deviceOf = findDevice;
  }

  /**
   * Whether results may still be written to a folder. The first question about it, or about one above it, notes its
   * volume. A folder that was only deleted may be created again.
   */
  async isThere(folder: string): Promise<boolean> {
    const known = this.#knownAbove(path.resolve(folder));
    if (known !== undefined) return (await this.#deviceOf(known)) === this.#devices.get(known);
    const place = path.resolve(folder);
    const real = await realFolder(place);
    if (await this.#wasLeftUnmounted(real)) return false;
    this.#devices.set(place, await this.#deviceOf(place));
    this.#mounts.note(real, await this.#mountPointOf(real));
    return true;
  }

  /**
   * Whether an earlier start wrote to a volume that is not mounted now. A folder with files, or a mount point
   * that was created since, is an ordinary one by now.
   */
  async #wasLeftUnmounted(place: string): Promise<boolean> {
    for (const [folder, { mountPoint, seenAt }] of Object.entries(this.#mounts.all())) {
      if (!isInside(mountPoint, place) || (await this.#isMountPoint(mountPoint))) continue;
      const stats = await stat(mountPoint).catch(() => undefined);
      if (stats === undefined) return true;
      const isOrdinary =
        stats.birthtimeMs > seenAt || (await holdsFiles(folder === place ? place : mountPoint));
      if (!isOrdinary) return true;
    }
    return false;
  }

  async #isMountPoint(folder: string): Promise<boolean> {
    return (await this.#deviceOf(folder)) !== (await this.#deviceOf(path.dirname(folder)));
  }

  /** Undefined for a folder on the volume of the root. */
  async #mountPointOf(folder: string): Promise<string | undefined> {
    for (let place = folder; place !== path.dirname(place); place = path.dirname(place)) {
      if (await this.#isMountPoint(place)) return place;
    }
    return undefined;
  }

  #knownAbove(folder: string): string | undefined {
    for (let place = folder; ; place = path.dirname(place)) {
      if (this.#devices.has(place)) return place;
      if (place === path.dirname(place)) return undefined;
    }
  }

  /** Whether a folder and one above it, of which either may not exist yet, are on the same volume. */
  async areTogether(folder: string, above: string): Promise<boolean> {
    return (await this.#deviceOf(folder)) === (await this.#deviceOf(above));
  }

  /**
   * Calls back once when a volume is mounted again where the one of a folder was. It may have got another device number.
   *
   * @returns A function that ends the wait.
   */
  awaitReturn(folder: string, onReturn: () => void): () => void {
    const known = this.#knownAbove(path.resolve(folder)) ?? path.resolve(folder);
    const without = this.#deviceOf(known);
    const look = async (): Promise<void> => {
      const device = await this.#deviceOf(known);
      if (device === (await without) || timer === undefined) return;
      stop();
      this.#devices.set(known, device);
      onReturn();
    };
    const stop = (): void => {
      clearInterval(timer);
      timer = undefined;
    };
    let timer: NodeJS.Timeout | undefined = setInterval(() => void look(), LOOK_INTERVAL_MS);
    return stop;
  }
}
