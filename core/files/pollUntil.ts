/** How often a volume is checked for which jobs wait. */
const INTERVAL_MS = 2_000;

/**
 * Checks a condition every two seconds, and calls back once when it holds.
 *
 * @param check Must not reject; may take longer than the interval.
 * @returns A function that ends the wait.
 */
export function pollUntil(check: () => Promise<boolean>, onTrue: () => void): () => void {
  const poll = async (): Promise<void> => {
    if (!(await check()) || timer === undefined) return;
    stop();
    onTrue();
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  let timer: NodeJS.Timeout | undefined = setInterval(() => void poll(), INTERVAL_MS);
  return stop;
}
