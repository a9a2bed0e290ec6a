import { z } from 'zod';
import { ENGINES } from '../core/engine/registry.ts';
import { EXIT } from './program.ts';
import { table } from './text.ts';

const optionsSchema = z.object({ json: z.boolean() });

/** `enlarger devices`: every engine and device, with what `--gpu` calls it. */
export function devicesCommand(rawOptions: unknown): number {
  const { json } = optionsSchema.parse(rawOptions);
  const devices = ENGINES.flatMap((engine) => engine.listDevices());
  const gpus = devices.filter(({ kind }) => kind === 'gpu');
  const listed = devices.map((device) => ({
    ...device,
    gpu: device.kind === 'gpu' ? String(gpus.indexOf(device)) : device.engine === 'onnx' ? 'cpu' : null,
  }));
  if (json) process.stdout.write(`${JSON.stringify(listed, null, 2)}\n`);
  else {
    const rows = listed.map(({ gpu, kind, name, engine, provider }) => [
      gpu ?? '–',
      kind,
      name,
      `${engine}/${provider}`,
    ]);
    process.stdout.write(`${table(['--gpu', 'kind', 'name', 'engine'], rows)}\n`);
  }
  return EXIT.done;
}
