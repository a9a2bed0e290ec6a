import { EnlargerError } from '../../core/api/errors.ts';
import { listMachines, type ListedMachine } from '../../core/machines/listMachines.ts';
import type { MachineOptions } from '../../core/machines/openMachines.ts';
import { Roots } from '../../core/machines/roots.ts';
import { programVersion } from '../program.ts';
import { counted } from '../text.ts';
import { checkFolder } from './checkFolder.ts';
import { fail, ok, warn, type Check } from './check.ts';

/** A command takes two round trips for each image that is handed out; a slower server is far away. */
const SLOW_MS = 50;

async function checkRoots(options: readonly string[], machines: readonly ListedMachine[]): Promise<Check[]> {
  let roots: Roots;
  try {
    roots = await Roots.open(options);
  } catch (error) {
    if (!(error instanceof EnlargerError)) throw error;
    return [fail('roots', error.message, 'Give each shared folder as --root NAME=DIR.')];
  }
  const missing = machines.flatMap(({ presence }) =>
    roots.names
      .filter((name) => !presence.roots.includes(name))
      .map((name) => `${presence.name} lacks ${name}`),
  );
  const shared =
    missing.length === 0
      ? ok('roots', roots.names.join(', '))
      : warn('roots', missing.join(', '), 'Start enlarger work there with the same --root names.');
  const folders = options.map((option) => {
    const [name = '', folder = ''] = option.split(/=(.*)/s);
    return checkFolder(`root ${name}`, folder);
  });
  return [shared, ...(await Promise.all(folders))];
}

function checkVersions(machines: readonly ListedMachine[]): Check {
  const others = machines.filter(({ presence }) => presence.version !== programVersion());
  if (others.length === 0) return ok('machines', counted(machines.length, 'machine'));
  const found = others.map(({ presence }) => `${presence.name} has ${presence.version}`).join(', ');
  return warn('machines', found, `Install ${programVersion()} there: results can differ.`);
}

/** Checks the queue of several machines: policy, latency, roots and versions. */
export async function checkQueue({ queue, roots }: MachineOptions): Promise<Check[]> {
  try {
    const { server, machines } = await listMachines(queue);
    const { address, version, latencyMs } = server;
    const found = `${address}, version ${version}, noeviction, ${latencyMs.toFixed(1)} ms`;
    const reached =
      latencyMs < SLOW_MS
        ? ok('queue', found)
        : warn('queue', found, 'Use a server that is near all machines.');
    return [reached, checkVersions(machines), ...(await checkRoots(roots, machines))];
  } catch (error) {
    if (!(error instanceof EnlargerError)) throw error;
    return [fail('queue', error.message, 'See docs/machines.md.')];
  }
}
