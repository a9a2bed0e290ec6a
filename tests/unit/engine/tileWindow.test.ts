import { expect, test } from 'vitest';
import { networkModel, type Device } from '../../../core/engine/engine.ts';
import { networkDevices } from '../../../core/engine/registry.ts';
import { runBytesPerPx, tileWindow, WINDOW_SIDES_PX, windowWithin } from '../../../core/engine/tileWindow.ts';
import { findModels, readModelRegistry } from '../../../core/models/modelRegistry.ts';
import { MAX_WINDOW_PX } from '../../../core/tiling/planPass.ts';
import { modelsFolder } from '../../support/images.ts';

const [installed] = findModels(await readModelRegistry(modelsFolder), 'fast-x4');
const model = networkModel(installed!);
const cpu = networkDevices().find(({ id }) => id === 'onnx:cpu')!;

/** Measured for this network, see docs/models.md: 655 MB for 512 × 512 pixels, 142 MB for 128 × 128. */
const MEASURED_BYTES_PER_PX = ((655 - 142) * 1024 ** 2) / (512 ** 2 - 128 ** 2);

test('the estimate of a run’s memory is slightly above the measured value', () => {
  const estimated = runBytesPerPx(model);
  expect(estimated).toBeGreaterThan(MEASURED_BYTES_PER_PX);
  expect(estimated).toBeLessThan(3 * MEASURED_BYTES_PER_PX);
});

test('a heavier network has smaller windows in the same memory', () => {
  const heavy = networkModel({ ...installed!, manifest: { ...installed!.manifest, macs: 9_094_381_568 } });
  expect(windowWithin(2e9, heavy)).toBeLessThan(windowWithin(2e9, model) / 5);
});

test('windows shrink with the memory, between a minimum and a maximum', () => {
  expect(windowWithin(64e9, model)).toBe(MAX_WINDOW_PX);
  const little = windowWithin(1e9, model);
  expect(little).toBeLessThan(MAX_WINDOW_PX);
  expect(little * runBytesPerPx(model)).toBeLessThanOrEqual(0.25e9);
  expect(windowWithin(0, model)).toBe(64 * 64);
});

test('a processor takes any shape, a graphics device only a few', async () => {
  const card: Device = { ...cpu, id: 'onnx:webgpu', provider: 'webgpu', kind: 'gpu' };
  expect((await tileWindow(cpu, model)).sidesPx).toBeUndefined();
  expect((await tileWindow(card, model)).sidesPx).toBe(WINDOW_SIDES_PX);
});
