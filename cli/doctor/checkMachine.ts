import os from 'node:os';
import { ENGINES } from '../../core/engine/registry.ts';
import type { Machine } from '../machine.ts';
import { fail, ok, warn, type Check } from './check.ts';

/** The oldest Node that the program is tested with; the same as in package.json. */
const OLDEST_NODE = { major: 20, minor: 19 };

/** A worker that enlarges images of a hundred megapixels needs about so much. */
const COMFORTABLE_MEMORY_BYTES = 2 * 1024 ** 3;

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNewEnough =
    major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor);
  if (isNewEnough) return ok('Node', version);
  return fail('Node', version, `Install Node ${OLDEST_NODE.major}.${OLDEST_NODE.minor} or newer.`);
}

export function checkMemory(totalBytes: number, availableBytes: number): Check {
  const found = `${gigabytes(availableBytes)} of ${gigabytes(totalBytes)} free`;
  if (availableBytes >= COMFORTABLE_MEMORY_BYTES) return ok('memory', found);
  return warn('memory', found, 'Close other programs before you enlarge large images, or use --jobs 1.');
}

/** Devices are listed and not tried: `enlarger devices` does that, in processes that are thrown away. */
function checkDevices(): Check[] {
  return ENGINES.flatMap((engine) => engine.listDevices()).map(({ kind, name, id, missing }) => {
    const untried = kind === 'gpu' ? '; offered by the engine, not tried' : '';
    return ok(`device (${kind})`, `${name}, ${id}${missing === undefined ? untried : `; ${missing.reason}`}`);
  });
}

/** Versions, processor, memory and devices. */
export function checkMachine(machine: Machine): Check[] {
  return [
    ok('enlarger', machine.program),
    checkNode(machine.node),
    ok('onnxruntime', machine.onnxruntime),
    ok('sharp', `${machine.sharp}, libvips ${machine.libvips}`),
    ok('platform', machine.platform),
    ok('processor', `${machine.processor}, ${machine.cores} cores for this program`),
    checkMemory(machine.memoryBytes, availableMemoryBytes()),
    ...checkDevices(),
  ];
}

/** What is free by the system, or by the limit that a container sets, whichever is less. */
function availableMemoryBytes(): number {
  const byProcess = process.availableMemory();
  return byProcess > 0 ? Math.min(byProcess, os.totalmem()) : os.freemem();
}
