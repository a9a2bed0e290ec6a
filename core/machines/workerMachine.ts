import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { attemptFiles, sweepAttempt } from './attemptFiles.ts';
import { doWork, type MachineWorkParts } from './machineWork.ts';
import { parseWork, PROTOCOL, type Outcome, type Presence, type Work, type WorkReport } from './messages.ts';
import {
  attemptsKey,
  BEAT_MS,
  JOB_OPTIONS,
  LEASE_BEATS,
  MACHINES_KEY,
  newId,
  PRESENCE_MS,
  presenceKey,
  QUEUE_OPTIONS,
  reportQueue,
  workQueue,
} from './queueKeys.ts';
import { closeAll } from './closeAll.ts';
import { isConnected, patientConnection, within } from './redisConnection.ts';

/** Without an answer for this long, work in progress is wasted: coordinators have given it to others. */
const LEASE_MS = LEASE_BEATS * BEAT_MS;

/** Beats for which an attempt may be unregistered: its coordinator registers it again if the server lost everything. */
const UNREGISTERED_BEATS = 5;

export interface WorkerMachineOptions extends MachineWorkParts {
  readonly redis: Redis;
  /** For display. */
  readonly name: string;
  readonly version: string;
  /** Everything that affects the last bits of a result. */
  readonly engine: string;
  readonly capacity: number;
  /** How long a machine that leaves waits for a server that does not answer. */
  readonly leaseMs?: number;
  readonly onNote: (sentence: string) => void;
}

/** Work under way on this machine. */
interface HeldWork {
  readonly work: Work;
  readonly controller: AbortController;
  tilesDone: number;
  tilesTotal: number;
  beatsUnregistered: number;
}

/** A machine that works for coordinators elsewhere until it is drained. */
export class WorkerMachine {
  readonly #options: WorkerMachineOptions;
  readonly #id = newId();
  readonly #held = new Map<string, HeldWork>();
  readonly #startedAt = performance.now();
  readonly #totals = { finished: 0, failed: 0, megapixels: 0 };
  readonly #patient: Redis;
  #worker: Worker | undefined;
  /** When the server last answered. */
  #answeredAt = performance.now();
  readonly #reports = new Map<string, Queue>();
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();
  #beat = 0;
  #state: Presence['state'] = 'working';
  #isClosed = false;

  constructor(options: WorkerMachineOptions) {
    this.#options = options;
    this.#patient = patientConnection(options.redis);
  }

  get id(): string {
    return this.#id;
  }

  /** Images that are under way. */
  get busy(): number {
    return this.#held.size;
  }

  get finished(): number {
    return this.#totals.finished;
  }

