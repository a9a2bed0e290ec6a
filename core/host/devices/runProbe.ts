import { z } from 'zod';
import { ERROR_CODES, type ErrorDto } from '../../api/errors.ts';
import type { WorkerLauncher } from '../../pool/launcher.ts';
import type { ProbeAnswer, ProbeRequest } from '../../pool/messages.ts';

/** A driver that compiles its shaders the first time takes some seconds; one that hangs takes for ever. */
export const PROBE_LIMIT_MS = 20_000;

const probedSchema = z.object({
  type: z.literal('probed'),
  answer: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('tried'),
      difference: z.number().nullable(),
      megapixelsPerSecond: z.number(),
    }),
    z.object({
      kind: z.literal('failed'),
      error: z.object({ code: z.enum(ERROR_CODES), message: z.string() }),
    }),
  ]),
});

function failed(code: ErrorDto['code'], message: string): ProbeAnswer {
  return { kind: 'failed', error: { code, message } };
}

/** Tries a device in a throw-away process, so that a broken driver crashes nothing else. Never throws. */
export async function runProbe(
  launch: WorkerLauncher,
  request: ProbeRequest,
  limitMs: number,
): Promise<ProbeAnswer> {
  const worker = launch();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<ProbeAnswer>((resolve) => {
      worker.onMessage((message: unknown) => {
        const probed = probedSchema.safeParse(message);
        if (probed.success) resolve(probed.data.answer);
      });
      worker.onExit(({ how }) => {
        resolve(failed('worker/crashed', `The process that tested it died: ${how}.`));
      });
      timer = setTimeout(() => {
        resolve(failed('worker/timeout', `It did not respond within ${limitMs / 1000} s.`));
      }, limitMs);
      worker.send({ type: 'probe', request });
    });
  } finally {
    clearTimeout(timer);
    worker.kill();
  }
}
