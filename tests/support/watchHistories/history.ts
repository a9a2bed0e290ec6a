import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ExistsPolicy } from '../../../core/api/batchSpec.ts';
import { settingsHash } from '../../../core/host/queue/settingsHash.ts';
import type { WatchedFolders } from '../../../core/host/watching/watchedFolders.ts';
import type { TestHost } from '../hostParts.ts';
import { CONTENTS, doubled, filesBelow, hashOf, lost, unmade } from './historyProblems.ts';
import { configureWatched, openWatchedHost, watchedSettings, type WatchedSetting } from '../watchedHost.ts';

const NAMES = ['a.png', 'A.png', 'b.png', 'b.jpg', path.join('roll.png', 'c.png'), 'scan.png'];
const POLICIES: readonly ExistsPolicy[] = ['skip', 'overwrite', 'rename'];

/** Share of the histories in which the program is killed instead of closed. */
const MAY_BE_KILLED = 0.1;

const WATCHED_HOST = fileURLToPath(new URL('../../../dist/tests/support/watchedHost.js', import.meta.url));

/** Maximum time for everything to settle. */
const PATIENCE_MS = 180_000;

/** A watched folder and everything that happens to it. */
export class History {
  readonly #inbox: string;
  readonly #done: string;
  readonly #out: string;
  readonly #data: string;
  readonly #moves: boolean;
  /** A separate process, which can be killed, costs as much as twenty other steps. */
  readonly #isKilled: boolean;
  readonly #random: () => number;
  readonly log: string[] = [];
  /** How often each content should be in the inbox or among the moved originals. */
  readonly #live = new Map<string, number>();
  #settings = { factor: 2, exists: 'skip' as ExistsPolicy };
  #host: TestHost | undefined;
  #folders: WatchedFolders | undefined;