  async start(): Promise<void> {
    const { capacity } = this.#options;
    this.#worker = new Worker(workQueue(this.#id), ({ data }: { data: unknown }) => this.#receive(data), {
      ...QUEUE_OPTIONS,
      ...{ connection: this.#patient, concurrency: capacity, runRetryDelay: BEAT_MS },
      // This machine is the only one that reads this queue; coordinators decide when its work goes to others.
      skipStalledCheck: true,
      drainDelay: 2,
    });
    this.#worker.on('error', () => undefined);
    await this.#report();
    this.#beatAgain();
  }

  /**
   * Finishes its work, begins nothing more, and leaves. If the server is unreachable, it gives up once the work
   * would be wasted.
   */
  async drain(): Promise<void> {
    this.#state = 'draining';
    await within(this.#worker?.pause(true) ?? Promise.resolve()).catch(() => undefined);
    await this.#report().catch(() => undefined);
    const { leaseMs = LEASE_MS } = this.#options;
    while (this.#held.size > 0 && performance.now() - this.#answeredAt < leaseMs) await delay(50);
    await this.close();
  }

  /** Gives up what is under way, within seconds. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const { redis } = this.#options;
    for (const { controller } of this.#held.values()) controller.abort();
    while (this.#held.size > 0) await delay(50);
    await this.#beating;
    // Coordinators notice by themselves that a machine is silent.
    if (isConnected(redis)) await this.#leave().catch(() => undefined);
    await closeAll([...this.#reports.values()], this.#worker, [redis, this.#patient]);
  }

  /** Takes this machine off the list, with what it has not begun. */
  async #leave(): Promise<void> {
    const { redis } = this.#options;
    await within(redis.multi().srem(MACHINES_KEY, this.#id).del(presenceKey(this.#id)).exec());
    const work = new Queue(workQueue(this.#id), { ...QUEUE_OPTIONS, connection: redis });
    work.on('error', () => undefined);
    await within(work.obliterate({ force: true }));
    await within(work.close());
  }

  #beatAgain(): void {
    this.#timer = setTimeout(() => {
      this.#beating = this.#beatOnce().finally(() => {
        if (!this.#isClosed) this.#beatAgain();
      });
    }, BEAT_MS);
  }

  async #beatOnce(): Promise<void> {
    try {
      await this.#report();
      await Promise.all([...this.#held.values()].map((held) => this.#checkRegistered(held)));
    } catch {
      // While the server is unreachable, work under way continues.
    }
  }

  #presence(): Presence {
    const { name, version, engine, capacity, roots } = this.#options;
    const seconds = Math.round((performance.now() - this.#startedAt) / 1000);
    return {
      ...{ protocol: PROTOCOL, id: this.#id, name, version, engine, capacity },
      ...{ beat: ++this.#beat, state: this.#state, roots: [...roots.names], ...this.#totals, seconds },
      held: [...this.#held].map(([attempt, { tilesDone, tilesTotal }]) => ({
        attempt,
        tilesDone,
        tilesTotal,
      })),
    };
  }

  async #report(): Promise<void> {
    const { redis } = this.#options;
    const entry = JSON.stringify(this.#presence());
    const answer = redis
      .multi()
      .set(presenceKey(this.#id), entry, 'PX', PRESENCE_MS)
      .sadd(MACHINES_KEY, this.#id)
      .exec();
    await within(answer);
    this.#answeredAt = performance.now();
  }

  async #isRegistered({ coordinator, attempt }: Work): Promise<boolean> {
    const { redis } = this.#options;
    return (await within(redis.hexists(attemptsKey(coordinator), attempt))) === 1;
  }

  async #checkRegistered(held: HeldWork): Promise<void> {
    if (await this.#isRegistered(held.work)) held.beatsUnregistered = 0;
    else if (++held.beatsUnregistered >= UNREGISTERED_BEATS) held.controller.abort();
  }

  async #receive(data: unknown): Promise<void> {
    const parsed = parseWork(data);
    if (parsed.kind === 'invalid') {
      this.#options.onNote(`A message was refused: ${parsed.problem}`);
      return;
    }
    const work = parsed.message;
    if (!(await this.#isRegistered(work).catch(() => false))) {
      this.#options.onNote(`Work that no coordinator has registered was refused: ${work.source.path}`);
      return;
    }
    if (this.#held.has(work.attempt)) return;
    const controller = new AbortController();
    const held: HeldWork = { work, controller, tilesDone: 0, tilesTotal: 0, beatsUnregistered: 0 };
    this.#held.set(work.attempt, held);
    const outcome = await this.#do(held);
    // The next image begins while this one is reported.
    void this.#finish(held, outcome).finally(() => {
      this.#held.delete(work.attempt);
    });
  }

  async #do(held: HeldWork): Promise<Outcome> {
    if (this.#state === 'draining') {
      return { kind: 'refused', reason: 'draining', message: 'The machine is leaving.' };
    }
    return doWork(held.work, this.#options, {
      signal: held.controller.signal,
      onProgress: (tilesDone, tilesTotal) => Object.assign(held, { tilesDone, tilesTotal }),
    });
  }

  /** Reports the outcome, or deletes its files if they are no longer needed. */
  async #finish(held: HeldWork, outcome: Outcome): Promise<void> {
    this.#count(outcome);
    if (await this.#deliver(held, outcome)) return;
    const { folder, attempt } = held.work;
    const found = await this.#options.roots.resolve(folder).catch(() => undefined);
    if (found !== undefined) await sweepAttempt(attemptFiles(found, attempt));
  }

  #count(outcome: Outcome): void {
    if (outcome.kind === 'failed') this.#totals.failed++;
    if (outcome.kind !== 'finished') return;
    this.#totals.finished++;
    if (outcome.result.kind !== 'enhanced') return;
    const { width, height } = outcome.result.output;
    this.#totals.megapixels += (width * height) / 1e6;
  }

  /** Reports for as long as the attempt counts. @returns Whether the coordinator has the report, and so the file. */
  async #deliver({ work, controller }: HeldWork, outcome: Outcome): Promise<boolean> {
    const { name, version } = this.#options;
    const machine = { id: this.#id, name, version };
    const report: WorkReport = { protocol: PROTOCOL, attempt: work.attempt, machine, outcome };
    for (let unregistered = 0; unregistered < UNREGISTERED_BEATS;) {
      try {
        if (controller.signal.aborted && outcome.kind !== 'finished') return false;
        if (await this.#isRegistered(work)) {
          const options = { ...JOB_OPTIONS, jobId: work.attempt };
          await within(this.#reportsOf(work.coordinator).add('report', report, options));
          return true;
        }
        unregistered++;
      } catch {
        // The server is unreachable; the result waits for it.
        if (this.#isClosed) return false;
      }
      await delay(BEAT_MS);
    }
    return false;
  }

  #reportsOf(coordinator: string): Queue {
    let queue = this.#reports.get(coordinator);
    if (queue === undefined) {
      queue = new Queue(reportQueue(coordinator), { ...QUEUE_OPTIONS, connection: this.#options.redis });
      queue.on('error', () => undefined);
      this.#reports.set(coordinator, queue);
    }
    return queue;
  }
}
