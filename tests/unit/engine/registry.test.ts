import { expect, test } from 'vitest';
import { ENGINE_IDS } from '../../../core/api/models/engines.ts';
import { REFERENCE_DEVICE } from '../../../core/engine/engine.ts';
import { engineOf, ENGINES, networkDevices } from '../../../core/engine/registry.ts';

test('the settings name exactly the engines that run networks', () => {
  const ids = ENGINES.filter(({ runs }) => runs === 'network').map(({ id }) => id);
  expect(ids).toEqual([...ENGINE_IDS]);
});

test.each(ENGINES)('$id names its devices after itself, each once', (engine) => {
  const devices = engine.listDevices();
  expect(devices.length).toBeGreaterThan(0);
  expect(new Set(devices.map(({ id }) => id)).size).toBe(devices.length);
  for (const device of devices) {
    expect([device.engine, device.id]).toEqual([engine.id, `${engine.id}:${device.provider}`]);
  }
  expect(engineOf(engine.id)).toBe(engine);
});

test('the device that others are compared with always exists', () => {
  const reference = networkDevices().find(({ id }) => id === REFERENCE_DEVICE.id);
  expect(reference).toMatchObject({ ...REFERENCE_DEVICE, kind: 'cpu' });
  expect(reference).not.toHaveProperty('missing');
  expect(engineOf(REFERENCE_DEVICE.engine).version()).toMatch(/^\d+\.\d+/);
});
