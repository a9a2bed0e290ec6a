import { METHOD_NAMES } from '../../core/api/contract.ts';
import type { EnlargerApi, MethodName, Reply } from '../../core/api/contract.ts';
import { fromErrorDto } from '../../core/api/errors.ts';

/** Sends one method's argument to the host and returns its reply. */
export type Call = (method: MethodName, input: unknown) => Promise<Reply<unknown>>;

/** The contract, bound mechanically to a way of calling; failed replies reject with their `EnlargerError`. */
export function apiOverCalls(call: Call): EnlargerApi {
  const methods = METHOD_NAMES.map((method) => [
    method,
    async (input: unknown) => {
      const reply = await call(method, input);
      if (!reply.ok) throw fromErrorDto(reply.error);
      return reply.value;
    },
  ]);
  // The host parsed the input and created the value by the same contract.
  return Object.fromEntries(methods) as EnlargerApi;
}
