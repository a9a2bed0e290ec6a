import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { parsePresence, parseReport, type Presence, type Work, type WorkReport } from './messages.ts';
import {
  attemptsKey,
  ATTEMPTS_SECONDS,
  BEAT_MS,
  JOB_OPTIONS,
  MACHINES_KEY,
  presenceKey,
  QUEUE_OPTIONS,
  reportQueue,
  workQueue,
} from './queueKeys.ts';
import { closeAll } from './closeAll.ts';
import { isConnected, patientConnection, within } from './redisConnection.ts';

/** What a coordinator stores about an attempt for its next run. */
const recordSchema = z.strictObject({
  machine: z.string().regex(/^[0-9a-f]{16}$/),
  /** Identifies the requested result, so that the result can be used after a restart. */
  workKey: z.string().regex(/^[0-9a-f]{64}$/),
});
export type AttemptRecord = z.infer<typeof recordSchema>;

export interface QueueLinkOptions {
  readonly redis: Redis;
  readonly coordinator: () => string;
  /** Called with each report, which stays in the queue until the promise settles. */
  readonly onReport: (report: WorkReport) => Promise<void>;
  /** Messages that were not sent by one of our machines. */
  readonly onInvalid: (problem: string) => void;
}

/** Reads the connected machines. @throws Error if the server does not answer. */
async function readMachines(redis: Redis, onInvalid: (problem: string) => void): Promise<Presence[]> {
  const ids = await within(redis.smembers(MACHINES_KEY));
  if (ids.length === 0) return [];
  const entries = await within(redis.mget(ids.map(presenceKey)));
  const present: Presence[] = [];
  for (const [index, json] of entries.entries()) {
    const id = ids[index];
    if (id === undefined) continue;
    if (json === null) {
      await within(redis.srem(MACHINES_KEY, id));
      continue;
    }
    const parsed = parsePresence(json);
    if (parsed.kind === 'ok' && parsed.message.id === id) present.push(parsed.message);
    else
      onInvalid(
        `An entry in the list of machines was ignored: ${parsed.kind === 'ok' ? id : parsed.problem}`,
      );
  }
  return present;
}

/**
 * A coordinator's side of the queue: one BullMQ queue for the work of each machine, one for the reports. Every call
 * fails within seconds if the server does not answer; none waits for it to come back.
 */
export class QueueLink {
  readonly #options: QueueLinkOptions;
  readonly #work = new Map<string, Queue>();
  readonly #patient: Redis;
  #reports: Worker | undefined;
  #coordinator: string | undefined;
  /** Whether the attempts were given a time to live. */
  #isKept = false;

  constructor(options: QueueLinkOptions) {
    this.#options = options;
    this.#patient = patientConnection(options.redis);
  }

  get coordinator(): string {
    return (this.#coordinator ??= this.#options.coordinator());
  }

  /** Begins to receive reports. */
  start(): void {
    const { onReport, onInvalid } = this.#options;
    const receive = async ({ data }: { readonly data: unknown }): Promise<void> => {
      const parsed = parseReport(data);
      if (parsed.kind === 'ok') await onReport(parsed.message);
      else onInvalid(`A report was ignored: ${parsed.problem}`);
    };
    this.#reports = new Worker(reportQueue(this.coordinator), receive, {
      ...QUEUE_OPTIONS,
      ...{ connection: this.#patient, concurrency: 16, runRetryDelay: BEAT_MS },
      lockDuration: 10_000,
      stalledInterval: 10_000,
      maxStalledCount: 10,
      // Seconds; a coordinator that was just killed may have consumed the notification of a waiting report.
      drainDelay: 1,
    });
    this.#reports.on('error', () => undefined);
  }

