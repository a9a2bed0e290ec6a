import { z } from 'zod';
import { EnlargerError } from '../../core/api/errors.ts';
import { listMachines, type ListedMachine } from '../../core/machines/listMachines.ts';
import { EXIT } from '../program.ts';
import { duration, forTerminal, table } from '../text.ts';

const optionsSchema = z.object({ queue: z.string().min(1).optional(), json: z.boolean() });

function rowOf({ presence, silentMs }: ListedMachine): string[] {
  const { name, version, state, held, capacity, finished, failed, megapixels, seconds, roots } = presence;
  const speed = seconds > 0 ? `${(megapixels / seconds).toPrecision(2)} MP/s` : '–';
  return [
    forTerminal(name),
    state,
    `${held.length} of ${capacity}`,
    String(finished),
    String(failed),
    speed,
    duration(silentMs / 1000),
    roots.join(' '),
    version,
  ];
}

const HEADER = ['machine', 'state', 'images', 'done', 'failed', 'speed', 'silent for', 'roots', 'version'];

/** `enlarger machines`: the machines of a queue, what they do, and when they were last heard from. */
export async function machinesCommand(rawOptions: unknown): Promise<number> {
  const { queue, json } = optionsSchema.parse(rawOptions);
  if (queue === undefined) throw new EnlargerError('usage/invalid-option', 'No --queue given.');
  const { server, machines } = await listMachines(queue);
  if (json) {
    const listed = machines.map(({ presence, silentMs }) => {
      const { protocol: _protocol, beat: _beat, ...shown } = presence;
      return { ...shown, silentMs };
    });
    process.stdout.write(`${JSON.stringify({ server, machines: listed }, null, 2)}\n`);
  } else if (machines.length === 0) {
    process.stdout.write(`No machines are connected to ${server.address}.\n`);
  } else {
    process.stdout.write(`${table(HEADER, machines.map(rowOf))}\n`);
  }
  return machines.length === 0 ? EXIT.nothingToDo : EXIT.done;
}
