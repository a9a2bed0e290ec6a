import os from 'node:os';
import { z } from 'zod';
import { describeMachine } from '../machine.ts';
import { queueOptionsSchema, toMachineOptions } from '../machines/queueOptions.ts';
import { givenDataFolder } from '../options/localPath.ts';
import { BUNDLED_MODELS, EXIT } from '../program.ts';
import { counted, forTerminal, table } from '../text.ts';
import type { Check } from './check.ts';
import { checkData } from './checkData.ts';
import { checkFolder } from './checkFolder.ts';
import { checkFormats } from './checkFormats.ts';
import { checkMachine } from './checkMachine.ts';
import { checkModels } from './checkModels.ts';

const optionsSchema = queueOptionsSchema
  .pick({ queue: true, root: true })
  .extend({ json: z.boolean(), data: z.string().optional() });

/** Increases when a field changes its meaning or disappears. */
const DOCTOR_SCHEMA = 'enlarger.doctor/1';

export function doctorText(checks: readonly Check[]): string {
  const rows = checks.map((check) => [
    check.state === 'unused' ? '–' : check.state,
    check.name,
    forTerminal(check.found),
  ]);
  const advice = checks.flatMap((check) =>
    'advice' in check ? [`${check.state}  ${check.name}: ${check.advice}`] : [],
  );
  const failed = checks.filter(({ state }) => state === 'fail').length;
  const summary = failed === 0 ? 'Everything works.' : `${counted(failed, 'check')} failed.`;
  return `${[table(['', 'check', 'result'], rows), '', ...advice, summary].join('\n')}\n`;
}

/**
 * `enlarger doctor`: checks whether everything works on this machine, with advice on whatever does not.
 *
 * @returns The exit code: 1 when something fails.
 */
export async function doctorCommand(rawOptions: unknown): Promise<number> {
  const { json, data, ...queue } = optionsSchema.parse(rawOptions);
  const machines = toMachineOptions(queue);
  const folder = givenDataFolder(data);
  const machine = describeMachine();
  const checks = [
    ...checkMachine(machine),
    ...(await checkModels(BUNDLED_MODELS)),
    ...(await checkFormats()),
    ...(await checkData(folder)),
    await checkFolder('temporary folder', os.tmpdir()),
    await checkFolder('current folder', process.cwd()),
    ...(machines === undefined ? [] : await (await import('./checkQueue.ts')).checkQueue(machines)),
  ];
  const isWell = checks.every(({ state }) => state !== 'fail');
  const document = { schema: DOCTOR_SCHEMA, isWell, machine, checks };
  process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : doctorText(checks));
  return isWell ? EXIT.done : EXIT.someFailed;
}
