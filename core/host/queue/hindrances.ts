import path from 'node:path';
import type { Hindrance } from '../../api/views.ts';
import type { DiskSpace } from '../../files/diskSpace.ts';
import { isInside } from '../../files/isInside.ts';
import type { OutputVolumes } from '../../files/outputVolumes.ts';
import type { StoredBatch } from '../../store/batchTable.ts';
import type { JobEnd } from './jobEnd.ts';

interface HinderedJob {
  readonly job: { readonly target: string };
  readonly batch: Pick<StoredBatch, 'spec'>;
  readonly volumes: OutputVolumes;
}

/** The end of a job that has to wait. Other results of its batch go to the same volume, unless another is mounted below. */
export async function hinderedEnd(
  kind: Hindrance['kind'],
  { job, batch, volumes }: HinderedJob,
): Promise<JobEnd> {
  const own = path.dirname(job.target);
  const { destination } = batch.spec;
  const isCommon =
    destination.kind === 'path' &&
    isInside(destination.path, own) &&
    (await volumes.areTogether(own, destination.path));
  return {
    kind: 'put-back',
    reason: 'hindered',
    hindrance: { kind, folder: isCommon ? destination.path : own },
  };
}

interface HindranceParts {
  readonly diskSpace: DiskSpace;
  readonly volumes: OutputVolumes;
  /** Called when work below a folder may be tried again. */
  readonly onEnd: () => void;
}

interface Wait {
  readonly hindrance: Hindrance;
  readonly stop: () => void;
}

/** Folders below which no result can be written at present. Their jobs wait; all others continue. */
export class Hindrances {
  readonly #parts: HindranceParts;
  readonly #waits = new Map<string, Wait>();

  constructor(parts: HindranceParts) {
    this.#parts = parts;
  }

  get all(): readonly Hindrance[] {
    return [...this.#waits.values()].map(({ hindrance }) => hindrance);
  }

  /** Folders whose jobs must not begin. */
  get folders(): readonly string[] {
    return [...this.#waits.keys()];
  }

  /** Waits until a folder can be written to again. @returns Whether that was not known before. */
  add(hindrance: Hindrance): boolean {
    const folder = path.resolve(hindrance.folder);
    if (this.folders.some((known) => isInside(known, folder))) return false;
    const { diskSpace, volumes } = this.#parts;
    const onEnd = (): void => {
      this.#waits.delete(folder);
      this.#parts.onEnd();
    };
    const stop =
      hindrance.kind === 'disk-full'
        ? diskSpace.awaitRoom(folder, onEnd)
        : volumes.awaitReturn(folder, onEnd);
    this.#waits.set(folder, { hindrance, stop });
    return true;
  }

  clear(): void {
    for (const { stop } of this.#waits.values()) stop();
    this.#waits.clear();
  }
}
