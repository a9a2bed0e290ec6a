/**
 * @file The devices of this machine: `deviceRegister.ts` tries them, each in a separate process (`runProbe.ts`),
 * keeps the outcome, and orders them for a job. `describeDevice.ts` puts it in words, and `openLocalPool.ts` makes the pool that uses them.
 */
import { createHash } from 'node:crypto';
import os from 'node:os';
import type { JobSettings } from '../../api/jobSettings.ts';
import type { DeviceView } from '../../api/views.ts';
import { Sequencer } from '../../api/sequencer.ts';
import { chooseDevices, graphicsDevices, type DeviceWish } from '../../engine/chooseDevices.ts';
import { deviceProblem } from '../../engine/deviceProblem.ts';
import { REFERENCE_DEVICE, type Device } from '../../engine/engine.ts';
import { driverFacts, findGraphicsCards } from '../../engine/graphicsCards.ts';
import { readProbes, writeProbes, type ProbeResult } from '../../engine/probeCache.ts';
import { engineOf, ENGINES, networkDevices } from '../../engine/registry.ts';
import { isInterpolationKernel } from '../../engine/interpolation.ts';
import type { WorkerLauncher } from '../../pool/launcher.ts';
import type { ProbeAnswer } from '../../pool/messages.ts';
import { describeDevice } from './describeDevice.ts';
import type { PoolDevices } from '../../pool/localPool.ts';
import { PROBE_LIMIT_MS, runProbe } from './runProbe.ts';

/** Largest difference from the processor's result that a device may have: two steps of 8 bit. */
const MAX_DIFFERENCE = 2 / 255;

export interface DeviceRegisterOptions {
  /** Starts the processes in which devices are tried. */
  readonly launch: WorkerLauncher;
  readonly modelsFolder: string;
  /** Where results are kept. */
  readonly cacheFolder: string;
  /** Name and version of the program: another version tries again. */
  readonly program: string;
  readonly limitMs?: number;
  /** What there is to try. */
  readonly devices?: () => readonly Device[];
}

/** A device as people see it, and how `--gpu` counts it. */
export type ListedDevice = DeviceView & { readonly gpu?: number };

/** Knows every device of every engine: its name, whether it works, and how fast it is. */
export class DeviceRegister implements PoolDevices {
  readonly #options: DeviceRegisterOptions;
  readonly #devices: readonly Device[];
  #known: Promise<Map<string, ProbeResult>> | undefined;
  /** Probes run one after the other, so that none slows another down. */
  readonly #probes = new Sequencer();

  constructor(options: DeviceRegisterOptions) {
    this.#options = options;
    this.#devices = (options.devices ?? networkDevices)();
  }

