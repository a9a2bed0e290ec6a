import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkFolder } from '../../../../cli/doctor/checkFolder.ts';
import { checkFormats } from '../../../../cli/doctor/checkFormats.ts';
import { checkDevice, checkMemory, checkNode } from '../../../../cli/doctor/checkMachine.ts';
import { checkModels } from '../../../../cli/doctor/checkModels.ts';
import { doctorText } from '../../../../cli/doctor/doctorCommand.ts';
import { installModel } from '../../../support/nearestNetwork.ts';
import { runProgram } from '../../../support/runProgram.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

test('everything passes on this machine, and no file is left behind', async () => {
  const cwd = temporaryFolder();
  const { code, stdout, stderr } = await runProgram(['doctor', '--json'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ schema: 'enlarger.doctor/1', isWell: true });
  expect(stdout).not.toContain('[object'); // what a device lacks is explained in words
  expect(readdirSync(cwd)).toEqual([]);
});

test.each([
  { version: '20.19.0', state: 'ok' },
  { version: '22.0.1', state: 'ok' },
  { version: '20.18.3', state: 'fail' },
  { version: '18.20.0', state: 'fail' },
])('Node $version is $state', ({ version, state }) => {
  expect(checkNode(version).state).toBe(state);
});

test.each([
  { gigabytes: 8, state: 'ok' },
  { gigabytes: 1, state: 'warn' },
])('$gigabytes GB of free memory are $state', ({ gigabytes, state }) => {
  expect(checkMemory(16 * 1024 ** 3, gigabytes * 1024 ** 3).state).toBe(state);
});

test('models: an intact one, a damaged one, and an empty folder', async () => {
  const registry = temporaryFolder();
  installModel(registry, 'good-x2', 2);
  writeFileSync(path.join(installModel(registry, 'spoilt-x2', 2), 'weights.onnx'), 'no network');
  const states = async (folder: string): Promise<unknown> =>
    (await checkModels(folder)).map(({ name, state, found }) => [name, state, /\[.*\]|$/.exec(found)?.[0]]);
  expect(await states(registry)).toEqual([
    ['model good-x2', 'ok', ''],
    ['model spoilt-x2', 'fail', '[model/file-damaged]'],
  ]);
  expect(await states(temporaryFolder())).toEqual([['models', 'fail', '[model/not-found]']]);
});

test('every format is read, every writable one is written, and no other loader is enabled', async () => {
  expect((await checkFormats()).map(({ name, state }) => `${name} ${state}`)).toEqual([
    'format JPEG ok',
    'format PNG ok',
    'format WebP ok',
    'format AVIF ok',
    'format TIFF ok',
    'format JPEG XL ok',
    'format GIF ok',
    'blocked loaders ok',
  ]);
});

test('a folder that cannot be written is a warning with advice', async () => {
  const missing = path.join(temporaryFolder(), 'missing');
  expect(await checkFolder('current folder', missing)).toEqual({
    state: 'warn',
    name: 'current folder',
    found: `${missing} is not writable (ENOENT)`,
    advice: 'Choose another folder with --output.',
  });
});

test('the text shows the findings, then what to do, then the total; names cannot control the terminal', () => {
  const text = doctorText([
    { state: 'ok', name: 'Node', found: '20.19.0' },
    { state: 'fail', name: 'model a', found: 'bad \u001b[31m', advice: 'Install the program again.' },
  ]);
  expect(text.split('\n')).toEqual([
    '      check    result',
    'ok    Node     20.19.0',
    'fail  model a  bad ?[31m',
    '',
    'fail  model a: Install the program again.',
    '1 check failed.',
    '',
  ]);
});

test('a graphics card that is missing or not tested is not "ok"', () => {
  const card = { kind: 'gpu', name: 'CUDA', id: 'onnx:cuda' } as const;
  const missing = { code: 'not-installed', reason: 'Its libraries are not installed.' } as const;
  expect(checkDevice({ ...card, missing }).state).toBe('unused');
  expect(checkDevice(card).state).toBe('unused');
  expect(checkDevice({ kind: 'cpu', name: 'A processor', id: 'onnx:cpu' }).state).toBe('ok');
  expect(doctorText([checkDevice({ ...card, missing })])).toContain('–  device (gpu)');
});
