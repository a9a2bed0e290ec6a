import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { connectQueue } from '../../../core/machines/redisConnection.ts';
import { openMachineRig, type MachineRig } from '../../support/machineRig.ts';
import { hasRedis } from '../../support/redisServer.ts';
import type { RunningCli } from '../../support/runCli.ts';
import { simulateWork } from '../../support/simulateWork.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Set them to repeat the test in full: 2000 images, 100 kills, 10 flushes, 20 freezes. */
const {
  ENLARGER_FAULT_IMAGES: images = '300',
  ENLARGER_FAULT_KILLS: kills = '30',
  ENLARGER_FAULT_FLUSHES: flushes = '3',
  ENLARGER_FAULT_FREEZES: freezes = '3',
  ENLARGER_FAULT_FREEZE_MS: freezeMs = '20000',
} = process.env;

const MACHINES = 3;
const BETWEEN_FAULTS_MS = 3_000;

/** Images under way on the three machines and here, each with one worker process. */
const PLACES = (MACHINES + 1) * 3;

const FAULTS = Number(kills) + Number(flushes) + Number(freezes);

/** Long enough for the images to last until the last fault, even if nothing were ever lost. */
const IMAGE_MS = Math.ceil((FAULTS * (BETWEEN_FAULTS_MS + 500) * PLACES) / Number(images));

type Fault = 'machine' | 'coordinator' | 'redis' | 'flush' | 'freeze';

/** All faults in an order that differs from run to run. */
function shuffledFaults(): Fault[] {
  const targets = ['machine', 'coordinator', 'redis'] as const;
  const faults: Fault[] = [
    ...Array.from({ length: Number(kills) }, (_each, index) => targets[index % 3] ?? 'machine'),
    ...Array<Fault>(Number(flushes)).fill('flush'),
    ...Array<Fault>(Number(freezes)).fill('freeze'),
  ];
  return faults
    .map((fault) => ({ fault, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ fault }) => fault);
}

async function flush({ redis }: MachineRig): Promise<void> {
  const connection = await connectQueue(redis.url, {}).catch(() => undefined);
  await connection?.redis.flushall();
  connection?.redis.disconnect();
}

function signalGroup({ child }: RunningCli, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It was killed meanwhile, and nothing of it is left.
  }
}

function isEnded({ child }: RunningCli): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Machines and a coordinator, of which any may be killed and is started again. */
class Studio {
  readonly rig: MachineRig;
  readonly #data = temporaryFolder();
  readonly #machines: RunningCli[] = [];
  readonly #thaws: Promise<void>[] = [];
  readonly #frozen = new Set<RunningCli>();
  #made = 0;
  run: RunningCli;

  constructor(rig: MachineRig) {
    this.rig = rig;
    for (let index = 0; index < MACHINES; index++) this.#machines.push(this.#newMachine());
    this.run = rig.run('--data', this.#data);
  }

  /** One that does not find the server has ended, and is replaced by the next fault. */
  #newMachine(): RunningCli {
    return this.rig.startMachine(`machine-${++this.#made}`);
  }

  /** Waits for the first image: a coordinator that is killed before has no list to continue. */
  async begun(): Promise<void> {
    while (readdirSync(this.rig.output).length === 0) await delay(100);
  }

  /** Whether the list is; a coordinator that does not find the server ends without. */
  get isDone(): boolean {
    return this.run.child.exitCode === 0 || this.run.child.exitCode === 4;
  }

  #pick(): number {
    return Math.floor(Math.random() * this.#machines.length);
  }

  /** @returns Whether it could happen: a machine that is frozen cannot be frozen once more. */
  async strike(fault: Fault): Promise<boolean> {
    for (const [index, machine] of this.#machines.entries()) {
      if (isEnded(machine)) this.#machines[index] = this.#newMachine();
    }
    if (isEnded(this.run)) this.run = this.rig.resume('--data', this.#data);
    if (fault === 'freeze') return this.#freeze();
    const index = this.#pick();
    if (fault === 'machine') {
      this.#machines[index]?.child.kill('SIGKILL');
      this.#machines[index] = this.#newMachine();
    } else if (fault === 'coordinator') {
      this.run.child.kill('SIGKILL');
      await this.run.finished;
      this.run = this.rig.resume('--data', this.#data);
    } else if (fault === 'redis') {
      await this.rig.redis.kill();
      await delay(1_000);
      await this.rig.redis.start();
    } else await flush(this.rig);
    return true;
  }

  /** Stops one with its worker processes, as a laptop that sleeps. */
  #freeze(): boolean {
    const machine = this.#machines.find((each) => !this.#frozen.has(each));
    if (machine === undefined) return false;
    this.#frozen.add(machine);
    signalGroup(machine, 'SIGSTOP');
    this.#thaws.push(
      delay(Number(freezeMs)).then(() => {
        signalGroup(machine, 'SIGCONT');
        this.#frozen.delete(machine);
      }),
    );
    return true;
  }

  /** Waits until the list is done, continuing it as often as it takes, and lets everybody leave. */
  async finish(): Promise<void> {
    for (let tries = 0; tries < 10; tries++) {
      const result = await this.run.finished;
      if (this.isDone) break;
      console.info(`The coordinator ended: ${result.stderr.slice(-300)}`);
      this.run = this.rig.resume('--data', this.#data);
    }
    await Promise.all(this.#thaws);
    for (const { child } of this.#machines) child.kill('SIGTERM');
    await Promise.all(this.#machines.map(({ finished }) => finished));
  }
}

describe.skipIf(!hasRedis)('machines, coordinator and Redis are killed at random', () => {
  test('every image is made once and whole, and nothing else is left', async () => {
    simulateWork(IMAGE_MS);
    const studio = new Studio(await openMachineRig(Number(images)));
    await studio.begun();
    const waiting = shuffledFaults();
    let struck = 0;
    while (waiting.length > 0) {
      await delay(BETWEEN_FAULTS_MS);
      const fault = waiting.shift();
      if (fault === undefined || studio.isDone) break;
      if (await studio.strike(fault)) struck++;
      else waiting.push(fault);
      if (struck % 10 === 0) console.info(`${struck} faults, ${readdirSync(studio.rig.output).length} files`);
    }
    await studio.finish();
    console.info(`${struck} faults while ${images} images were made, ${IMAGE_MS} ms each`);
    expect(struck).toBe(FAULTS);
    expect(readdirSync(studio.rig.output).filter((name) => name.startsWith('.'))).toEqual([]);
    await studio.rig.assertWhole();
  }, 3_600_000);
});
