import { expect, test } from 'vitest';
import {
  findPciName,
  parseNvidiaSmi,
  parseRegistry,
  parseSystemProfiler,
} from '../../../core/engine/graphicsCards.ts';

test('NVIDIA’s own tool reports name, memory, free memory and driver', () => {
  const text =
    'NVIDIA GeForce RTX 3060, 12288, 550.54.14, 11500\nNVIDIA H100 80GB HBM3, [N/A], 570.1, [N/A]\n';
  expect(parseNvidiaSmi(text)).toEqual([
    {
      name: 'NVIDIA GeForce RTX 3060',
      isNvidia: true,
      memoryBytes: 12 * 1024 ** 3,
      freeBytes: 11500 * 1024 ** 2,
      driver: '550.54.14',
    },
    { name: 'NVIDIA H100 80GB HBM3', isNvidia: true, driver: '570.1' },
  ]);
  expect(parseNvidiaSmi('')).toEqual([]);
});

test('they are read from the Windows registry, without entries that are not cards', () => {
  const text = [
    'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968}\\0000',
    '    DriverDesc    REG_SZ    AMD Radeon RX 6800',
    '    DriverVersion    REG_SZ    31.0.24027.1012',
    '    HardwareInformation.qwMemorySize    REG_QWORD    0x3ff000000',
    '',
    'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968}\\0001',
    '    DriverDesc    REG_SZ    Microsoft Basic Display Adapter',
    '    DriverVersion    REG_SZ    10.0.1',
    '',
    'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968}\\Properties',
  ].join('\r\n');
  expect(parseRegistry(text)).toEqual([
    { name: 'AMD Radeon RX 6800', isNvidia: false, driver: '31.0.24027.1012', memoryBytes: 0x3ff000000 },
  ]);
});

test('the system profiler of macOS reports the name', () => {
  const text = '{"SPDisplaysDataType":[{"_name":"kHW_AppleM2Item","sppci_model" : "Apple M2"}]}';
  expect(parseSystemProfiler(text)).toEqual([{ name: 'Apple M2', isNvidia: false }]);
});

test('the list of PCI devices gives names by number, only of the right vendor', () => {
  const list = [
    '# a comment',
    '1002  Advanced Micro Devices, Inc. [AMD/ATI]',
    '\t73bf  Navi 21 [Radeon RX 6800]',
    '\t\t1002 0e3a  a subsystem',
    '\t1638  Cezanne',
    '8086  Intel Corporation',
    '\t3e9b  CoffeeLake-H GT2',
  ].join('\n');
  expect(findPciName(list, '1002', '1638')).toBe('Advanced Micro Devices, Inc. [AMD/ATI] Cezanne');
  expect(findPciName(list, '8086', '3e9b')).toBe('Intel Corporation CoffeeLake-H GT2');
  expect(findPciName(list, '8086', '1638')).toBeUndefined();
  expect(findPciName(list, '10de', '1638')).toBeUndefined();
});
