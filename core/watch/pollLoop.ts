/**
 * Runs a function repeatedly, never twice at once: on request, and at the time that it returned for its
 * next turn.
 */
export class PollLoop {
  readonly #turn: () => Promise<number>;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #dueAtMs = Infinity;
  #running: Promise<void> | undefined;
  #isClosed = false;

  /**
   * @param turn Must not reject; resolves with the time of the next turn, Infinity for no other.
   * @param now The clock of these times, in milliseconds.
   */
  constructor(turn: () => Promise<number>, now: () => number) {
    this.#turn = turn;
    this.#now = now;
  }

  /** Requests a turn at a time; one that is due sooner stays. */
  request(atMs: number): void {
    this.#dueAtMs = Math.min(this.#dueAtMs, atMs);
    this.#wind();
  }

  /** A whole turn that begins after this call; the one under way ends first. */
  async now(): Promise<void> {
    await this.#running;
    await this.#run();
  }

  /** No further turn begins; resolves when the last one has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #wind(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.#running !== undefined || this.#dueAtMs === Infinity) return;
    // Longer waits overflow Node's timers and would fire at once.
    const waitMs = Math.min(Math.max(this.#dueAtMs - this.#now(), 0), 2 ** 31 - 1);
    this.#timer = setTimeout(() => void this.#run(), waitMs);
  }

  #run(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#running ??= this.#runOnce();
    return this.#running;
  }

  async #runOnce(): Promise<void> {
    this.#dueAtMs = Infinity;
    const next = await this.#turn();
    this.#running = undefined;
    this.request(next);
  }
}
