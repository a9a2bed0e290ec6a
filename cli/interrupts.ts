/**
 * Listens to Ctrl-C and its like: the first signal cancels within one tile; the second does not wait for that tile
 * either.
 *
 * @returns A function that stops listening.
 */
export function onInterrupt(cancel: () => void, kill: () => void): () => void {
  let asked = 0;
  const listener = (): void => {
    asked++;
    if (asked === 1) cancel();
    else kill();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
