/**
 * Handles Ctrl-C and similar signals: the first one cancels, which takes at most one tile; the second one does not wait for
 * that tile.
 *
 * @returns A function that stops listening.
 */
export function onInterrupt(cancel: () => void, kill: () => void): () => void {
  let received = 0;
  const listener = (): void => {
    received++;
    if (received === 1) cancel();
    else kill();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
