import { z } from 'zod';
import { METHOD_NAMES, type EnlargerApi, type MethodName, type Reply } from './contract.ts';
import { EnlargerError, toErrorDto } from './errors.ts';
import { METHOD_INPUTS } from './methodInputs.ts';

function isMethodName(name: unknown): name is MethodName {
  return METHOD_NAMES.some((known) => known === name);
}

/**
 * Calls a method of the contract on behalf of another process, after parsing the input with the method's schema.
 *
 * @returns The method's reply; `request/invalid` for an unknown method or an invalid input. Never rejects.
 */
export async function callMethod(api: EnlargerApi, name: unknown, input: unknown): Promise<Reply<unknown>> {
  try {
    if (!isMethodName(name))
      throw new EnlargerError('request/invalid', `Unknown method ${JSON.stringify(name)}.`);
    const parsed = METHOD_INPUTS[name].safeParse(input);
    if (!parsed.success) {
      throw new EnlargerError('request/invalid', `${name}: ${z.prettifyError(parsed.error)}`);
    }
    // The schema has matched the input to the method, but the compiler cannot see that across the union.
    const method = api[name] as (input: unknown) => Promise<unknown>;
    return { ok: true, value: await method(parsed.data) };
  } catch (error) {
    return { ok: false, error: toErrorDto(error) };
  }
}
