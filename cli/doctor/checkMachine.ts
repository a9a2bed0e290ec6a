import os from 'node:os';
import type { Device } from '../../core/engine/engine.ts';
import { ENGINES } from '../../core/engine/registry.ts';
import type { Machine } from '../machine.ts';
import { gibibytes } from '../text.ts';
import { fail, ok, unused, warn, type Check } from './check.ts';

/** The oldest Node that the program is tested with; the same as in package.json. */
const OLDEST_NODE = { major: 20, minor: 19 };

/** About what a worker needs for images of a hundred megapixels. */
const COMFORTABLE_MEMORY_BYTES = 2 * 1024 ** 3;

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNewEnough =
    major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor);
  if (isNewEnough) return ok('Node', version);
  return fail('Node', version, `Install Node ${OLDEST_NODE.major}.${OLDEST_NODE.minor} or newer.`);
}

export function checkMemory(totalBytes: number, availableBytes: number): Check {
  const found = `${gibibytes(availableBytes)} of ${gibibytes(totalBytes)} free`;
  if (availableBytes >= COMFORTABLE_MEMORY_BYTES) return ok('memory', found);
  return warn('memory', found, 'Close other programs before enlarging large images, or use --jobs 1.');
}

/** Devices are listed but not tested; `enlarger devices` does that, in throw-away processes. */
function checkDevices(): Check[] {
  return ENGINES.flatMap((engine) => engine.listDevices()).map(checkDevice);
}

/** A processor always works; a graphics card may be missing, and is tested by `enlarger devices`. */
export function checkDevice({
  kind,
  name,
  id,
  missing,
}: Pick<Device, 'kind' | 'name' | 'id' | 'missing'>): Check {
  const title = `device (${kind})`;
  if (missing !== undefined) return unused(title, `${name}, ${id}; ${missing.reason}`);
  if (kind === 'gpu') return unused(title, `${name}, ${id}; offered by the engine, not tested`);
  return ok(title, `${name}, ${id}`);
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

/** Free memory of the system or, if lower, of the container. */
function availableMemoryBytes(): number {
  const byProcess = process.availableMemory();
  return byProcess > 0 ? Math.min(byProcess, os.totalmem()) : os.freemem();
}
