import { z } from 'zod';
import type { Store } from '../../store/store.ts';
import { linearRateSchema, withSample, type LinearRate } from './linearRate.ts';

const rateTable = z.record(z.string(), linearRateSchema).catch({});

/**
 * What work costs on this machine, from the images that it has enlarged. What cannot be read counts as unknown.
 * Amounts are megapixels, costs milliseconds, or bytes for `bytes`.
 */
const machineRatesSchema = z.object({
  /** By device and networks: output of the networks. */
  inference: rateTable,
  /** By input format: input. */
  decode: rateTable,
  /** By output format and quality: output. */
  encode: rateTable,
  /** Judging: output. */
  measure: rateTable,
  /** By output format and quality: size of the file for an output. */
  bytes: rateTable,
  /** How often the program has chosen each family by itself. */
  choices: z.record(z.string(), z.number().min(0)).catch({}),
  /** By what was requested: the device that did the work last. */
  devices: z.record(z.string(), z.string()).catch({}),
  /** Sums for work that overlaps: time between results, inference, and everything else. */
  overlap: z
    .object({ betweenMs: z.number(), inferenceMs: z.number(), otherMs: z.number() })
    .catch({ betweenMs: 0, inferenceMs: 0, otherMs: 0 }),
  /** Time until the first image of a run starts: worker, libraries, networks. */
  start: rateTable,
});

export type MachineRates = Readonly<z.infer<typeof machineRatesSchema>>;

/** Entries of each table; the ones that were used longest ago are dropped. */
const MAX_ENTRIES = 64;

export const NO_RATES: MachineRates = machineRatesSchema.parse({});

/** Reads the rates of a store; those that cannot be read count as unknown. */
export function readRates(store: Store): MachineRates {
  try {
    return machineRatesSchema.parse(JSON.parse(store.fact('machine-rates') ?? '{}'));
  } catch {
    return NO_RATES;
  }
}

export function keepRates(store: Store, rates: MachineRates): void {
  store.noteFact('machine-rates', JSON.stringify(rates));
}

/** A table with one entry set, as its newest. */
export function withEntry<Value>(
  table: Readonly<Record<string, Value>>,
  key: string,
  value: Value,
): Record<string, Value> {
  const others = Object.entries(table).filter(([name]) => name !== key);
  return Object.fromEntries([...others.slice(1 - MAX_ENTRIES), [key, value]]);
}

/** A table of rates with one more sample. */
export function withRate(
  table: Readonly<Record<string, LinearRate>>,
  key: string,
  sample: { readonly amount: number; readonly cost: number },
): Record<string, LinearRate> {
  return withEntry(table, key, withSample(table[key], sample.amount, sample.cost));
}
