import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isInside } from './isInside.ts';
import { holdsFiles, NO_KNOWN_MOUNTS, type KnownMounts } from './knownMounts.ts';
import { pollUntil } from './pollUntil.ts';
import { realFolder } from './realFolder.ts';

/** The device of a folder, or of the nearest folder above it that exists. */
async function deviceOf(folder: string): Promise<number | undefined> {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const stats = await stat(place).catch(() => undefined);
    if (stats !== undefined) return stats.dev;
    if (place === path.dirname(place)) return undefined;
  }
}

/** The volume of an output folder when it was first checked. */
interface KnownVolume {
  readonly device: number | undefined;
  /** The folder's real path. */
  readonly real: string;
  /** Undefined for a folder on the volume of the root. */
  readonly mountPoint: string | undefined;
}

/**
 * Notices when the volume of an output folder is unmounted, or another one is mounted over it: results that are
 * written then would end up in the wrong place, and disappear from view when the volume is back.
 */
export class OutputVolumes {
  readonly #mounts: KnownMounts;
  readonly #deviceOf: typeof deviceOf;
  readonly #known = new Map<string, KnownVolume>();
  /** Folders whose mount points were remembered. */
  readonly #noted = new Set<string>();

  /**
   * @param mounts Volumes of earlier starts.
   * @param findDevice Determines the device of a folder.
   */
  constructor(mounts: KnownMounts = NO_KNOWN_MOUNTS, findDevice: typeof deviceOf = deviceOf) {
    this.#mounts = mounts;
    this.#deviceOf = findDevice;
  }

  /**
   * Whether results may still be written to a folder. The first check of it, or of one above it, decides
   * which volume it belongs on. A folder that was only deleted may be created again.
   */
  async isThere(folder: string): Promise<boolean> {
    const known = this.#knownAbove(path.resolve(folder));
    if (known !== undefined) return (await this.#deviceOf(known)) === this.#known.get(known)?.device;
    const place = path.resolve(folder);
    const real = await realFolder(place);
    if (await this.#wasLeftUnmounted(real)) return false;
    const [device, mountPoint] = [await this.#deviceOf(place), await this.#mountPointOf(real)];
    this.#known.set(place, { device, real, mountPoint });
    return true;
  }

  /** Remembers, for the next start, which volume a result was written to. */
  noteWritten(folder: string): void {
    const known = this.#knownAbove(path.resolve(folder));
    const volume = known === undefined ? undefined : this.#known.get(known);
    if (volume === undefined || this.#noted.has(volume.real)) return;
    this.#noted.add(volume.real);
    this.#mounts.note(volume.real, volume.mountPoint);
  }

  /**
   * Whether an earlier start wrote to a volume that is not mounted now. A folder with files, or a mount point
   * that was created since then, is an ordinary folder by now.
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
      if (this.#known.has(place)) return place;
      if (place === path.dirname(place)) return undefined;
    }
  }

  /** Whether a folder and one above it, of which either may not exist yet, are on the same volume. */
  async areTogether(folder: string, above: string): Promise<boolean> {
    return (await this.#deviceOf(folder)) === (await this.#deviceOf(above));
  }

  /**
   * Calls back once when a folder's volume is mounted again, under any device number, or when
   * what was mounted over it is gone.
   *
   * @returns A function that ends the wait.
   */
  awaitReturn(folder: string, onReturn: () => void): () => void {
    const place = this.#knownAbove(path.resolve(folder)) ?? path.resolve(folder);
    const volume = this.#known.get(place);
    const without = this.#deviceOf(place);
    const isBack = async (): Promise<boolean> => {
      const device = await this.#deviceOf(place);
      // It may have been unmounted and mounted again before anyone noticed.
      const isMounted =
        device !== (await without) ||
        (volume !== undefined && (await this.#mountPointOf(volume.real)) === volume.mountPoint);
      if (isMounted && volume !== undefined) this.#known.set(place, { ...volume, device });
      return isMounted;
    };
    return pollUntil(isBack, onReturn);
  }
}