  /**
   * Every engine × device.
   *
   * @param probe Try each that may work again, in separate processes, instead of reporting what is known.
   */
  async list(probe: boolean): Promise<ListedDevice[]> {
    const cards = findGraphicsCards();
    const known = await this.#readKnown();
    if (probe) {
      known.clear();
      await this.tryUntested();
    }
    const gpus = graphicsDevices(this.#devices);
    const named = await cards;
    return this.#devices.map((device) => {
      const view = describeDevice(device, named, known.get(device.id));
      const index = gpus.indexOf(device);
      return index < 0 ? view : { ...view, gpu: index };
    });
  }

  /** Tries every device that nothing is known of. */
  tryUntested(): Promise<void> {
    return this.#probe(this.#devices);
  }

  /**
   * The ids of the devices for a job, in order of preference; undefined for interpolation. `auto` tries the cards that
   * were never tried, which takes as long as their drivers take; the outcome is kept.
   *
   * @throws EnlargerError `engine/unavailable`.
   */
  async choose(
    settings: Pick<JobSettings, 'engine' | 'device' | 'model'>,
  ): Promise<readonly string[] | undefined> {
    if (isInterpolationKernel(settings.model)) return undefined;
    const known = settings.device === 'auto' ? await this.#knowFor(settings) : await this.#readKnown();
    return chooseDevices(this.#devices, settings, [...known.values()]).map(({ id }) => id);
  }

  /**
   * Checks, without trying any, that {@link choose} would find a device.
   *
   * @throws EnlargerError `engine/unavailable`.
   */
  assertUsable(settings: Pick<JobSettings, 'engine' | 'device' | 'model'>): void {
    if (isInterpolationKernel(settings.model)) return;
    const present = this.#devices.filter(({ missing }) => missing === undefined);
    chooseDevices(
      this.#devices,
      settings,
      present.map(({ id }) => ({ id, isUsable: true, megapixelsPerSecond: 1 })),
    );
  }

  /** The id of the graphics device that an id or a number of `--gpu` means; undefined for every other. */
  graphicsDevice(choice: string): string | undefined {
    const gpus = graphicsDevices(this.#devices);
    return (/^\d+$/.test(choice) ? gpus[Number(choice)] : gpus.find(({ id }) => id === choice))?.id;
  }

  async #knowFor({ engine }: Pick<DeviceWish, 'engine'>): Promise<Map<string, ProbeResult>> {
    const gpus = graphicsDevices(this.#devices).filter(
      (device) => engine === 'auto' || device.engine === engine,
    );
    await this.#probe(gpus);
    const known = await this.#readKnown();
    // The processor's speed matters only where something competes with it.
    if (gpus.some(({ id }) => known.get(id)?.isUsable)) {
      await this.#probe(this.#devices.filter(({ id }) => id === REFERENCE_DEVICE.id));
    }
    return known;
  }

  #readKnown(): Promise<Map<string, ProbeResult>> {
    this.#known ??= this.#fingerprint()
      .then((fingerprint) => readProbes(this.#options.cacheFolder, fingerprint))
      .then((results) => new Map(results.map((result) => [result.id, result])));
    return this.#known;
  }

  /** Tries the devices that were not tried yet, and keeps the results. */
  #probe(devices: readonly Device[]): Promise<void> {
    return this.#probes.run(async () => {
      const known = await this.#readKnown();
      const untested = devices.filter(({ id, missing }) => missing === undefined && !known.has(id));
      for (const device of untested) known.set(device.id, await this.#try(device));
      if (untested.length === 0) return;
      writeProbes(this.#options.cacheFolder, await this.#fingerprint(), [...known.values()]);
    });
  }

  async #try(device: Device): Promise<ProbeResult> {
    const { launch, modelsFolder, limitMs = PROBE_LIMIT_MS } = this.#options;
    const threads = os.availableParallelism();
    return judge(device, await runProbe(launch, { deviceId: device.id, modelsFolder, threads }, limitMs));
  }

  async #fingerprint(): Promise<string> {
    const facts = [
      this.#options.program,
      ENGINES.map((engine) => engine.version()),
      process.versions.node,
      process.platform,
      process.arch,
      os.cpus()[0]?.model,
      this.#devices.map(({ id, missing }) => [id, missing]),
      await driverFacts(),
    ];
    return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  }
}

function judge({ id, engine }: Device, answer: ProbeAnswer): ProbeResult {
  if (answer.kind === 'failed') {
    return {
      id,
      isUsable: false,
      problem: deviceProblem(answer.error, engineOf(engine).problems),
      megapixelsPerSecond: 0,
    };
  }
  const { difference, megapixelsPerSecond } = answer;
  if (difference !== null && difference <= MAX_DIFFERENCE) {
    return { id, isUsable: true, difference, megapixelsPerSecond };
  }
  const much = difference === null ? 'completely wrong' : `off by ${(difference * 255).toFixed(1)} of 255`;
  const reason = `It gives a wrong image: its test tile was ${much}.`;
  return { id, isUsable: false, problem: { code: 'wrong-picture', reason }, megapixelsPerSecond };
}
