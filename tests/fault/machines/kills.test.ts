import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { connectQueue } from '../../../core/machines/redisConnection.ts';
import { openMachineRig, type MachineRig } from '../../support/machineRig.ts';
import { hasRedis } from '../../support/redisServer.ts';
import type { RunningCli } from '../../support/runCli.ts';
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

function isEnded({ child }: RunningCli): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Machines and a coordinator, of which any may be killed and is started again. */
class Studio {
  readonly rig: MachineRig;
  readonly #data = temporaryFolder();
  readonly #machines: RunningCli[] = [];
  readonly #thaws: Promise<void>[] = [];
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

  #pick(): number {
    return Math.floor(Math.random() * this.#machines.length);
  }

  async strike(fault: Fault): Promise<void> {
    for (const [index, machine] of this.#machines.entries()) {
      if (isEnded(machine)) this.#machines[index] = this.#newMachine();
    }
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
    } else if (fault === 'flush') await flush(this.rig);
    else this.#freeze(this.#machines[index]);
  }

  #freeze(machine: RunningCli | undefined): void {
    machine?.child.kill('SIGSTOP');
    this.#thaws.push(
      delay(Number(freezeMs)).then(() => {
        machine?.child.kill('SIGCONT');
      }),
    );
  }

  /** Waits until the list is done, continuing it as often as it takes, and lets everybody leave. */
  async finish(): Promise<void> {
    for (let tries = 0; tries < 10; tries++) {
      const { code } = await this.run.finished;
      if (code === 0 || code === 4) break;
      this.run = this.rig.resume('--data', this.#data);
    }
    await Promise.all(this.#thaws);
    for (const { child } of this.#machines) child.kill('SIGTERM');
    await Promise.all(this.#machines.map(({ finished }) => finished));
  }
}

describe.skipIf(!hasRedis)('machines, coordinator and Redis are killed at random', () => {
  test('every image is made once and whole, and nothing else is left', async () => {
    const studio = new Studio(await openMachineRig(Number(images)));
    let struck = 0;
    for (const fault of shuffledFaults()) {
      await delay(BETWEEN_FAULTS_MS);
      if (isEnded(studio.run)) break;
      await studio.strike(fault);
      struck++;
    }
    await studio.finish();
    console.info(`${struck} faults while ${images} images were made`);
    expect(readdirSync(studio.rig.output).filter((name) => name.startsWith('.'))).toEqual([]);
    await studio.rig.assertWhole();
  }, 3_600_000);
});
