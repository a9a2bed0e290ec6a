import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Device } from '../../../core/engine/engine.ts';
import { cacheFolder } from '../../../core/files/cacheFolder.ts';
import { deviceProblem } from '../../../core/engine/deviceProblem.ts';
import { DeviceRegister } from '../../../core/host/devices/deviceRegister.ts';
import type { ProbeAnswer } from '../../../core/pool/messages.ts';
import { ScriptedWorker } from '../../support/launchers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const CPU: Device = { id: 'onnx:cpu', engine: 'onnx', provider: 'cpu', name: 'Processor', kind: 'cpu' };
const CARD: Device = { id: 'onnx:webgpu', engine: 'onnx', provider: 'webgpu', name: 'WebGPU', kind: 'gpu' };
const ABSENT: Device = {
  ...CARD,
  id: 'onnx:cuda',
  provider: 'cuda',
  missing: { code: 'not-installed', reason: 'It is not installed.' },
};

function tried(difference: number | null, megapixelsPerSecond: number): ProbeAnswer {
  return { kind: 'tried', difference, megapixelsPerSecond };
}

/** The answer of each device's process; `hang` never answers, `die` exits. */
type Script = Readonly<Record<string, ProbeAnswer | 'hang' | 'die'>>;

function registerWith(script: Script, folder = temporaryFolder(), program = 'enlarger 1') {
  const workers: ScriptedWorker[] = [];
  const asked: string[] = [];
  const launch = (): ScriptedWorker => {
    const worker = new ScriptedWorker();
    workers.push(worker);
    worker.send = (message) => {
      if (message.type !== 'probe') return;
      asked.push(message.request.deviceId);
      const answer = script[message.request.deviceId];
      if (answer === 'die') worker.die('it was ended by SIGSEGV');
      else if (answer !== 'hang' && answer !== undefined) worker.say({ type: 'probed', answer });
    };
    return worker;
  };
  const register = new DeviceRegister({
    launch,
    modelsFolder: 'models',
    cacheFolder: folder,
    program,
    limitMs: 20_000,
    devices: () => [CPU, CARD, ABSENT],
  });
  return { register, workers, asked, folder };
}

const AUTO = { engine: 'auto', device: 'auto', model: 'fast' } as const;

test('a fast card that gives the processor’s image is the first choice of auto', async () => {
  const { register, asked, workers } = registerWith({
    'onnx:cpu': tried(0, 5),
    'onnx:webgpu': tried(1e-6, 50),
  });
  expect(await register.choose(AUTO)).toEqual(['onnx:webgpu', 'onnx:cpu']);
  expect(asked).toEqual(['onnx:webgpu', 'onnx:cpu']);
  expect(workers.every(({ isKilled }) => isKilled)).toBe(true);
});

test.each<{ what: string; answer: ProbeAnswer | 'die'; code: string; reason: string }>([
  { what: 'gives black', answer: tried(null, 99), code: 'wrong-picture', reason: 'wrong image' },
  { what: 'is a little off', answer: tried(3 / 255, 99), code: 'wrong-picture', reason: 'off by 3.0 of 255' },
  {
    what: 'does not load',
    answer: {
      kind: 'failed',
      error: { code: 'engine/unavailable', message: 'Failed to get a WebGPU adapter: No supported adapters' },
    },
    code: 'no-graphics-card',
    reason: 'No graphics card',
  },
  { what: 'takes its process down', answer: 'die', code: 'crashed', reason: 'SIGSEGV' },
])('a card that $what is listed with the reason and never chosen', async ({ answer, code, reason }) => {
  const { register } = registerWith({ 'onnx:webgpu': answer, 'onnx:cpu': tried(0, 5) });
  expect(await register.choose(AUTO)).toEqual(['onnx:cpu']);
  const listed = await register.list(false);
  expect(listed.find(({ id }) => id === CARD.id)?.state).toEqual({
    kind: 'unusable',
    code,
    reason: expect.stringContaining(reason) as string,
  });
});

