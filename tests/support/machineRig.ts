import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, onTestFinished } from 'vitest';
import { startRedis, type RedisServer } from './redisServer.ts';
import { startCli, type RunningCli } from './runCli.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** A queue, a shared folder with images, and machines that are separate processes. */
export interface MachineRig {
  readonly redis: RedisServer;
  readonly folder: string;
  readonly output: string;
  /** Starts a machine and waits until it has joined. */
  work(name: string, ...options: readonly string[]): Promise<RunningCli>;
  /** Starts a machine that may not find the server. */
  startMachine(name: string, ...options: readonly string[]): RunningCli;
  run(...options: readonly string[]): RunningCli;
  /** Continues a list whose coordinator was killed. */
  resume(...options: readonly string[]): RunningCli;
  /** Every result exists once and is complete, there are no other files, and the inputs have not changed. */
  assertWhole(): Promise<void>;
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function namesIn(folder: string): string[] {
  return readdirSync(folder).sort();
}

const WIDTH = 48;
const HEIGHT = 32;

async function makeImages(folder: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const background = { r: index % 256, g: 100, b: 50 };
    const image = sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background } });
    await image.png().toFile(path.join(folder, `image-${String(index).padStart(5, '0')}.png`));
  }
}

/** Sets up everything that machines share; it ends with the test. */
export async function openMachineRig(images: number): Promise<MachineRig> {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const folder = temporaryFolder();
  const [input, output] = [path.join(folder, 'in'), path.join(folder, 'out')];
  mkdirSync(input);
  mkdirSync(output);
  await makeImages(input, images);
  const names = namesIn(input);
  const hashes = names.map((name) => hashOf(path.join(input, name)));
  const shared = ['--queue', redis.url, '--root', `test=${folder}`, '--jobs', '1'];
  const startMachine = (name: string, ...options: readonly string[]): RunningCli =>
    startCli(['work', ...shared, '--name', name, ...options]);
  return {
    ...{ redis, folder, output, startMachine },
    work: async (name, ...options) => {
      const machine = startMachine(name, ...options);
      await machine.until('Working for');
      return machine;
    },
    resume: (...options) => startCli(['run', '--resume', ...shared, ...options]),
    run: (...options) =>
      startCli(['run', '-i', input, '-o', output, '-s', '2', '-n', 'nearest', ...shared, ...options]),
    assertWhole: async () => {
      expect(namesIn(input)).toEqual(names);
      expect(names.map((name) => hashOf(path.join(input, name)))).toEqual(hashes);
      expect(namesIn(output)).toEqual(names.map((name) => name.replace('.png', '_2x.png')));
      for (const [index, name] of namesIn(output).entries()) {
        const { data, info } = await sharp(path.join(output, name))
          .raw()
          .toBuffer({ resolveWithObject: true });
        expect([info.width, info.height, data[0]]).toEqual([2 * WIDTH, 2 * HEIGHT, index % 256]);
      }
    },
  };
}
