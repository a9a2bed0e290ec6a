import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyOfStore } from '../../core/store/copyOfStore.ts';
import { sceneRaster, writePng } from './images.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface RigOptions {
  readonly folder: string;
  readonly pictures: number;
  readonly model: string;
  /** Where results go, if not below `folder`: another volume, for example. */
  readonly output?: string;
  /** `rename` shows what is made twice, under a second name; `overwrite` replaces by renaming. */
  readonly exists?: 'rename' | 'overwrite';
}

/** The files that a run left behind, to be compared with the expected ones. */
export interface Aftermath {
  /** Complete results. */
  readonly whole: number;
  /** Names in the output folder that should not be there: temporary files, second copies. */
  readonly strays: readonly string[];
  readonly halfWritten: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

const WIDTH = 8;
const HEIGHT = 6;
const FACTOR = 2;

/** The size in a PNG's header, and whether the file is complete; reading pixels would take the suite hours. */
function isWholePng(file: string): boolean {
  const bytes = readFileSync(file);
  const isSized =
    bytes.length > 40 &&
    bytes.readUInt32BE(16) === WIDTH * FACTOR &&
    bytes.readUInt32BE(20) === HEIGHT * FACTOR;
  return isSized && bytes.subarray(-8, -4).toString('latin1') === 'IEND';
}

/** Everything about the inputs that must not change. */
export function fingerprintsOf(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => {
        const file = path.join(folder, name);
        const { size, mtimeMs, ino } = statSync(file);
        const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
        return [name, `${sha256} ${size} ${mtimeMs} ${ino}`];
      }),
  );
}

/** A batch of the compiled program that is killed and resumed repeatedly. */
export class CrashRig {
  readonly #options: RigOptions;
  readonly sources: string;
  readonly output: string;
  readonly data: string;

  constructor(options: RigOptions) {
    this.#options = options;
    this.sources = path.join(options.folder, 'in');
    this.output = options.output ?? path.join(options.folder, 'out');
    this.data = path.join(options.folder, 'data');
    mkdirSync(this.sources, { recursive: true });
    for (let index = 0; index < options.pictures; index++) {
      writePng(path.join(this.sources, `${index}.png`), sceneRaster(WIDTH, HEIGHT));
    }
  }

  /** Starts or resumes the batch. A result that is made twice would exist under a second name. */
  start(wrapper: readonly string[] = []): ChildProcess {
    const [command = process.execPath, ...args] = [
      ...wrapper,
      process.execPath,
      PROGRAM,
      ...this.#arguments(),
    ];
    return spawn(command, args, { stdio: 'ignore' });
  }

  #arguments(): string[] {
    if (this.#isStored) return ['run', '--resume', '--data', this.data];
    const size = ['-s', String(FACTOR), '-n', this.#options.model];
    return [
      'run',
      '-i',
      this.sources,
      '-o',
      this.output,
      ...size,
      '--exists',
      this.#options.exists ?? 'rename',
      '--data',
      this.data,
    ];
  }

  #isStored = false;

  /** Waits for the end, and determines whether the batch is in the store by then. */
  async afterEnd(child: ChildProcess): Promise<number | null> {
    const code = await exitOf(child);
    if (!this.#isStored) this.#isStored = this.#list().isStored;
    return code;
  }

  /** Read from a copy, which takes a fraction of another start of the program, and mends nothing. */
  #list(): Pick<Aftermath, 'counts'> & { readonly isStored: boolean } {
    const copy = copyOfStore(this.data);
    if (copy === undefined) return { counts: {}, isStored: false };
    try {
      return { counts: { ...copy.store.jobs.counts() }, isStored: copy.store.batches.list().length > 0 };
    } finally {
      copy.close();
    }
  }

  /** Waits until the batch has ended, and examines the result. */
  async finish(): Promise<Aftermath> {
    await this.afterEnd(this.start());
    const expected = new Set(
      Array.from({ length: this.#options.pictures }, (_, index) => `${index}_${FACTOR}x.png`),
    );
    const names = readdirSync(this.output);
    const results = names.filter((name) => expected.has(name));
    return {
      whole: results.filter((name) => isWholePng(path.join(this.output, name))).length,
      strays: names.filter((name) => !expected.has(name)),
      halfWritten: results.filter((name) => !isWholePng(path.join(this.output, name))),
      counts: this.#list().counts,
    };
  }

  /** The expected outcome. */
  get expected(): Aftermath {
    const { pictures: images } = this.#options;
    const counts = { queued: 0, running: 0, done: images, skipped: 0, failed: 0, cancelled: 0 };
    return { whole: images, strays: [], halfWritten: [], counts };
  }

  get doneSoFar(): number {
    try {
      return readdirSync(this.output).filter((name) => !name.startsWith('.')).length;
    } catch {
      return 0;
    }
  }
}

export function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      resolve(code);
    });
  });
}

/** Direct children of a process; Linux only. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}