test('a driver that hangs is abandoned, and its process is killed', async () => {
  vi.useFakeTimers();
  try {
    const { register, workers } = registerWith({ 'onnx:webgpu': 'hang', 'onnx:cpu': tried(0, 5) });
    const chosen = register.choose(AUTO);
    await vi.waitUntil(() => workers.length > 0);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await chosen).toEqual(['onnx:cpu']);
    expect(workers[0]?.isKilled).toBe(true);
    const [, card] = await register.list(false);
    expect(card?.state).toMatchObject({
      code: 'no-answer',
      reason: expect.stringContaining('20 s') as string,
    });
  } finally {
    vi.useRealTimers();
  }
});

test('outcomes are reused at the next start, until program or drivers change', async () => {
  const script = { 'onnx:cpu': tried(0, 5), 'onnx:webgpu': tried(0, 50) };
  const first = registerWith(script);
  await first.register.choose(AUTO);
  const second = registerWith(script, first.folder);
  expect(await second.register.choose(AUTO)).toEqual(['onnx:webgpu', 'onnx:cpu']);
  expect(second.asked).toEqual([]);
  const newer = registerWith(script, first.folder, 'enlarger 2');
  await newer.register.choose(AUTO);
  expect(newer.asked).toEqual(['onnx:webgpu', 'onnx:cpu']);
});

test('if the cache is damaged or not writable, devices are simply tried again', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'devices.json');
  writeFileSync(file, '{"schema":');
  const { register, asked } = registerWith({ 'onnx:cpu': tried(0, 5), 'onnx:webgpu': tried(0, 50) }, folder);
  await register.choose(AUTO);
  expect(asked).toHaveLength(2);
  expect(readFileSync(file, 'utf8')).toContain('enlarger.devices/2');
  const taken = path.join(temporaryFolder(), 'taken');
  writeFileSync(taken, 'a file in the place of a folder');
  const { register: other } = registerWith({ 'onnx:cpu': tried(0, 5), 'onnx:webgpu': tried(0, 50) }, taken);
  expect(await other.choose(AUTO)).toEqual(['onnx:webgpu', 'onnx:cpu']);
});

test('the list only tries devices on request, and never those that cannot work', async () => {
  const { register, asked } = registerWith({ 'onnx:cpu': tried(0, 5), 'onnx:webgpu': tried(0, 50) });
  const before = await register.list(false);
  expect(before.map(({ state }) => state.kind)).toEqual(['untested', 'untested', 'unusable']);
  expect(before.map(({ gpu }) => gpu)).toEqual([undefined, 0, 1]);
  for (let round = 1; round <= 2; round++) {
    const after = await register.list(true);
    expect(after.map(({ state }) => state.kind)).toEqual(['usable', 'usable', 'unusable']);
    expect(asked).toHaveLength(2 * round);
  }
  await register.tryUntested();
  expect(asked).toHaveLength(4);
});

test('interpolation needs no device, so a named one is not tried', async () => {
  const { register, asked } = registerWith({});
  expect(await register.choose({ ...AUTO, model: 'bicubic' })).toBeUndefined();
  expect(await register.choose({ ...AUTO, device: '0' })).toEqual(['onnx:webgpu', 'onnx:cpu']);
  expect(await register.choose({ ...AUTO, device: 'cpu' })).toEqual(['onnx:cpu']);
  expect(asked).toEqual([]);
});

test('each system has a place for the cache, and a variable overrides it', () => {
  const home = { LOCALAPPDATA: 'C:\\Local', XDG_CACHE_HOME: path.resolve('/xdg') };
  expect(cacheFolder(home, 'linux')).toBe(path.join(path.resolve('/xdg'), 'enlarger'));
  expect(cacheFolder({}, 'linux')).toMatch(/\.cache.enlarger$/);
  expect(cacheFolder({}, 'darwin')).toMatch(/Library.Caches.enlarger$/);
  expect(cacheFolder(home, 'win32')).toContain('C:\\Local');
  const named = temporaryFolder();
  mkdirSync(named, { recursive: true });
  expect(cacheFolder({ ENLARGER_CACHE: named }, 'linux')).toBe(named);
});

test('an unknown failure is passed on without its prefix, and truncated', () => {
  const code = 'engine/load-failed';
  const message = 'The model fast-x2 cannot be loaded on CUDA: It is\n  asleep.';
  expect(deviceProblem({ code, message }, [])).toEqual({ code: 'other', reason: 'It is asleep.' });
  expect(deviceProblem({ code, message: 'x'.repeat(1000) }, []).reason).toHaveLength(201);
});
