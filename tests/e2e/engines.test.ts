/** @file Engines and devices through the command, as people use them. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InferenceSession, Tensor } from '../../core/engine/onnxLoader.ts';
import { fixturePath, largestDifference, storedPixels } from '../support/images.ts';
import { runProgram, type ProgramEnd } from '../support/runProgram.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

interface DoneEvent {
  readonly device: string;
  readonly repairedTiles: number;
}

function doneEventOf({ stdout, stderr }: ProgramEnd): DoneEvent {
  const line = stdout.split('\n').find((text) => text.includes('"job-done"'));
  if (line === undefined) throw new Error(`Nothing was made: ${stdout}${stderr}`);
  return JSON.parse(line) as DoneEvent;
}

/** As after a plain installation, which runs no scripts: without the native part of TensorFlow.js. */
const PLAIN = { ENLARGER_TENSORFLOW: '' };
const native = process.env['ENLARGER_TENSORFLOW'];
if (native === undefined) console.warn('tensorflow:native: skipped. Run build/setupTfjsNative.mjs first.');

test.each([
  { engine: 'tensorflow:wasm', env: PLAIN, isHere: true },
  { engine: 'tensorflow:native', env: { ENLARGER_TENSORFLOW: native ?? '' }, isHere: native !== undefined },
])(
  '--engine tensorflow gives the image of --engine onnx within 1/255: $engine',
  async ({ engine, env, isHere }) => {
    if (!isHere) return;
    const folder = temporaryFolder();
    const made = [];
    for (const name of ['tensorflow', 'onnx']) {
      const output = path.join(folder, `${name}.png`);
      const input = fixturePath('rgb8.png');
      const end = await runProgram(['-i', input, '-o', output, '--engine', name, '--json'], { env });
      expect(end.code).toBe(0);
      made.push({ ...doneEventOf(end), picture: await storedPixels(output) });
    }
    expect(made.map(({ device }) => device)).toEqual([engine, 'onnx:cpu']);
    expect(made.map(({ repairedTiles }) => repairedTiles)).toEqual([0, 0]);
    expect(largestDifference(made[0]!.picture.data, made[1]!.picture.data)).toBeLessThanOrEqual(1);
  },
);

test('devices lists every engine and device with its state, and succeeds on any machine', async () => {
  const cache = temporaryFolder();
  const env = { ...PLAIN, ENLARGER_CACHE: cache };
  const end = await runProgram(['devices', '--json'], { env });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  const listed = JSON.parse(end.stdout) as {
    id: string;
    gpu: string | null;
    state: { kind: string; reason?: string };
  }[];
  const stateOf = (id: string): string | undefined => listed.find((device) => device.id === id)?.state.kind;
  expect([stateOf('onnx:cpu'), stateOf('tensorflow:wasm')]).toEqual(['usable', 'usable']);
  expect(listed.find(({ id }) => id === 'onnx:cpu')?.gpu).toBe('cpu');
  for (const { state } of listed) {
    if (state.kind === 'unusable') expect(state.reason).toMatch(/^[A-Z].*[.…]$/s);
    else expect(state.kind).toBe('usable');
  }
  expect(existsSync(path.join(cache, 'devices.json'))).toBe(true);
  const again = await runProgram(['devices'], { env });
  expect(again.stdout).toMatch(/^--gpu +kind +device/);
  expect(again.code).toBe(0);
});

test('a missing graphics device ends with its exit code', async () => {
  const output = path.join(temporaryFolder(), 'out.png');
  const end = await runProgram(['-i', fixturePath('rgb8.png'), '-o', output, '--gpu', '99']);
  expect([end.code, existsSync(output)]).toEqual([3, false]);
  expect(end.stderr).toContain('There is no graphics device 99');
});

describe('a model that a person added', () => {
  /** Adds a model. @returns The environment that has it. */
  async function add(file: string): Promise<Record<string, string>> {
    const env = { ...PLAIN, ENLARGER_DATA: temporaryFolder() };
    const end = await runProgram(['models', 'add', fixturePath(`../foreign/${file}`)], { env });
    expect(end.code).toBe(0);
    return env;
  }

  test('returns the unchanged result of its network, up to the borders of the image', async () => {
    const env = await add('esrgan.pth');
    const output = path.join(temporaryFolder(), 'out.png');
    const input = fixturePath('rgb8.png');
    const end = await runProgram(['-i', input, '-o', output, '-n', 'esrgan', '-s', '4'], { env });
    expect(end.code).toBe(0);
    const added = path.join(env['ENLARGER_DATA'] ?? '', 'models', 'esrgan');
    const [weights = ''] = readdirSync(added).filter((name) => name.endsWith('.onnx'));
    const { width, height, data } = await storedPixels(input);
    const planes = Float32Array.from({ length: data.length }, (_, index) => {
      const [plane, pixel] = [Math.floor(index / (width * height)), index % (width * height)];
      return data[3 * pixel + plane]! / 255;
    });
    const session = await InferenceSession.create(path.join(added, weights));
    const { enlarged } = await session.run({ image: new Tensor('float32', planes, [1, 3, height, width]) });
    const answer = enlarged?.data as Float32Array;
    const made = await storedPixels(output);
    const pixels = made.width * made.height;
    const expected = made.data.map((_, index) => {
      const value = answer[(index % 3) * pixels + Math.floor(index / 3)]!;
      return Math.round(255 * Math.min(1, Math.max(0, value)));
    });
    expect(largestDifference(made.data, expected)).toBeLessThanOrEqual(1);
    await session.release();
  });

  test('runs on TensorFlow.js with the image of --engine onnx, within 1/255', async () => {
    const env = await add('compact.pth');
    const folder = temporaryFolder();
    const made = [];
    for (const engine of ['tensorflow', 'onnx']) {
      const output = path.join(folder, `${engine}.png`);
      const args = [
        '-i',
        fixturePath('rgb8.png'),
        '-o',
        output,
        '-n',
        'compact',
        '--engine',
        engine,
        '--json',
      ];
      const end = await runProgram(args, { env });
      expect(end.code).toBe(0);
      expect(doneEventOf(end).device).toMatch(engine);
      made.push(await storedPixels(output));
    }
    expect(largestDifference(made[0]!.data, made[1]!.data)).toBeLessThanOrEqual(1);
  });

  test('is refused on TensorFlow.js, with the name of the unsupported operator', async () => {
    const env = await add('realplksr.pth');
    const output = path.join(temporaryFolder(), 'out.png');
    const args = ['-i', fixturePath('rgb8.png'), '-o', output, '-n', 'realplksr', '--engine', 'tensorflow'];
    const end = await runProgram(args, { env });
    expect(end.code).toBe(1);
    expect(end.stdout + end.stderr).toContain('contains the operator Shape');
  });
});