  machines(): Promise<Presence[]> {
    return readMachines(this.#options.redis, this.#options.onInvalid);
  }

  /** All registered attempts; entries of other programs are ignored. */
  async attempts(): Promise<Map<string, AttemptRecord>> {
    const { redis } = this.#options;
    const found = new Map<string, AttemptRecord>();
    for (const [attempt, json] of Object.entries(
      await within(redis.hgetall(attemptsKey(this.coordinator))),
    )) {
      const record = recordSchema.safeParse(readJson(json));
      if (record.success) found.set(attempt, record.data);
    }
    return found;
  }

  /** Registers attempts; all are kept for as long as the coordinator renews them. */
  async register(attempts: ReadonlyMap<string, AttemptRecord>): Promise<void> {
    const fields = [...attempts].flatMap(([attempt, record]) => [attempt, JSON.stringify(record)]);
    await within(this.#options.redis.hset(attemptsKey(this.coordinator), ...fields));
    if (!this.#isKept) await this.#keep();
  }

  /** Keeps all registered attempts for another while. @param missing Those that the server has lost. */
  async renew(missing: ReadonlyMap<string, AttemptRecord>): Promise<void> {
    if (missing.size > 0) await this.register(missing);
    await this.#keep();
  }

  async #keep(): Promise<void> {
    await within(this.#options.redis.expire(attemptsKey(this.coordinator), ATTEMPTS_SECONDS));
    this.#isKept = true;
  }

  async forget(attempts: readonly string[]): Promise<void> {
    const { redis } = this.#options;
    if (attempts.length > 0) await within(redis.hdel(attemptsKey(this.coordinator), ...attempts));
  }

  /** How many reports wait to be received. */
  async pendingReports(): Promise<number> {
    const { redis } = this.#options;
    const queue = new Queue(reportQueue(this.coordinator), { ...QUEUE_OPTIONS, connection: redis });
    queue.on('error', () => undefined);
    return within(queue.getJobCountByTypes('waiting', 'prioritized', 'active'));
  }

  /** @param priority The lower number goes first, as everywhere. */
  async send(machine: string, work: Work, priority: number): Promise<void> {
    const options = { ...JOB_OPTIONS, jobId: work.attempt, ...(priority > 0 && { priority }) };
    await within(this.#queueOf(machine).add('enlarge', work, options));
  }

  /** Takes back what a machine has not begun. @returns Whether it had not. */
  async recall(machine: string, attempt: string): Promise<boolean> {
    const queue = this.#queueOf(machine);
    // A finished job also counts as removed, so this is checked first.
    const state = await within(queue.getJobState(attempt));
    if (state !== 'waiting' && state !== 'prioritized') return false;
    return (await within(queue.remove(attempt))) === 1;
  }

  /** Attempts that a machine has been sent and that are still in Redis. */
  async sentTo(machine: string): Promise<Set<string>> {
    const jobs = await within(this.#queueOf(machine).getJobs(['waiting', 'prioritized', 'active']));
    return new Set(jobs.map(({ id }) => id ?? ''));
  }

  /** Deletes the queue of a machine that is gone. */
  async dropMachine(machine: string): Promise<void> {
    const queue = this.#queueOf(machine);
    this.#work.delete(machine);
    await within(queue.obliterate({ force: true })).catch(() => undefined);
    await within(queue.close()).catch(() => undefined);
  }

  /** Ends within seconds, even if the server does not answer. */
  async close(): Promise<void> {
    if (this.#coordinator === undefined) {
      this.#options.redis.disconnect();
      this.#patient.disconnect();
      return;
    }
    const { redis } = this.#options;
    if (isConnected(redis)) await this.#dropReports(redis).catch(() => undefined);
    await closeAll([...this.#work.values()], this.#reports, [redis, this.#patient]);
  }

  async #dropReports(redis: Redis): Promise<void> {
    const reports = new Queue(reportQueue(this.coordinator), { ...QUEUE_OPTIONS, connection: redis });
    reports.on('error', () => undefined);
    await within(reports.obliterate({ force: true }));
    await within(reports.close());
  }

  #queueOf(machine: string): Queue {
    let queue = this.#work.get(machine);
    if (queue === undefined) {
      queue = new Queue(workQueue(machine), { ...QUEUE_OPTIONS, connection: this.#options.redis });
      queue.on('error', () => undefined);
      this.#work.set(machine, queue);
    }
    return queue;
  }
}

function readJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
