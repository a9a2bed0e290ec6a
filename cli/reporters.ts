import path from 'node:path';
import { MultiBar, type SingleBar } from 'cli-progress';
import type { BatchEvent } from '../core/api/events.ts';
import { hasImageExtension } from '../core/api/imageFormats.ts';
import { BatchProgress } from './batchProgress.ts';
import { counted, duration, forTerminal } from './text.ts';

/** Reports the events of a batch: to a person at a terminal, a log, or a program. */
export interface Reporter {
  tell(event: BatchEvent): void;
  close(): void;
}

/** Progress lines for programs are at least this far apart. */
const PROGRESS_INTERVAL_MS = 100;

/** One JSON object a line on stdout; see docs/events.md. */
export function jsonReporter(write: (line: string) => void): Reporter {
  let lastProgressAt = -Infinity;
  return {
    tell(event) {
      if (event.type === 'job-progress') {
        const now = performance.now();
        if (now - lastProgressAt < PROGRESS_INTERVAL_MS) return;
        lastProgressAt = now;
      }
      write(`${JSON.stringify(event)}\n`);
    },
    close: () => undefined,
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** How much of an image was copied from equal parts of it. */
function reused({ reusedShare = 0 }: Extract<BatchEvent, { type: 'job-done' }>): string {
  return reusedShare > 0 ? ` (${(100 * reusedShare).toFixed(0)}% of the image reused)` : '';
}

/** A copy of plain data in which no text can control a terminal or begin a line. */
function withSafeTexts<Data>(data: Data): Data {
  // The copy has the same shape: texts stay texts.
  return JSON.parse(JSON.stringify(data), (_, value: unknown) =>
    typeof value === 'string' ? forTerminal(value) : value,
  ) as Data;
}

/** The line that people read about an event; undefined if it needs none. */
export function describeEvent(given: BatchEvent, verbose: boolean): string | undefined {
  // Applied before lines are composed: a line break in a file's name must not look like a line of ours.
  const event = withSafeTexts(given);
  switch (event.type) {
    case 'job-done': {
      const { width, height } = event.outputImage;
      const { decodeMs, inferenceMs, encodeMs } = event.times;
      const times = verbose
        ? `, ${event.models.join(' + ') || 'unchanged'} on ${event.device}, ${counted(event.tiles, 'tile')}${reused(event)}, ` +
          `decode ${seconds(decodeMs)}, inference ${seconds(inferenceMs)}, encode ${seconds(encodeMs)}`
        : '';
      const repaired = event.repairedTiles > 0 ? `, repaired ${counted(event.repairedTiles, 'tile')}` : '';
      const warnings = event.warnings.map((warning) => `\n         note: ${warning}`).join('');
      const judged = describeVerdict(event);
      return `done     ${event.input} → ${event.output} (${width} × ${height}${repaired}${times})${judged}${warnings}`;
    }
    case 'job-skipped':
      return describeSkip(event, verbose);
    case 'job-failed':
      return `failed   ${event.input}: ${event.error.message} [${event.error.code}]`;
    case 'job-planned':
      return `would    ${event.input} → ${event.output}`;
    default:
      return undefined;
  }
}

/** Only lines worth reading: one for every good image would hide the others. */
function describeVerdict({ quality }: Extract<BatchEvent, { type: 'job-done' }>): string {
  if (quality === undefined || quality.verdict === 'ok') return '';
  const reasons = quality.reasons.map(({ code, places: [place] }) =>
    place === undefined ? code : `${code} at ${place.x}, ${place.y}`,
  );
  const verdict = quality.verdict === 'failed' ? 'looks wrong' : 'look at it';
  return `\n         ${verdict}: ${reasons.join('; ')}`;
}

function describeSkip(
  event: Extract<BatchEvent, { type: 'job-skipped' }>,
  verbose: boolean,
): string | undefined {
  switch (event.reason) {
    case 'output-exists':
      return `skipped  ${event.input}: ${event.output ?? 'its result'} exists already`;
    case 'output-outdated':
      return `skipped  ${event.input}: ${event.output ?? 'its result'} is older than it; --exists overwrite makes it again`;
    case 'large-enough':
      return `skipped  ${event.input}: it is already large enough`;
    case 'own-result':
      return `skipped  ${event.input}: it is a result of this program`;
    case 'linked-folder':
      return `skipped  ${event.input}: links to folders are not followed; add the folder itself as an input`;
    case 'not-a-picture':
      // Every folder contains some; the end of the batch names the first ones.
      return verbose ? `skipped  ${event.input}: it is not an image` : undefined;
  }
}

function describeTotals(event: Extract<BatchEvent, { type: 'batch-finished' }>): string {
  const { done, skipped, failed, cancelled, planned } = event.totals;
  const parts = [
    `${counted(done, 'image')} enlarged`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
    ...(planned > 0 ? [`${planned} planned`] : []),
  ];
  const speed = event.outputMegapixels / (event.elapsedMs / 1000);
  const rate = done > 0 ? ` (${event.outputMegapixels.toFixed(1)} MP, ${speed.toFixed(1)} MP/s)` : '';
  return `${parts.join(', ')} in ${duration(event.elapsedMs / 1000)}${rate}.`;
}

export interface PeopleReporterOptions {
  readonly verbose: boolean;
  /** Where the results are, printed at the end; a resumed batch prints it for each image instead. */
  readonly place?: string;
  readonly write: (text: string) => void;
}

/** Other files of the folders that are named at the end; `--verbose` has a line for each. */
const MAX_OTHERS = 3;

/** Files of the inputs' folders that are not images, for the end of a batch. */
class OtherFiles {
  readonly #names: string[] = [];
  #count = 0;

  see(event: BatchEvent): void {
    if (event.type !== 'job-skipped' || event.reason !== 'not-a-picture') return;
    this.#count++;
    if (this.#names.length < MAX_OTHERS) this.#names.push(forTerminal(path.basename(event.input)));
  }

  describe(): string {
    if (this.#count === 0) return '';
    const more = this.#count - this.#names.length;
    return `Not images, so skipped: ${this.#names.join(', ')}${more > 0 ? ` and ${more} more` : ''}\n`;
  }
}

/** Where the results are: in a folder, or in the file that was named for one image. */
function describePlace(place: string): string {
  const isFile = hasImageExtension(place);
  return `${isFile ? 'The result is' : 'The results are in'} ${forTerminal(place)}\n`;
}

/** Plain lines, for logs and pipes. */
export function lineReporter({ verbose, place, write }: PeopleReporterOptions): Reporter {
  const others = new OtherFiles();
  return {
    tell(event) {
      others.see(event);
      const line = describeEvent(event, verbose);
      if (line !== undefined) write(`${line}\n`);
      if (event.type !== 'batch-finished') return;
      write(`${describeTotals(event)}\n`);
      const skipped = verbose ? '' : others.describe();
      if (skipped !== '') write(skipped);
      if (place !== undefined && event.totals.done + event.totals.skipped > 0) write(describePlace(place));
    },
    close: () => undefined,
  };
}

/** A progress bar below the lines, for a terminal. */
export function barReporter(options: PeopleReporterOptions, stream: NodeJS.WriteStream): Reporter {
  const progress = new BatchProgress();
  const startedAt = performance.now();
  const bars = new MultiBar({
    stream,
    format: '{bar} {done} of {inputs} | {rate} MP/s | {eta} left | {name}',
    clearOnComplete: true,
    hideCursor: true,
    barsize: 24,
  });
  let bar: SingleBar | undefined;
  let name = '';
  let hasBars = true;
  const lines = lineReporter({
    ...options,
    write: (text) => {
      if (hasBars) bars.log(text);
      else options.write(text);
    },
  });
  return {
    tell(event) {
      progress.see(event);
      if (event.type === 'batch-finished') {
        bars.stop();
        hasBars = false;
        lines.tell(event);
        return;
      }
      lines.tell(event);
      if (event.type === 'job-started') name = forTerminal(event.input);
      const elapsed = (performance.now() - startedAt) / 1000;
      const left = progress.secondsLeft(elapsed);
      const payload = {
        done: progress.ended,
        inputs: progress.inputs,
        rate: progress.megapixelsPerSecond(elapsed).toFixed(1),
        eta: left === undefined ? '…' : duration(left),
        name,
      };
      bar ??= bars.create(Math.max(progress.inputs, 1), 0, payload);
      bar.update(progress.equivalentImages, payload);
    },
    close() {
      bars.stop();
    },
  };
}
