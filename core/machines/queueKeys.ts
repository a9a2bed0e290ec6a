import { randomBytes } from 'node:crypto';

/** All keys begin with it, those of BullMQ too. */
export const KEY_PREFIX = 'enlarger';

/** Ids of all machines; the entry of each expires separately. */
export const MACHINES_KEY = `${KEY_PREFIX}:machines`;

/** Entry of a machine. It is gone when the machine has been silent for {@link PRESENCE_MS}. */
export function presenceKey(machine: string): string {
  return `${KEY_PREFIX}:machine:${machine}`;
}

export const PRESENCE_MS = 30_000;

/** How often machines report themselves and coordinators look. */
export const BEAT_MS = 1_000;

/** Checks without a sign of life after which the work of a machine goes to others: 15 seconds. */
export const LEASE_BEATS = 15;

/** Attempts of a coordinator that count: a result of any other attempt is deleted. */
export function attemptsKey(coordinator: string): string {
  return `${KEY_PREFIX}:attempts:${coordinator}`;
}

/** How long attempts of a coordinator that does not return are kept. */
export const ATTEMPTS_SECONDS = 7 * 24 * 60 * 60;

export function workQueue(machine: string): string {
  return `work-${machine}`;
}

export function reportQueue(coordinator: string): string {
  return `reports-${coordinator}`;
}

/** BullMQ keeps this many events per queue; nothing here reads them, and 10,000 would be megabytes. */
const MAX_EVENTS = 10;

export const QUEUE_OPTIONS = { prefix: KEY_PREFIX, streams: { events: { maxLen: MAX_EVENTS } } } as const;

/** The list of jobs is the record; finished jobs are deleted from Redis. */
export const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/** An id for a machine or a coordinator. */
export function newId(): string {
  return randomBytes(8).toString('hex');
}
