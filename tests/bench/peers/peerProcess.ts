import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const readySchema = z.object({ ready: z.string() });
const timesSchema = z.object({ endToEndMs: z.number(), inferenceMs: z.number() });

/** Of all images together. */
export type RoundTimes = z.infer<typeof timesSchema>;

/** How a peer is started. */
export interface PeerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** How much of what a peer complains about is shown. */
const COMPLAINT_LENGTH = 400;

/** Another program that stays warm: it answers each line with one line of JSON. */
export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #complaint = '';

  private constructor({ command, args, env }: PeerCommand) {
    this.#child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...env } });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new TypeError('A peer has pipes.');
    // A missing program appears as the end of its output.
    this.#child.on('error', (error) => (this.#complaint += error.message));
    stderr.on('data', (text: Buffer) => {
      this.#complaint = (this.#complaint + text.toString()).slice(-COMPLAINT_LENGTH);
    });
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /**
   * Starts a peer and waits until it has loaded its network.
   *
   * @throws Error with the last lines of its complaint.
   */
  static async open(command: PeerCommand): Promise<{ peer: PeerProcess; version: string }> {
    const peer = new PeerProcess(command);
    const { ready } = readySchema.parse(await peer.#nextLine());
    return { peer, version: ready };
  }

  /** Has it enlarge all images once. */
  async runRound(): Promise<RoundTimes> {
    this.#child.stdin?.write('run\n');
    return timesSchema.parse(await this.#nextLine());
  }

  close(): void {
    this.#child.kill();
  }

  /** The next line that is JSON; libraries print other things, too. */
  async #nextLine(): Promise<unknown> {
    for (;;) {
      const next = await this.#lines.next();
      if (next.done === true) throw new Error(`it ended: ${this.#complaint.trim() || 'without a word'}`);
      if (next.value.startsWith('{')) return JSON.parse(next.value);
    }
  }
}
