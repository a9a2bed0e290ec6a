import {
  METHOD_NAMES,
  type EnlargerApi,
  type EnlargerHost,
  type HostEvent,
} from '../../core/api/contract.ts';
import { EnlargerError } from '../../core/api/errors.ts';

export type Answers = { readonly [Name in keyof EnlargerApi]?: (input: unknown) => unknown };

/** A host without a queue: it sends the events of a test, and records requests. */
export class MemoryHost implements EnlargerHost {
  readonly calls: { readonly method: string; readonly input: unknown }[] = [];
  readonly api: EnlargerApi;
  readonly #listeners = new Set<(event: HostEvent) => void>();

  constructor(answers: Answers = {}) {
    const methods = METHOD_NAMES.map((method) => [
      method,
      async (input: unknown) => {
        this.calls.push({ method, input });
        const answer = answers[method];
        if (answer === undefined) throw new EnlargerError('job/not-found', 'There is no such job.');
        return Promise.resolve(answer(input));
      },
    ]);
    this.api = Object.fromEntries(methods) as EnlargerApi; // every name of the contract is there
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  subscribe(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: HostEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