  constructor(root: string, random: () => number) {
    this.#inbox = path.join(root, 'in');
    this.#done = path.join(root, 'done');
    this.#out = path.join(root, 'out');
    this.#data = path.join(root, 'data');
    this.#random = random;
    this.#moves = random() < 0.5;
    this.#isKilled = random() < MAY_BE_KILLED;
    for (const folder of [path.join(this.#inbox, 'roll.png'), this.#data])
      mkdirSync(folder, { recursive: true });
  }

  #pick<Value>(values: readonly Value[]): Value | undefined {
    return values[Math.floor(this.#random() * values.length)];
  }

  #count(content: Uint8Array, change: number): void {
    const hash = hashOf(content);
    this.#live.set(hash, (this.#live.get(hash) ?? 0) + change);
  }

  #setting(): WatchedSetting {
    const done = this.#moves ? { done: this.#done } : {};
    return { inbox: this.#inbox, out: this.#out, data: this.#data, ...done, ...this.#settings };
  }

  async open(): Promise<void> {
    const { opened, folders } = await openWatchedHost(this.#setting());
    this.#host = opened;
    this.#folders = folders;
  }

  async close(): Promise<void> {
    await this.#host?.close();
    this.#host = undefined;
  }

  /** One random step. A file can be moved away by the program at any moment: then the step does nothing. */
  async step(): Promise<void> {
    const steps = [
      () => this.#drop(),
      () => this.#drop(),
      () => this.#drop(),
      () => this.#rename(),
      () => this.#copy(),
      () => this.#moveBack(),
      () => this.#remove(),
      () => this.#changeSettings(),
      () => (this.#isKilled ? this.#kill() : this.#restart()),
      () => this.#restart(),
      () => delay(Math.floor(this.#random() * 400)),
    ];
    try {
      await this.#pick(steps)?.();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }

  /** A new file, or a new version of an existing one; complete at once, or in two pieces. */
  async #drop(): Promise<void> {
    const file = path.join(this.#inbox, this.#pick(NAMES) ?? 'a.png');
    const content = this.#pick(CONTENTS) ?? CONTENTS[0]!;
    this.log.push(`drop ${path.basename(file)} ${hashOf(content).slice(0, 6)}`);
    const before = existsSync(file) ? readFileSync(file) : undefined;
    const unfinished = `${file}.part`;
    writeFileSync(unfinished, content);
    renameSync(unfinished, file);
    if (before !== undefined) this.#count(before, -1);
    this.#count(content, 1);
    await delay(Math.floor(this.#random() * 50));
  }

  #inboxFile(): string | undefined {
    return this.#pick(filesBelow(this.#inbox).filter((file) => !file.endsWith('.part')));
  }

  #rename(): Promise<void> {
    const from = this.#inboxFile();
    const to = path.join(this.#inbox, this.#pick(NAMES) ?? 'a.png');
    if (from === undefined || existsSync(to)) return Promise.resolve();
    this.log.push(`rename ${path.basename(from)} ${path.basename(to)}`);
    renameSync(from, to);
    return Promise.resolve();
  }

  #copy(): Promise<void> {
    const from = this.#inboxFile();
    const to = path.join(this.#inbox, this.#pick(NAMES) ?? 'a.png');
    if (from === undefined || existsSync(to)) return Promise.resolve();
    this.log.push(`copy ${path.basename(from)} ${path.basename(to)}`);
    copyFileSync(from, to);
    this.#count(readFileSync(to), 1);
    return Promise.resolve();
  }

  #moveBack(): Promise<void> {
    const from = this.#pick(filesBelow(this.#done));
    if (from === undefined) return Promise.resolve();
    const to = path.join(this.#inbox, path.relative(this.#done, from));
    if (existsSync(to)) return Promise.resolve();
    this.log.push(`back ${path.basename(from)}`);
    renameSync(from, to);
    return Promise.resolve();
  }

  #remove(): Promise<void> {
    const file = this.#inboxFile();
    if (file === undefined) return Promise.resolve();
    const content = readFileSync(file);
    this.log.push(`delete ${path.basename(file)}`);
    rmSync(file);
    this.#count(content, -1);
    return Promise.resolve();
  }

  async #changeSettings(): Promise<void> {
    const factor = this.#pick([2, 3]) ?? 2;
    this.#settings = { factor, exists: this.#pick(POLICIES) ?? 'skip' };
    this.log.push(`settings ${factor} ${this.#settings.exists}`);
    if (this.#host !== undefined) await configureWatched(this.#host, this.#setting());
  }

  async #restart(): Promise<void> {
    this.log.push('restart');
    await this.close();
    await this.open();
  }

  /** The program is killed at some moment of its work; a file may have arrived before. */
  async #kill(): Promise<void> {
    this.log.push('kill');
    await this.close();
    const child = spawn(process.execPath, [WATCHED_HOST, JSON.stringify(this.#setting())], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    await Promise.race([once(child.stdout, 'data'), exited]);
    await this.#drop();
    await delay(Math.floor(this.#random() * 500));
    child.kill('SIGKILL');
    await exited;
    await this.open();
  }

  /** Waits until no work is under way or pending. */
  async #rest(): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (let quiet = 0; quiet < 3;) {
      const waiting = (await this.#folders?.rescan()) ?? [];
      if (performance.now() > until) {
        const files = waiting.map(
          ({ snapshot, error }) => `${snapshot.relativePath}: ${error?.message ?? 'new'}`,
        );
        throw new Error(`It does not settle: ${files.join('; ')} (${this.log.join(', ')})`);
      }
      const counts = (await this.#host?.host.api.getQueue({}))?.counts;
      const isIdle = waiting.length === 0 && (counts?.queued ?? 0) + (counts?.running ?? 0) === 0;
      quiet = isIdle ? quiet + 1 : 0;
      await delay(60);
    }
  }

  /** The problems at the end; empty if all is well. */
  async problems(): Promise<string[]> {
    await this.#restart();
    await this.#rest();
    const store = this.#host?.parts.store;
    if (store === undefined) return ['It is not open.'];
    const problems = [
      ...unmade(store, this.#inbox, settingsHash(watchedSettings(this.#settings))),
      ...doubled(store, this.#out),
      ...lost([this.#inbox, this.#done], this.#live),
    ];
    await this.close();
    return problems;
  }
}
