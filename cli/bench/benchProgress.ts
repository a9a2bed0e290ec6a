import { SingleBar } from 'cli-progress';

const REDRAW_MS = 250;

/** Shows what is being measured, and roughly how long it will still take. */
export interface BenchProgress {
  readonly onStep: (step: string) => void;
  close(): void;
}

/**
 * A bar over the planned time of a measurement; without a terminal, a line for each step.
 *
 * @param plannedMs From now on.
 */
export function benchProgress(
  plannedMs: number,
  terminal: NodeJS.WritableStream & { isTTY?: boolean } = process.stderr,
): BenchProgress {
  if (terminal.isTTY !== true) {
    return { onStep: (step) => void terminal.write(`measuring ${step}…\n`), close: () => undefined };
  }
  const bar = new SingleBar({
    format: '{bar} {percentage}% measuring {step}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    stream: terminal,
    hideCursor: true,
    barsize: 24,
  });
  const startedAt = performance.now();
  let step = '';
  bar.start(plannedMs, 0, { step });
  const draw = (): void => {
    // It never claims to be finished before it is.
    bar.update(Math.min(performance.now() - startedAt, plannedMs * 0.99), { step });
  };
  const timer = setInterval(draw, REDRAW_MS);
  return {
    onStep: (next) => {
      step = next;
      draw();
    },
    close: () => {
      if (!bar.isActive) return;
      clearInterval(timer);
      bar.update(plannedMs);
      bar.stop();
    },
  };
}
