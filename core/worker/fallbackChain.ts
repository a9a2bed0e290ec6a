import { EnlargerError, type ErrorCode } from '../api/errors.ts';
import { chooseDevices } from '../engine/chooseDevices.ts';
import type { Device, EngineModel, LoadedModel } from '../engine/engine.ts';
import { chooseDevice, networkDevices } from '../engine/registry.ts';
import { isRunnable } from '../models/modelRegistry.ts';
import type { EnlargeJob } from '../pool/messages.ts';
import { MIN_TILE_PX } from './enlargeTile.ts';
import type { ModelCache } from './modelCache.ts';

/** Failures that may not occur on another device. */
const DEVICE_FAILURES: readonly ErrorCode[] = [
  'engine/unavailable',
  'engine/load-failed',
  'engine/run-failed',
  'engine/out-of-memory',
  'engine/bad-output',
];

/** The settings of a job that decide its devices. */
export type DeviceJob = Pick<EnlargeJob, 'settings' | 'devices' | 'threads'>;

/** The devices for a model and a job, in order; see `chooseDevices`. */
function devicesFor(model: EngineModel, { settings, devices: planned }: DeviceJob): Device[] {
  if (model.source.kind === 'kernel') return [chooseDevice(model, 'cpu')];
  const { model: network } = model.source;
  const present = networkDevices();
  const chosen =
    planned?.flatMap((id) => present.filter((device) => device.id === id)) ??
    chooseDevices(present, settings, []);
  const able = chosen.filter(({ engine }) => isRunnable(network, engine));
  // If no engine has weights, loading fails and names the model.
  return able.length > 0 ? able : chosen.slice(0, 1);
}

/**
 * A model on the best device that works. When one fails, the next takes over and the finished tiles are kept. A device
 * that failed is not tried again by this process.
 */
export class DeviceFallbackChain {
  readonly #model: EngineModel;
  readonly #models: ModelCache;
  readonly #threads: number;
  readonly #devices: Device[];
  /** Whether the user named the first device: if the model cannot be loaded on it, the job fails. */
  readonly #isNamed: boolean;
  /** Whether smaller tiles can still be tried when memory runs out. */
  readonly #canShrink: boolean;
  readonly #changes: string[] = [];

  constructor(model: EngineModel, job: DeviceJob, models: ModelCache) {
    this.#model = model;
    this.#models = models;
    this.#threads = job.threads;
    this.#devices = devicesFor(model, job);
    this.#isNamed = /^\d+$/.test(job.settings.device);
    const { tile } = job.settings;
    this.#canShrink = tile === 'auto' || tile > MIN_TILE_PX;
  }

  /** One sentence for each device that failed, naming the one that took over. */
  get changes(): readonly string[] {
    return this.#changes;
  }

  /**
   * Loads the model on the first device that can.
   *
   * @throws EnlargerError of the last device, or of the one that the user chose by number.
   */
  async first(): Promise<LoadedModel> {
    const [device] = this.#devices;
    if (device === undefined) throw new TypeError('A fallback chain has at least one device.');
    const known = this.#models.reasonBroken(device);
    if (known !== undefined && !this.#isNamed) return this.next(known);
    try {
      return await this.#models.get(this.#model, device, this.#threads);
    } catch (error) {
      if (this.#isNamed && this.#changes.length === 0) throw error;
      return this.next(error);
    }
  }

  /**
   * Gives up the current device and loads the model on the next that can.
   *
   * @throws The reason itself if the device is not to blame or no device is left.
   */
  async next(reason: unknown): Promise<LoadedModel> {
    const isDevices = reason instanceof EnlargerError && DEVICE_FAILURES.includes(reason.code);
    const [failed, successor] = this.#devices;
    if (!isDevices || failed === undefined || successor === undefined) throw reason;
    // [Note: Memory of a card] A session whose memory ran out is broken: the pool ends this process and tries the job
    // again with half the tile, on the same card. Only if tiles cannot be smaller is the next device used.
    if (isOutOfMemory(reason) && failed.kind === 'gpu' && this.#canShrink) throw reason;
    if (!isOutOfMemory(reason)) this.#models.markBroken(failed, reason);
    this.#devices.shift();
    this.#changes.push(`${failed.name} (${failed.id}) was given up for ${successor.id}: ${reason.message}`);
    return this.first();
  }
}

/** Running out of memory depends on the image; every other failure excludes the device. */
function isOutOfMemory({ code }: EnlargerError): boolean {
  return code === 'engine/out-of-memory';
}
