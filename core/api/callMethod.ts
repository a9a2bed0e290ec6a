import { z } from 'zod';
import { METHOD_NAMES, type EnlargerApi, type MethodName, type Reply } from './contract.ts';
import { EnlargerError, toErrorDto } from './errors.ts';
import { METHOD_INPUTS } from './methodInputs.ts';

function isMethodName(name: unknown): name is MethodName {
  return METHOD_NAMES.some((known) => known === name);
}

/**
 * Calls the host on behalf of whoever stands behind a process border: any method of the contract, its input parsed by
 * its schema first.
 *
 * @returns The method's own reply, or `request/invalid` for what is not of the contract. Never rejects.
 */
export async function callMethod(api: EnlargerApi, name: unknown, input: unknown): Promise<Reply<unknown>> {
  try {
    if (!isMethodName(name)) throw new EnlargerError('request/invalid', 'There is no method of that name.');
    const parsed = METHOD_INPUTS[name].safeParse(input);
    if (!parsed.success) {
      throw new EnlargerError('request/invalid', `${name}: ${z.prettifyError(parsed.error)}`);
    }
    // Name and input were matched by the line above, which the compiler cannot see across the union.
    const method = api[name] as (input: unknown) => Promise<unknown>;
    return { ok: true, value: await method(parsed.data) };
  } catch (error) {
    return { ok: false, error: toErrorDto(error) };
  }
}
