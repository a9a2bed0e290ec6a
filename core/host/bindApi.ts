import { z } from 'zod';
import { METHOD_NAMES, type EnlargerApi, type MethodName, type MethodResult } from '../api/contract.ts';
import { EnlargerError } from '../api/errors.ts';
import { METHOD_INPUTS, type MethodInputs } from '../api/methodInputs.ts';
import type { HostLog } from './hostParts.ts';

/** Each method with its input parsed; defaults are filled in. */
export type HostMethods = {
  readonly [Name in MethodName]: (input: z.output<MethodInputs[Name]>) => Promise<MethodResult<Name>>;
};

/** Some of the methods, by concern. */
export type MethodsOf<Names extends MethodName> = Pick<HostMethods, Names>;

function parseInput(name: MethodName, input: unknown): unknown {
  const parsed = METHOD_INPUTS[name].safeParse(input);
  if (parsed.success) return parsed.data;
  throw new EnlargerError('request/invalid', `${name}: ${z.prettifyError(parsed.error)}`, { method: name });
}

/**
 * Puts the gate before every method: its input is parsed by its schema, and it rejects with an `EnlargerError` only.
 * A bug of ours is logged and reported as one.
 */
export function bindApi(methods: HostMethods, log: HostLog): EnlargerApi {
  const bind = (name: MethodName): ((input: unknown) => Promise<unknown>) => {
    const method: (input: never) => Promise<unknown> = methods[name];
    return async (input) => {
      try {
        // Parsed by this very method's schema on the line before it is used.
        return await method(parseInput(name, input) as never);
      } catch (error) {
        if (error instanceof EnlargerError) throw error;
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        log.error('Internal error', { method: name, error: text });
        throw new EnlargerError('internal/bug', text, { method: name }, { cause: error });
      }
    };
  };
  // Every name of the contract is bound to its own method, so the record is the contract.
  return Object.fromEntries(METHOD_NAMES.map((name) => [name, bind(name)])) as EnlargerApi;
}
